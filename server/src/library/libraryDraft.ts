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
import { openLibraryFile, startOf } from './openLibraryFile.ts';
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
 * Opens the draft of the library `output`. The draft is locked first, so that the library that is brought up to date stays as it is until
 * this draft takes its place.
 * @param importKey what is imported, asked when nobody else can change the library any more: an unfinished draft of another import is
 * thrown away, one of the same goes on.
 * @throws BuildError when another process is building it, LibraryError when the library that is there cannot be read.
 */
export async function openDraft(
  output: string,
  rebuild: boolean,
  importKey: string | (() => Promise<string>),
): Promise<LibraryDraft> {
  const keyOf = typeof importKey === 'string' ? async () => importKey : importKey;
  const sqlite = nodeSqlite();
  if (sqlite === undefined) return memoryDraft(output, rebuild ? undefined : await openBase(output));
  const path = draftPath(output);
  await checkTakeover(path);
  let database = await lockedDatabase(sqlite, path, output);
  let base: Library | undefined;
  try {
    const key = await keyOf();
    base = rebuild ? undefined : await openBase(output);
    const resumed = resume(database, key);
    if (resumed !== undefined) return new FileDraft(output, path, resumed, base, true);
    try {
      empty(database);
    } catch {
      // Too damaged to be emptied.
      await remove(path, () => database.close());
      database = await lockedDatabase(sqlite, path, output);
    }
    const builder = createLibrary(database, base);
    builder.note(IMPORT, key);
    builder.commit();
    return new FileDraft(output, path, builder, base, false);
  } catch (error) {
    base?.close();
    // While it is locked: afterwards it may be somebody else's.
    await remove(path, () => database.close());
    throw error;
  }
}

/** The file beside the library is ours to use when it is one of our drafts, or empty. */
async function checkTakeover(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const { start, size } = await startOf(path);
  if (size > 0 && Buffer.from(start).toString('latin1', 68, 72) !== 'QRNT')
    throw new BuildError(
      `${path} is in the way: the library is made there before it takes its place, and this file is no unfinished library. Move it away.`,
    );
}

/** The builder of an interrupted import of the same files; undefined when the draft is new, another one, or damaged. */
function resume(database: SqlDatabase, key: string): LibraryBuilder | undefined {
  try {
    const statement = database.prepare('SELECT value FROM building WHERE key = ?');
    const noted = statement.first([IMPORT])?.[0];
    statement.free();
    if (noted !== key) return undefined;
    const check = database.prepare('PRAGMA quick_check(1)');
    const answer = check.first()?.[0];
    check.free();
    return answer === 'ok' ? resumeLibrary(database) : undefined;
  } catch {
    return undefined; // There is no such table, or it cannot be read.
  }
}

/** Deletes a draft and its journal; on Windows only what is closed can be deleted. */
async function remove(path: string, close: () => void): Promise<void> {
  if (process.platform === 'win32') close();
  for (const one of [path, `${path}-journal`]) await unlink(one).catch(() => undefined);
  close();
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
      await unlink(path); // One of ours, or empty: it was looked at before.
    }
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
    await replace(this.#path, this.#output);
    this.#isPublished = true;
    this.builder.close();
    return (await stat(this.#output)).size;
  }

  async close(keep: boolean): Promise<void> {
    this.base?.close();
    if (this.#isPublished || keep) this.builder.close();
    else await remove(this.#path, () => this.builder.close());
  }
}

/** Puts a file in the place of another. On Windows a program that reads the other one is in the way for as long as it does. */
async function replace(from: string, to: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (process.platform !== 'win32' || tries >= 20 || !['EPERM', 'EACCES', 'EBUSY'].includes(code))
        throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
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
