import { foldedName } from '../../../sqlSchema/index.ts';
import type { SqlSchema, SqlTable } from '../../../sqlSchema/index.ts';

/** A schema with what is looked up in it often. Made once a schema. */
export interface SchemaIndex {
  readonly schema: SqlSchema;
  /** By folded names. */
  readonly byName: ReadonlyMap<string, SqlTable>;
  /** By the folded name of a column: the tables that have it. */
  readonly byColumn: ReadonlyMap<string, readonly SqlTable[]>;
  /** How many foreign keys begin or end at a table. */
  readonly keys: ReadonlyMap<SqlTable, number>;
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
  const keys = new Map<SqlTable, number>();
  for (const table of schema.tables) {
    for (const { name } of table.columns) {
      const known = byColumn.get(foldedName(name));
      if (known === undefined) byColumn.set(foldedName(name), [table]);
      else known.push(table);
    }
    for (const key of table.foreignKeys)
      for (const end of [table, byName.get(foldedName(key.table))])
        if (end !== undefined) keys.set(end, (keys.get(end) ?? 0) + 1);
  }
  return { schema, byName, byColumn, keys };
}
