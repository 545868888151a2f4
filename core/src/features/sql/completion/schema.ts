import { foldedName, joinsOf } from '../../../sqlSchema/index.ts';
import type { SqlSchema, SqlTable } from '../../../sqlSchema/index.ts';

/** A schema with what is looked up in it often. Made once a schema. */
export interface SchemaIndex {
  readonly schema: SqlSchema;
  /** By folded names. */
  readonly byName: ReadonlyMap<string, SqlTable>;
  /** By the folded name of a column: the tables that have it. */
  readonly byColumn: ReadonlyMap<string, readonly SqlTable[]>;
  /** How much a table stands in the middle, 0..6: the tables joined with it; those that it only refers to count less, guesses half. */
  readonly centrality: ReadonlyMap<SqlTable, number>;
}

const indexes = new WeakMap<SqlSchema, SchemaIndex>();

export function indexOf(schema: SqlSchema): SchemaIndex {
  let index = indexes.get(schema);
  if (index === undefined) indexes.set(schema, (index = makeIndex(schema)));
  return index;
}

function makeIndex(schema: SqlSchema): SchemaIndex {
  const byName = new Map(schema.tables.map((table) => [foldedName(table.name), table]));
  const byColumn = new Map<string, SqlTable[]>();
  for (const table of schema.tables)
    for (const { name } of table.columns) {
      const known = byColumn.get(foldedName(name));
      if (known === undefined) byColumn.set(foldedName(name), [table]);
      else known.push(table);
    }
  const centrality = new Map(schema.tables.map((table) => [table, centralityOf(schema, table)]));
  return { schema, byName, byColumn, centrality };
}

function centralityOf(schema: SqlSchema, table: SqlTable): number {
  const referred = new Set(table.foreignKeys.map((key) => foldedName(key.table)));
  const others = new Map<string, number>();
  for (const { to, kind } of joinsOf(schema, table.name)) {
    const worth = (kind === 'key' ? 1 : 0.5) * (referred.has(foldedName(to)) ? 0.6 : 1);
    others.set(to, Math.max(others.get(to) ?? 0, worth));
  }
  return Math.min(
    6,
    [...others.values()].reduce((sum, each) => sum + each, 0),
  );
}
