export { checkStatement } from './checkStatement.ts';
export { isUnreadable, SqlDocumentErrors } from './documentErrors.ts';
export type { PlacedStatement } from './documentErrors.ts';
export { sqlKeywords } from './keywords.ts';
export { sqlErrorIds } from './rules.ts';
export { makeSchema, scratchEngine } from './scratchEngine.ts';
export type { ScratchDatabase } from './scratchEngine.ts';
export type { KnownNames, Prepare, SqlEngine } from './types.ts';
