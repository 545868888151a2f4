export { createLibrary, resumeLibrary } from './libraryBuilder.ts';
export type { AddOutcome, Indexer, LibraryBuilder } from './libraryBuilder.ts';
export { citationIndexer, isUsableIndex } from './libraryIndexer.ts';
export { damaged, openLibrary } from './libraryFile.ts';
export { mergeRecords } from './libraryRow.ts';
export type { Library, LibraryInfo, LibrarySource } from './libraryFile.ts';
export { checkHeader, HEADER_BYTES, LibraryError } from './librarySchema.ts';
export { sqlJsDatabase } from './sqlDatabase.ts';
export type { SqlDatabase, SqlStatement, SqlValue } from './sqlDatabase.ts';
export { createPubMedEngine } from './pubmed/engine.ts';
export type { PubMedOptions } from './pubmed/options.ts';
export type {
  DatabaseField,
  DatabaseInfo,
  KeyTest,
  PubMedEngine,
  PubMedServices,
  SeedRecordStore,
} from './pubmed/services.ts';
export { memoryGate } from './memoryGate.ts';
export type { MemoryGateOptions } from './memoryGate.ts';
export { memoryEngine, openLibraryEngine } from './libraryEngine.ts';
export type { MemorySource } from './libraryEngine.ts';
export type { LocalEngine, LocalEngineOptions, LocalSearchOptions } from './localEngine.ts';
export { createRankedEngine, MOST_RANKED_RECORDS, rankedSource } from './ranked/rankedEngine.ts';
export type { RankedCache, RankedEngineOptions, RankedSource } from './ranked/rankedEngine.ts';
export { RANKED_VERSION } from './ranked/rankedFormat.ts';
export { createDenseEngine, MOST_DENSE_RECORDS } from './dense/denseEngine.ts';
export type { DenseCache, DenseEngineOptions } from './dense/denseEngine.ts';
export { DENSE_VERSION } from './dense/denseFormat.ts';
export type { Arrived, Gate, GateOptions } from './gate.ts';
export { batchesOfRecords, pagesOfIds } from './recordPages.ts';
export { hasRecords } from './recordsEngine.ts';
export type { RecordsEngine } from './recordsEngine.ts';
export { createTrialsEngine } from './trials/engine.ts';
export type { TrialsEngine, TrialsOptions } from './trials/engine.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';
