export { isWord, meaningful, scanSql, unquoted } from './scanner.ts';
export type { SqlToken, SqlTokenKind } from './scanner.ts';
export { isOrdered, longestStatement, readingStatement, topLevel } from './statement.ts';
export type { Refusal } from './statement.ts';
export { selectParts } from './selectParts.ts';
export type { SelectPart } from './selectParts.ts';
// To come, by 09:55: parseSqlDocument(text, previous?): SqlDocument; statementAt(document, offset): SqlStatement | undefined;
// scopeAt(document, offset, tables?: SqlTables): SqlScope; referencesOf(statement, tables?): readonly SqlReference[];
// symbolAt(document, offset, tables?): SqlSymbol | undefined; quotedName(name): string
export type {
  ScopeCall,
  ScopeCommonTable,
  ScopeOutput,
  ScopeTable,
  SqlDirective,
  SqlDirectiveKind,
  SqlDocument,
  SqlReference,
  SqlScope,
  SqlStatement,
  SqlSymbol,
  SqlTables,
  SqlTarget,
} from './documentTypes.ts';
export type * from './tree.ts';
