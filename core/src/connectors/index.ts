export { createLibrary, updateLibrary } from './libraryBuilder.ts';
export type { AddOutcome, Indexer, LibraryBuilder } from './libraryBuilder.ts';
export { openLibrary } from './libraryFile.ts';
export type { Library, LibraryInfo, LibrarySource } from './libraryFile.ts';
export { LibraryError } from './librarySchema.ts';
