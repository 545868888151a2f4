export { isWord, meaningful, scanSql, unquoted } from './scanner.ts';
export type { SqlToken, SqlTokenKind } from './scanner.ts';
export { isOrdered, longestStatement, readingStatement, topLevel } from './statement.ts';
export type { Refusal } from './statement.ts';
export { selectParts, wordsBehindList } from './selectParts.ts';
export type { SelectPart } from './selectParts.ts';
export { parseSqlDocument, statementAt } from './document.ts';
export { statementMeant } from './statementMeant.ts';
export { unboundParameter } from './unboundParameter.ts';
export type { UnboundParameter } from './unboundParameter.ts';
export { dialectOf } from './dialect.ts';
export { otherDialect } from './otherDialect.ts';
export type { SqlDialect } from './dialect.ts';
export { bindingOf, quotedName, referencesOf, symbolAt } from './references.ts';
export { foldName } from './bindings.ts';
export type { BoundSource, Scope } from './bindings.ts';
export { scopeAt } from './scopes.ts';
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
export { functionsNamed, signatureOf, sqlFunctions } from './functions.ts';
export type { SqlFunction, SqlFunctionKind, SqlParameter } from './functions.ts';
export type * from './tree.ts';
export {
  checkStatement,
  isUnreadable,
  makeSchema,
  sqlErrorIds,
  sqlKeywords,
  scratchEngine,
  SqlDocumentErrors,
} from './oracle/index.ts';
export type { KnownNames, PlacedStatement, Prepare, ScratchDatabase, SqlEngine } from './oracle/index.ts';
