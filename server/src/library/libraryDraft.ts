import { existsSync } from 'node:fs';
import { open, rename, stat, unlink } from 'node:fs/promises';
import { createLibrary, LibraryError, resumeLibrary, sqlJsDatabase } from '@querent/core/connectors';
import type { Library, LibraryBuilder, SqlDatabase } from '@querent/core/connectors';
import { BuildError, systemReason } from './buildError.ts';
import {
  nodeSqlite,
  openNodeDatabase,
  sqliteBusy,
  sqliteCode,
  sqliteCorrupt,
  sqliteNotADatabase,
} from './nodeSqlite.ts';
import { openLibraryFile } from './openLibraryFile.ts';
import { loadSqlJs } from './sqlJs.ts';

/** A library that is being built beside the one that is there, and takes its place when it is complete. */
export interface LibraryDraft {
  readonly builder: LibraryBuilder;
  /** The library that is brought up to date; undefined where there is none, or where it is replaced. */
  readonly base: Library | undefined;
  /** It goes on with an import that was interrupted. */
  readonly resumed: boolean;
  /** Whether what was committed outlives the process. */
  readonly lasts: boolean;
  /** Puts the finished library (`bytes`: what the builder's `finish` gave) in its place; returns its size in bytes. */
  publish(bytes: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<number>;
  /** Lets go of it. What was committed is kept for a later run where `keep` is set, else deleted. */
  close(keep: boolean): Promise<void>;
}

/** The name under which an import note says what is imported. */
const IMPORT = 'import';

/** The file in which an unfinished library lies. */
export function draftPath(output: string): string {
  return `${output}.part`;
}

/**
 * Opens the draft of the library `output`.
 * @param key what is imported: an unfinished draft of another import is thrown away, one of the same goes on.
 * @throws BuildError when another process is building it, LibraryError when the library that is there cannot be read.
 */
export async function openDraft(output: string, rebuild: boolean, key: string): Promise<LibraryDraft> {
  const base = rebuild ? undefined : await openBase(output);
  try {
    const sqlite = nodeSqlite();
    if (sqlite === undefined) return await memoryDraft(output, base);
    const path = draftPath(output);
    const database = await lockedDatabase(sqlite, path, output);
    try {
      if (isImportOf(database, key)) return new FileDraft(output, path, resumeLibrary(database), base, true);
      empty(database);
      const builder = createLibrary(database, base);
      builder.note(IMPORT, key);
      builder.commit();
      return new FileDraft(output, path, builder, base, false);
    } catch (error) {
      database.close();
      await unlink(path).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    base?.close();
    throw error;
  }
}

async function openBase(output: string): Promise<Library | undefined> {
  if (!existsSync(output) || (await stat(output)).size === 0) return undefined;
  try {
    return await openLibraryFile(output, output);
  } catch (error) {
    if (error instanceof LibraryError && (error.code === 'not-sqlite' || error.code === 'not-a-library'))
      throw new BuildError(
        `${output} is there and is not a citation library. Name another file for the library.`,
        { cause: error },
      );
    throw error;
  }
}

/** Opens (or makes) the file and locks it as long as it is open. A file that is no database any more is made anew. */
async function lockedDatabase(
  sqlite: NonNullable<ReturnType<typeof nodeSqlite>>,
  path: string,
  output: string,
): Promise<SqlDatabase> {
  for (let isSecondTry = false; ; isSecondTry = true) {
    let database: SqlDatabase | undefined;
    try {
      database = openNodeDatabase(sqlite, path, { readOnly: false });
      database.exec(
        'PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; ' +
          'PRAGMA temp_store = MEMORY; BEGIN EXCLUSIVE; COMMIT',
      );
      return database;
    } catch (error) {
      database?.close();
      const code = sqliteCode(error);
      if (code === sqliteBusy)
        throw new BuildError(
          `${output} is being built by another process. Wait until it is done, or stop it.`,
          { cause: error },
        );
      if (isSecondTry || (code !== sqliteCorrupt && code !== sqliteNotADatabase)) throw error;
      await unlink(path);
    }
  }
}

function isImportOf(database: SqlDatabase, key: string): boolean {
  try {
    const statement = database.prepare('SELECT value FROM building WHERE key = ?');
    return statement.first([IMPORT])?.[0] === key;
  } catch {
    return false; // There is no such table: a new file, or one that is no draft.
  }
}

function empty(database: SqlDatabase): void {
  const tables = database.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  const names = [...tables.rows()].map(([name]) => String(name));
  tables.free();
  if (names.length === 0) return;
  for (const name of names) database.exec(`DROP TABLE "${name}"`);
  database.exec('PRAGMA user_version = 0; VACUUM');
}

class FileDraft implements LibraryDraft {
  readonly builder: LibraryBuilder;
  readonly base: Library | undefined;
  readonly resumed: boolean;
  readonly lasts = true;
  readonly #output: string;
  readonly #path: string;
  #isPublished = false;

  constructor(
    output: string,
    path: string,
    builder: LibraryBuilder,
    base: Library | undefined,
    resumed: boolean,
  ) {
    this.#output = output;
    this.#path = path;
    this.builder = builder;
    this.base = base;
    this.resumed = resumed;
  }

  async publish(): Promise<number> {
    this.base?.close();
    // While the lock is held no other process can take the finished draft for one to be emptied. Windows renames no open file.
    if (process.platform === 'win32') this.builder.close();
    await rename(this.#path, this.#output);
    this.#isPublished = true;
    this.builder.close();
    return (await stat(this.#output)).size;
  }

  async close(keep: boolean): Promise<void> {
    this.base?.close();
    this.builder.close();
    if (this.#isPublished || keep) return;
    for (const path of [this.#path, `${this.#path}-journal`]) await unlink(path).catch(() => undefined);
  }
}

/** Without SQLite on files all is done in memory, and nothing outlives the process. */
async function memoryDraft(output: string, base: Library | undefined): Promise<LibraryDraft> {
  const sql = await loadSqlJs();
  const builder = createLibrary(sqlJsDatabase(new sql.Database()), base);
  return {
    builder,
    base,
    resumed: false,
    lasts: false,
    publish: async (bytes, signal) => {
      await writeAtomically(output, bytes ?? new Uint8Array(), signal);
      return bytes?.length ?? 0;
    },
    close: async () => {
      base?.close();
      builder.close();
    },
  };
}

async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      const step = 1 << 24;
      for (let at = 0; at < bytes.length; at += step) {
        signal?.throwIfAborted();
        await handle.writeFile(bytes.subarray(at, at + step));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    const reason = systemReason(error);
    if (reason !== undefined) throw new BuildError(`${path} cannot be written: ${reason}.`, { cause: error });
    throw error;
  }
}
