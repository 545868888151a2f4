import { columnNamed, foldedName } from '@querent/core/sqlSchema';
import type { SqlColumn, SqlIndex, SqlSchema, SqlTable } from '@querent/core/sqlSchema';
import { rowsOf } from './connection.ts';
import type { Connection } from './connection.ts';
import { shadowTables } from './shadowTables.ts';

interface Entry {
  readonly name: string;
  readonly kind: 'table' | 'view' | 'virtual';
  readonly sql: string;
}

/**
 * Tables and views of a database, in its order, without SQLite's own: columns, keys and indexes, nothing of the data.
 * @throws Error of the database
 */
export function readSchema(connection: Connection): SqlSchema {
  const inner = innerTables(connection);
  const all = rowsOf(
    connection,
    `SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  )
    .map(([name, type, sql]): Entry => {
      const isVirtual = /^\s*CREATE\s+VIRTUAL/iu.test(String(sql));
      return { name: String(name), kind: isVirtual ? 'virtual' : type === 'view' ? 'view' : 'table', sql: String(sql) };
    });
  const kept = shadowTables(all.filter(({ kind }) => kind === 'virtual'));
  const entries = all.filter(
    ({ name, kind }) => !inner.shadows.has(name) && !(kind === 'table' && kept.has(foldedName(name))),
  );
  const drafts = entries.map((entry) => readTable(connection, entry, inner.withoutRowid.has(entry.name)));
  const byName = new Map(drafts.map((table) => [foldedName(table.name), table]));
  return {
    statements: entries.map(({ sql }) => sql),
    tables: drafts.map((table) => ({ ...table, foreignKeys: readForeignKeys(connection, table, byName) })),
  };
} // prettier-ignore

/** Tables that belong to virtual ones and are nobody's to read, and those without a rowid. */
function innerTables(connection: Connection): {
  readonly shadows: ReadonlySet<string>;
  readonly withoutRowid: ReadonlySet<string>;
} {
  const shadows = new Set<string>();
  const withoutRowid = new Set<string>();
  for (const [schema, name, type, , isWithoutRowid] of attempted(connection, 'PRAGMA table_list')) {
    if (schema !== 'main') continue;
    if (type === 'shadow') shadows.add(String(name));
    if (isWithoutRowid === 1) withoutRowid.add(String(name));
  }
  return { shadows, withoutRowid };
}

/** All but foreign keys, for which the other tables have to be known. */
function readTable(connection: Connection, { name, kind }: Entry, isWithoutRowid: boolean): SqlTable {
  const indexes = kind === 'table' ? readIndexes(connection, name) : [];
  const unique = new Set(
    indexes.flatMap(({ columns, isUnique, isPartial }) =>
      isUnique && !isPartial && columns.length === 1 ? columns : [],
    ),
  );
  // The fifth figure is the place in the key, from 1; the last tells columns that are computed, and those that a virtual table hides.
  const rows = attempted(connection, `PRAGMA table_xinfo(${quoted(name)})`).filter(
    ([, , , , , , hidden]) => hidden !== 1,
  );
  const primaryKey = rows
    .filter(([, , , , , place]) => Number(place) > 0)
    .sort((a, b) => Number(a[5]) - Number(b[5]))
    .map(([, column]) => String(column));
  // The key of a table of rowids is the rowid itself where no index was made for it.
  const hasKeyIndex = rowsOf(connection, `PRAGMA index_list(${quoted(name)})`).some(([, , , origin]) => origin === 'pk');
  const isRowid = kind === 'table' && primaryKey.length === 1 && !isWithoutRowid && !hasKeyIndex;
  const columns = rows.map(([, column, type, notNull, value, place, hidden]): SqlColumn => {
    const isKey = Number(place) > 0;
    return {
      name: String(column),
      type: String(type),
      isKey,
      isNotNull: notNull === 1 || (isKey && isRowid),
      isUnique: (isKey && isRowid) || unique.has(String(column)),
      ...(value === null || value === undefined ? {} : { default: String(value) }),
      ...(hidden === 2 || hidden === 3 ? { isGenerated: true } : {}),
    };
  });
  return { name, kind, columns, foreignKeys: [], primaryKey, indexes };
} // prettier-ignore

function readIndexes(connection: Connection, table: string): readonly SqlIndex[] {
  return attempted(connection, `PRAGMA index_list(${quoted(table)})`).map(([, name, isUnique, , isPartial]) => ({
    name: String(name),
    columns: rowsOf(connection, `PRAGMA index_info(${quoted(String(name))})`).map(([, , column]) =>
      column === null ? undefined : String(column),
    ),
    isUnique: isUnique === 1,
    isPartial: isPartial === 1,
  }));
} // prettier-ignore

function readForeignKeys(
  connection: Connection,
  { name, kind }: SqlTable,
  tables: ReadonlyMap<string, SqlTable>,
): SqlTable['foreignKeys'] {
  if (kind !== 'table') return [];
  return rowsOf(connection, `PRAGMA foreign_key_list(${quoted(name)})`).map(
    ([constraint, place, table, column, to]) => {
      const other = tables.get(foldedName(String(table)));
      // Without a column the key of the other table is meant; names may be written in another case than there.
      const named = to === null || to === undefined ? (other?.primaryKey?.[Number(place)] ?? '') : String(to);
      return {
        column: String(column),
        table: other?.name ?? String(table),
        to: (other === undefined ? undefined : columnNamed(other, named)?.name) ?? named,
        constraint: Number(constraint),
      };
    },
  );
}

/** No rows for a view that can no longer be read, since a table of it is gone, and for a virtual table of a module that is not here. */
function attempted(connection: Connection, sql: string): ReturnType<typeof rowsOf> {
  try {
    return rowsOf(connection, sql);
  } catch {
    return [];
  }
}

/** A name in double quotes, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
