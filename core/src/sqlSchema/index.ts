export { columnNamed, foldedName, tableNamed, tablesOf } from './schema.ts';
export type {
  SqlColumn,
  SqlColumnValues,
  SqlForeignKey,
  SqlIndex,
  SqlSchema,
  SqlTable,
  SqlTableKind,
} from './schema.ts';
export type { SqlCell, SqlFailure, SqlOutcome, SqlPlanStep, SqlPreview } from './outcome.ts';
export { readDdl } from './ddl/readDdl.ts';
export { joinPaths, joinsOf, joinTables } from './joins.ts';
export type { SqlJoin } from './joinGraph.ts';
export { linkQuestion } from './linkQuestion.ts';
export type { LinkedColumn, LinkedTable, SchemaLinks } from './linkQuestion.ts';
export { mentioned, nameStems, questionOf, stem, wordsOf } from './linking.ts';
export type { Question } from './linking.ts';
export { prunedSchema, schemaText } from './schemaText.ts';
