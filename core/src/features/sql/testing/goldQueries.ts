import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import type { SqlTables } from '../../../sql/index.ts';
import { goldFolder, goldQuestions, hasGold } from '../../../sql/testing/goldQuestions.ts';

export { hasGold };

export interface GoldQuery {
  readonly sql: string;
  readonly db: string;
}

/** The questions' gold queries; none without the data. */
export function goldQueries(): readonly GoldQuery[] {
  return goldQuestions().map(({ gold_sql: sql, db }) => ({ sql, db }));
}

export interface GoldDatabase {
  readonly tables: SqlTables;
  /** SQLite's program of a statement, which tells whether two mean the same; its message where it does not prepare it. */
  program(sql: string): string;
}

/** The databases of these queries by name, opened once. */
export async function goldDatabases(
  queries: readonly GoldQuery[],
): Promise<ReadonlyMap<string, GoldDatabase>> {
  const sqlite = await initSqlJs();
  return new Map(
    [...new Set(queries.map(({ db }) => db))].map((name) => [
      name,
      databaseOf(new sqlite.Database(readFileSync(join(goldFolder, `${name}.sqlite`)))),
    ]),
  );
}

/** What is asked of an open database; also of one in memory. */
export function databaseOf(database: Database): GoldDatabase {
  const [found] = database.exec(
    "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type IN ('table', 'view')",
  );
  const tables = new Map<string, string[]>();
  for (const [table, column] of found?.values ?? []) {
    const key = String(table).toLowerCase();
    tables.set(key, [...(tables.get(key) ?? []), String(column)]);
  }
  return {
    tables: { columns: (table) => tables.get(table.toLowerCase()) },
    program(sql) {
      try {
        return JSON.stringify(database.exec(`EXPLAIN ${sql}`)[0]?.values);
      } catch (error) {
        return String(error);
      }
    },
  };
}
