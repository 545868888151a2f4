import initSqlJs from 'sql.js';
import type { LibraryBuilder } from '../libraryBuilder.ts';
import { createLibrary } from '../libraryBuilder.ts';
import { damaged, openLibrary } from '../libraryFile.ts';
import type { Library } from '../libraryFile.ts';
import { checkHeader } from '../librarySchema.ts';
import { sqlJsDatabase } from '../sqlDatabase.ts';
import type { SqlDatabase } from '../sqlDatabase.ts';

export const sql = await initSqlJs();

/** Opens a library from its bytes, as the server does where it has no SQLite that works on files. */
export function openBytes(bytes: Uint8Array, name = 'The library'): Library {
  const format = checkHeader(bytes, bytes.length, name);
  let database: SqlDatabase;
  try {
    database = sqlJsDatabase(new sql.Database(bytes));
  } catch (error) {
    throw damaged(name, error);
  }
  return openLibrary(database, format, name);
}

/** A builder in memory; of a library that is brought up to date where `base` is given. */
export function newBuilder(base?: Uint8Array, name?: string): LibraryBuilder {
  return createLibrary(
    sqlJsDatabase(new sql.Database()),
    base === undefined ? undefined : openBytes(base, name),
  );
}

/** The bytes of a finished library. */
export function finished(
  builder: LibraryBuilder,
  options: Partial<Parameters<LibraryBuilder['finish']>[0]> = {},
): Uint8Array {
  const bytes = builder.finish({ builtAt: '2026-01-02T03:04:05Z', builtWith: '0.1.0', ...options });
  builder.close();
  return bytes ?? new Uint8Array();
}
