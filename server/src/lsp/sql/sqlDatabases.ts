import { stat } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { openDatabaseFile, type OpenedDatabase } from '../../databases/index.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import type { SqlParts } from './sqlServices.ts';

/** How it stands with the database of a document. */
export type SqlDatabaseState =
  /** None is named and none lies beside the document; `message` says how to name one. */
  | { readonly kind: 'none'; readonly message: string }
  | { readonly kind: 'opening'; readonly path: string }
  | {
      readonly kind: 'ready';
      readonly path: string;
      readonly label: string;
      /** With figures and samples as soon as they are known. The same object as long as it says the same. */
      readonly schema: SqlSchema;
      /** A file of `CREATE` statements has no rows: nothing can be run. */
      readonly source: 'sqlite' | 'ddl';
      /** Milliseconds since 1970: last change of the file, and when it was read. */
      readonly changed: number;
      readonly read: number;
      /** What a person should know of it: it is large. */
      readonly warning?: string;
    }
  | { readonly kind: 'error'; readonly path: string; readonly message: string };

interface Known {
  state: SqlDatabaseState;
  database?: OpenedDatabase;
  settled: Promise<void>;
}

const suffixes = ['.sqlite', '.sqlite3', '.db'];

/** The databases that open documents ask, by path; each is opened once, read-only, and read again when its file changes. */
export class SqlDatabases {
  readonly #parts: SqlParts;
  readonly #byPath = new Map<string, Known>();

  constructor(parts: SqlParts) {
    this.#parts = parts;
  }

  open(document: OpenSqlDocument): void {
    const path = this.#pathOf(document);
    if (path !== undefined) this.#known(path);
  }

  close(_uri: string, left: readonly OpenSqlDocument[]): void {
    const used = new Set(left.map((document) => this.#pathOf(document)));
    for (const [path, { database }] of this.#byPath)
      if (!used.has(path)) {
        this.#byPath.delete(path);
        void database?.close();
      }
  }

  settingsChanged(documents: readonly OpenSqlDocument[]): void {
    this.close('', documents);
    for (const document of documents) this.open(document);
  }

  checkFiles(): void {
    for (const [path, known] of this.#byPath) void this.#check(path, known);
  }

  /** How it stands now; never waits. */
  state(document: OpenSqlDocument): SqlDatabaseState {
    const path = this.#pathOf(document);
    if (path === undefined)
      return {
        kind: 'none',
        message:
          'No database. Name one in a comment (-- database: file.sqlite) or in the setting querent.sql.database, or put it beside the document.',
      };
    return this.#known(path).state;
  }

  /** The schema as far as it is known now; undefined while there is none. */
  schema(document: OpenSqlDocument): SqlSchema | undefined {
    const state = this.state(document);
    return state.kind === 'ready' ? state.schema : undefined;
  }

  /** Waits until the database is open, or cannot be opened. */
  async settled(document: OpenSqlDocument): Promise<SqlDatabaseState> {
    const path = this.#pathOf(document);
    if (path !== undefined) await this.#known(path).settled;
    return this.state(document);
  }

  /** The database for running statements. @throws Error fit for people where there is none */
  async database(document: OpenSqlDocument): Promise<OpenedDatabase> {
    const state = await this.settled(document);
    const path = this.#pathOf(document);
    const database = path === undefined ? undefined : this.#byPath.get(path)?.database;
    if (database !== undefined) return database;
    throw new Error('message' in state ? state.message : 'The database is not open.');
  }

  /** Reads the database of a document again. */
  async refresh(document: OpenSqlDocument): Promise<SqlDatabaseState> {
    const path = this.#pathOf(document);
    const known = path === undefined ? undefined : this.#byPath.get(path);
    if (path !== undefined && known !== undefined) {
      this.#byPath.delete(path);
      await known.database?.close();
    }
    return this.settled(document);
  }

  async dispose(): Promise<void> {
    const all = [...this.#byPath.values()];
    this.#byPath.clear();
    await Promise.allSettled(all.map(({ database }) => database?.close()));
  }

  #known(path: string): Known {
    let known = this.#byPath.get(path);
    if (known === undefined) {
      known = { state: { kind: 'opening', path }, settled: Promise.resolve() };
      this.#byPath.set(path, known);
      known.settled = this.#read(path, known);
    }
    return known;
  }

  async #read(path: string, known: Known): Promise<void> {
    try {
      const { timeoutSeconds } = this.#parts.settings().sql;
      const database = await openDatabaseFile(path, { threads: 2, timeMs: timeoutSeconds * 1_000 });
      known.database = database;
      const { changed, weight } = database;
      const ready = {
        ...{ kind: 'ready' as const, path, label: basename(path), source: 'sqlite' as const, changed },
        ...('message' in weight ? { warning: weight.message } : {}),
      };
      known.state = { ...ready, schema: await database.schema(), read: Date.now() };
      this.#parts.changed();
      void database.describe().then(
        (schema) => {
          known.state = { ...ready, schema, read: Date.now() };
          this.#parts.changed();
        },
        () => {},
      );
    } catch (error) {
      known.state = { kind: 'error', path, message: error instanceof Error ? error.message : String(error) };
      this.#parts.changed();
    }
  }

  async #check(path: string, known: Known): Promise<void> {
    const found = await stat(path).catch(() => undefined);
    if (known.state.kind === 'ready' && found?.mtimeMs === known.state.changed) return;
    if (this.#byPath.get(path) !== known || known.state.kind === 'opening') return;
    this.#byPath.delete(path);
    await known.database?.close();
    this.#known(path);
  }

  #pathOf(document: OpenSqlDocument): string | undefined {
    const home = folderOf(document.uri);
    const named = document.parsed.directives.find(({ kind }) => kind === 'database')?.value.trim();
    if (named) return resolve(home ?? this.#parts.folders()[0] ?? '.', named);
    const { database } = this.#parts.settings().sql;
    if (database !== '')
      return isAbsolute(database) ? database : resolve(this.#parts.folders()[0] ?? home ?? '.', database);
    return home === undefined ? undefined : besideOf(home, document.uri);
  }
}

function folderOf(uri: string): string | undefined {
  return uri.startsWith('file:') ? dirname(fileURLToPath(uri)) : undefined;
}

/** The database of the document's own name, else the only one of its folder. */
function besideOf(folder: string, uri: string): string | undefined {
  const own = basename(fileURLToPath(uri), extname(uri));
  const found = readdirSync(folder).filter((name) => suffixes.includes(extname(name).toLowerCase()));
  const wanted = found.find((name) => basename(name, extname(name)) === own);
  const [only, ...others] = found;
  const name = wanted ?? (others.length === 0 ? only : undefined);
  return name === undefined ? undefined : join(folder, name);
}
