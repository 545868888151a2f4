import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { readDdl, type SqlSchema } from '@querent/core/sqlSchema';
import { openDatabaseFile } from '../databases/index.ts';
import type { SourceState } from './sourceState.ts';
import { LeasedDatabase } from './leasedDatabase.ts';

/** What was read of a file. */
export interface Source {
  readonly kind: 'sqlite' | 'ddl';
  readonly schema: SqlSchema;
  /** Absent for a file of `CREATE` statements, which has no rows. */
  readonly database?: LeasedDatabase;
  readonly warning?: string;
}

/**
 * Bytes of a file of `CREATE` statements at most, which are read in some 700 ms (2,000 tables of 20 columns have 1 MB). A dump with rows is longer, and
 * its schema is found in the database itself.
 */
const largestDdl = 5 * 2 ** 20;
/** Statements that run at the same time: a preview, and what a hover asks. */
const threads = 2;

/** Whether a path is that of SQL text rather than of a database. */
function isDdlPath(path: string): boolean {
  return ['.sql', '.ddl'].includes(extname(path).toLowerCase());
}

/**
 * Opens a database, or reads a file of `CREATE` statements, and its schema.
 * @param timeMs longest time of a statement
 * @param signal ends the reading, also in the middle of a large file
 * @throws Error for people: path, cause, way out
 */
export async function readSource(
  path: string,
  state: SourceState,
  timeMs: number,
  signal?: AbortSignal,
): Promise<Source> {
  if (state.kind === 'absent')
    throw new Error(`There is no file ${path}. Correct its name, or put the database there.`);
  if (state.kind === 'folder') throw new Error(`${path} is a folder. Name the database in it.`);
  if (state.kind === 'other')
    throw new Error(
      `${path} is no file that can be read. Name a SQLite file, or a file of CREATE statements.`,
    );
  if (isDdlPath(path)) return { kind: 'ddl', schema: await ddlOf(path, state.bytes) };
  const database = new LeasedDatabase(await openDatabaseFile(path, { threads, timeMs }));
  const end = (): void => void database.close().catch(() => {});
  signal?.addEventListener('abort', end, { once: true });
  try {
    const schema = await database.schema();
    const { weight } = database;
    return { kind: 'sqlite', schema, database, ...('message' in weight ? { warning: weight.message } : {}) };
  } catch (error) {
    await database.close();
    throw signal?.aborted === true
      ? new Error(
          `Reading ${path} was cancelled. "Read Database of SQL File Again" reads it, or name another database.`,
        )
      : error;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

async function ddlOf(path: string, bytes: number): Promise<SqlSchema> {
  if (bytes > largestDdl)
    throw new Error(
      `${path} has ${String(Math.ceil(bytes / 2 ** 20))} MB; of SQL text ${String(largestDdl / 2 ** 20)} MB are read. Keep its CREATE statements in a file of their own.`,
    );
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).replace(/^\uFEFF/u, '');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const schema = readDdl(text);
  if (schema.tables.length === 0)
    throw new Error(
      `${path} creates no table. Name a file with CREATE TABLE statements, or a SQLite file; ${basename(path)} is read as text because of its ending.`,
    );
  return schema;
}
