// The door for the trainer: libraries are opened there as they are in the editor.
export { cacheFolder } from './cacheFolder.ts';
export { readCitationFile } from './citationFile.ts';
export { denseCache } from './denseCache.ts';
export { loadMeshFile } from './meshFile.ts';
export { openCitations } from './openCitations.ts';
export type { OpenedCitations } from './openCitations.ts';
export { rankedCache } from './rankedCache.ts';
export { loadSqlJs } from './sqlJs.ts';
export type { SharedIndex } from './workerProtocol.ts';
