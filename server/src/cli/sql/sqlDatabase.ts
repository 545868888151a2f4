import { stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { readDdl } from '@querent/core/sqlSchema';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { openDatabaseFile } from '../../databases/index.ts';
import type { DatabasesOptions, OpenedDatabase } from '../../databases/index.ts';
import { badInput, note } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { directiveOf } from './sqlFile.ts';
import type { SqlFile } from './sqlFile.ts';

/**
 * The database that a file asks: what `--database` names, else what its comment `-- database:` does, relative to the file.
 * @returns its path; undefined where none is named
 */
export function databasePath(sqlFile: SqlFile | undefined, named: string | undefined): string | undefined {
  if (named !== undefined && named.trim() !== '') return resolve(named);
  if (sqlFile === undefined) return undefined;
  const written = directiveOf(sqlFile, 'database');
  if (written === undefined) return undefined;
  return resolve(sqlFile.file === '-' ? process.cwd() : dirname(sqlFile.file), written);
}

/**
 * Opens the database for running statements. Nothing is ever written to it.
 * @throws CliError, SearchError where there is none that can be read
 */
export async function openForRunning(
  path: string | undefined,
  options: DatabasesOptions,
): Promise<OpenedDatabase> {
  if (path === undefined)
    throw badInput(
      'Say which database: --database FILE.sqlite, or a comment in the file: -- database: FILE.sqlite',
    );
  if (isDdl(path))
    throw badInput(
      `${path} holds statements, and no rows to run a query on. Name a SQLite file with --database.`,
    );
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true)
    throw badInput(`${path} is a folder. Name one database with --database FILE.sqlite.`);
  const database = await openDatabaseFile(path, options);
  if (database.weight.kind !== 'light') note(`warning: ${database.weight.message}`);
  return database;
}

/**
 * The schema of a database, or of a file of `CREATE` statements (`.sql`, `.ddl`).
 * @throws CliError, SearchError where it cannot be read
 */
export async function readSchema(path: string): Promise<SqlSchema> {
  if (isDdl(path)) {
    const schema = readDdl((await readUtf8(path)).text);
    if (schema.tables.length === 0)
      throw badInput(`${path} creates no table. Name a SQLite file, or a file of CREATE statements.`);
    return schema;
  }
  const database = await openForRunning(path, {});
  try {
    return await database.schema();
  } finally {
    await database.close();
  }
}

function isDdl(path: string): boolean {
  return ['.sql', '.ddl'].includes(extname(path).toLowerCase());
}
