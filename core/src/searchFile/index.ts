export { SearchFileError } from './searchFile.ts';
export type { SearchFile } from './searchFile.ts';
export { readSearchFile } from './read.ts';
export type { ReadSearchFile } from './read.ts';
export { toStrategy } from './document.ts';
export type { ImportedStrategy } from './document.ts';
export { printSearchFile, toSearchFile } from './write.ts';
