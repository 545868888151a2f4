import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  checkHeader,
  damaged,
  HEADER_BYTES,
  LibraryError,
  openLibrary,
  sqlJsDatabase,
  type Library,
  type SqlDatabase,
} from '@querent/core/connectors';
import { nodeSqlite, openNodeDatabase } from './nodeSqlite.ts';
import { loadSqlJs } from './sqlJs.ts';

/** So much of the start of a file tells what it is, also when it is no library. */
const LOOKED_AT = Math.max(HEADER_BYTES, 512);

/**
 * Opens the file of a library for reading: the file itself with Node's SQLite, else a copy of it in memory with sql.js.
 * @param name how messages call the file.
 * @throws LibraryError that says what is wrong with the file; the system's error when it cannot be read.
 */
export async function openLibraryFile(path: string, name = basename(path)): Promise<Library> {
  const { start, size } = await startOf(path);
  const format = checkHeader(start, size, name);
  const sqlite = nodeSqlite();
  let database: SqlDatabase;
  try {
    if (sqlite !== undefined) database = openNodeDatabase(sqlite, path, { readOnly: true });
    else {
      const sql = await loadSqlJs();
      database = sqlJsDatabase(new sql.Database(await readFile(path)));
    }
  } catch (error) {
    throw damaged(name, error);
  }
  return openLibrary(database, format, name);
}

/** The first bytes of a file, and its size. */
export async function startOf(path: string): Promise<{ readonly start: Uint8Array; readonly size: number }> {
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory())
    throw new LibraryError('not-sqlite', `${path} is a device or a pipe, not a file.`);
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    return { start: buffer.subarray(0, bytesRead), size: (await handle.stat()).size };
  } finally {
    await handle.close();
  }
}
