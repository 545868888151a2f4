import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import type { KnownNames, SqlEngine } from '../types.ts';
import { makeSchema, scratchEngine } from '../scratchEngine.ts';

export interface Schema extends KnownNames {
  readonly engine: SqlEngine;
}

/** An engine over an empty database with these statements' schema. */
export async function schemaOf(statements: readonly string[]): Promise<Schema> {
  const sqlJs = await initSqlJs();
  const database = new sqlJs.Database();
  const failed = makeSchema(database, statements);
  if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join('; '));
  const names = rows(database, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").map(
    ([name]) => String(name),
  );
  return {
    engine: scratchEngine(database),
    tables: names.map((name) => ({
      name,
      columns: rows(database, `PRAGMA table_info("${name.replaceAll('"', '""')}")`).map(([, column]) => ({
        name: String(column),
      })),
    })),
    functions: [
      ...new Set(rows(database, 'SELECT name FROM pragma_function_list').map(([name]) => String(name))),
    ],
  };
}

/** The schema of a database file. */
export async function schemaOfFile(folder: string, name: string): Promise<Schema> {
  const sqlJs = await initSqlJs();
  const database = new sqlJs.Database(readFileSync(join(folder, `${name}.sqlite`)));
  const statements = rows(
    database,
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
  ).map(([sql]) => String(sql));
  database.close();
  return schemaOf(statements);
}

function rows(database: initSqlJs.Database, sql: string): readonly (readonly unknown[])[] {
  return database.exec(sql)[0]?.values ?? [];
}
