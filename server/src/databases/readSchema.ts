import type { SqlSchema, SqlTable } from '@querent/core/sqlSchema';
import { rowsOf } from './openDatabase.ts';
import type { SqlJsDatabase } from './openDatabase.ts';

/** Tables and views of a database, in its order, without SQLite's own. @throws Error of the database */
export function readSchema(connection: SqlJsDatabase): SqlSchema {
  const entries = rowsOf(
    connection,
    `SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  ).map(([name, sql]) => ({ name: String(name), sql: String(sql) }));
  const columns = new Map(entries.map(({ name }) => [name.toLowerCase(), readColumns(connection, name)]));
  return {
    statements: entries.map(({ sql }) => sql),
    tables: entries.map(({ name }) => ({
      name,
      columns: columns.get(name.toLowerCase()) ?? [],
      foreignKeys: rowsOf(connection, `PRAGMA foreign_key_list(${quoted(name)})`).map(
        ([, , table, column, to]) => ({
          column: String(column),
          table: String(table),
          // Without a column the key of the other table is meant.
          to:
            to === null || to === undefined
              ? (columns.get(String(table).toLowerCase())?.find(({ isKey }) => isKey)?.name ?? '')
              : String(to),
        }),
      ),
    })),
  };
}

/** Empty for a view that can no longer be read, since a table of it is gone. */
function readColumns(connection: SqlJsDatabase, name: string): SqlTable['columns'] {
  try {
    return rowsOf(connection, `PRAGMA table_info(${quoted(name)})`).map(([, column, type, , , key]) => ({
      name: String(column),
      type: String(type),
      isKey: key !== 0,
    }));
  } catch {
    return [];
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
