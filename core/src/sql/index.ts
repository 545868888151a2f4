export { isWord, meaningful, scanSql, unquoted } from './scanner.ts';
export type { SqlToken, SqlTokenKind } from './scanner.ts';
export { isOrdered, longestStatement, readingStatement, topLevel } from './statement.ts';
export type { Refusal } from './statement.ts';
export { selectParts } from './selectParts.ts';
export type { SelectPart } from './selectParts.ts';
