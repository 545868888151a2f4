import { referencesOf, statementAt, symbolAt } from '../../sql/index.ts';
import type {
  SqlDocument,
  SqlName,
  SqlReference,
  SqlStatement,
  SqlSymbol,
  SqlTables,
} from '../../sql/index.ts';
import { foldedName, readDdl, tableNamed, tablesOf } from '../../sqlSchema/index.ts';
import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { touches } from '../../text/index.ts';
import type { Range } from '../../text/index.ts';

const known = new WeakMap<SqlSchema, SqlTables>();

/** A schema as the parser asks for it; one object a schema, so that what was found in a statement is kept. */
export function tablesIn(schema: SqlSchema | undefined): SqlTables | undefined {
  if (schema === undefined) return undefined;
  let tables = known.get(schema);
  if (tables === undefined) known.set(schema, (tables = tablesOf(schema)));
  return tables;
}

/** A name of a statement that touches an offset. */
export interface LocatedName {
  readonly statement: SqlStatement;
  readonly reference: SqlReference;
  readonly symbol: SqlSymbol;
  /** The name there, from the start of the document. */
  readonly range: Range;
}

/** The statement that an offset is in or ends. */
export function statementTouching(document: SqlDocument, offset: number): SqlStatement | undefined {
  return statementAt(document, offset) ?? statementAt(document, offset - 1);
}

/** The name at an offset with what it means; undefined where no name of a table, column or alias stands. */
export function nameAt(
  document: SqlDocument,
  offset: number,
  schema: SqlSchema | undefined,
): LocatedName | undefined {
  const tables = tablesIn(schema);
  const statement = statementTouching(document, offset);
  const symbol = symbolAt(document, offset, tables);
  if (statement === undefined || symbol === undefined) return undefined;
  const at = offset - statement.start;
  const reference = referencesOf(statement, tables).findLast(({ name }) => touches(name.range, at));
  if (reference === undefined) return undefined;
  return { statement, reference, symbol, range: inDocument(reference.name.range, statement) };
}

/** A range of a statement's tree, from the start of the document. */
export function inDocument({ start, end }: Range, statement: SqlStatement): Range {
  return { start: start + statement.start, end: end + statement.start };
}

/** A table that a statement of the document itself creates. */
export interface CreatedTable {
  readonly statement: SqlStatement;
  /** Places in it from the start of the statement. */
  readonly table: SqlTable;
  readonly name: SqlName;
}

/** The last `CREATE TABLE` or `CREATE VIEW` of this name in the document. */
export function createdTable({ statements }: SqlDocument, name: string): CreatedTable | undefined {
  const wanted = foldedName(name);
  for (const statement of [...statements].reverse()) {
    const { kind, created } = statement.tree;
    if (kind !== 'create' || created === undefined || foldedName(created.text) !== wanted) continue;
    const [table] = readDdl(statement.text).tables;
    if (table !== undefined) return { statement, table, name: created };
  }
  return undefined;
}

/** A table of the schema, which knows more, else one that the document itself creates. */
export function tableOf(
  document: SqlDocument,
  name: string,
  schema: SqlSchema | undefined,
): SqlTable | undefined {
  return (schema && tableNamed(schema, name)) ?? createdTable(document, name)?.table;
}

/** Line of an offset, counted from 1. */
export function lineNumber({ text }: SqlDocument, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
