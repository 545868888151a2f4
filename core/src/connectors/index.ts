export { createLibrary, updateLibrary } from './libraryBuilder.ts';
export type { AddOutcome, Indexer, LibraryBuilder } from './libraryBuilder.ts';
export { openLibrary } from './libraryFile.ts';
export type { Library, LibraryInfo, LibrarySource } from './libraryFile.ts';
export { LibraryError } from './librarySchema.ts';
export { createPubMedEngine } from './pubmed/engine.ts';
export type { PubMedOptions } from './pubmed/engine.ts';
