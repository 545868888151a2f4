export { columnNamed, foldedName, tableNamed } from './schema.ts';
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
export { nameStems, stem, stemsOf } from './linking.ts';
export { prunedSchema, schemaText } from './schemaText.ts';
