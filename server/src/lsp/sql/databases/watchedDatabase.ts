import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { sourceState, readSource } from '../../../sqlDocuments/index.ts';
import type { SourceState, LeasedDatabase, Source } from '../../../sqlDocuments/index.ts';

/** What became of a file that is named as database. */
export type WatchedState =
  | { readonly kind: 'opening'; readonly path: string }
  | {
      readonly kind: 'ready';
      readonly path: string;
      readonly label: string;
      /** With figures and samples as soon as they are known. The same object as long as it says the same. */
      readonly schema: SqlSchema;
      /** A file of `CREATE` statements has no rows: nothing can be run. */
      readonly source: 'sqlite' | 'ddl';
      /** Milliseconds since 1970: last change of the file, and when it was read. A change is told before it is read. */
      readonly changed: number;
      readonly read: number;
      /** What a person should know of it: it is large. */
      readonly warning?: string;
    }
  | { readonly kind: 'error'; readonly path: string; readonly message: string };

export interface WatchedParts {
  /** Milliseconds that a statement may take. */
  timeMs(): number;
  /** Does what may take long: shows that it is done, and lets people cancel it. */
  long(title: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** It says something else now. */
  changed(): void;
}

/** Shortest time between two looks at a file, in milliseconds. */
const lookEveryMs = 1_000;
/** Time between looks while nobody asks: the editor watches only files of the workspace, and not all logs of databases. */
const lookAnywayMs = 2_000;
/** A program that writes is waited for so often, and so long in milliseconds, before its file counts as broken. */
const patience = [100, 200, 400, 800] as const;

/**
 * A file over time: read once, and again when it changes. What was known of it stays until the new state is read; a statement that runs
 * meanwhile ends on the old one.
 */
export class WatchedDatabase {
  readonly path: string;
  readonly #parts: WatchedParts;
  #state: WatchedState;
  #database: LeasedDatabase | undefined;
  #reading: Promise<void> | undefined;
  /** Of the file as it was read last. */
  #stamp = '';
  #lookedAt = 0;
  #looking: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;

  constructor(path: string, parts: WatchedParts) {
    this.path = path;
    this.#parts = parts;
    this.#state = { kind: 'opening', path };
    this.#timer = setInterval(() => this.glance(), lookAnywayMs).unref();
    void this.read();
  }

  get state(): WatchedState {
    return this.#state;
  }

  /** For statements; undefined while there is none that can be asked. */
  get database(): LeasedDatabase | undefined {
    return this.#database;
  }

  /** Waits until it is read, or cannot be read. */
  async settled(): Promise<void> {
    while (this.#reading !== undefined) await this.#reading;
  }

  /** Looks whether the file changed, at most once a second, and reads it again then. Returns at once. */
  glance(): void {
    if (Date.now() - this.#lookedAt >= lookEveryMs) void this.look();
  }

  /** Looks whether the file changed, and waits until what it says now is read. */
  async look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    await this.#looking;
    await this.settled();
  }

  /** Reads the file, whether it changed or not. */
  async read(): Promise<void> {
    this.#reading ??= this.#parts
      .long(`Reading ${basename(this.path)}`, (signal) => this.#read(signal))
      .finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  /** Nobody asks for it any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    const database = this.#database;
    this.#database = undefined;
    await database?.close();
  }

  async #look(): Promise<void> {
    this.#lookedAt = Date.now();
    const { kind, stamp, changed } = await sourceState(this.path);
    if (this.#isClosed || this.#reading !== undefined || stamp === this.#stamp) return;
    void this.read();
    const state = this.#state;
    if (state.kind !== 'ready' || kind !== 'file' || changed === state.changed) return;
    // What statements gave before counts no longer, however long it takes to read the file.
    this.#state = { ...state, changed };
    this.#parts.changed();
  }

  async #read(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const before = await sourceState(this.path);
      this.#lookedAt = Date.now();
      this.#stamp = before.stamp;
      try {
        const source = await readSource(this.path, before, this.#parts.timeMs(), signal);
        if (this.#isClosed) return void source.database?.retire();
        this.#take(source, before);
        return;
      } catch (error) {
        if (this.#isClosed) return;
        const wait = patience[attempt];
        if (wait === undefined || signal.aborted || !(await this.#isWritten(before))) {
          this.#fail(error instanceof Error ? error.message : String(error));
          return;
        }
        await new Promise((done) => setTimeout(done, wait).unref());
      }
    }
  }

  /** Whether the file is, or just was, in the hands of a program that writes. */
  async #isWritten({ stamp, kind }: SourceState): Promise<boolean> {
    if (kind === 'absent') return this.#state.kind === 'ready'; // replaced: away for a moment
    const now = await sourceState(this.path);
    const isBusy = (await sourceState(`${this.path}-journal`)).kind === 'file';
    return now.stamp !== stamp || isBusy;
  }

  #take({ kind, schema, database, warning }: Source, { changed }: SourceState): void {
    const before = this.#state;
    const old = before.kind === 'ready' ? before.schema : undefined;
    this.#database?.retire();
    this.#database = database;
    this.#state = {
      ...{ kind: 'ready', path: this.path, label: basename(this.path), source: kind },
      ...{ changed: database?.changed ?? changed, read: Date.now() },
      // What was counted before stays until it is counted anew.
      schema: old !== undefined && isSame(withoutFigures(old), withoutFigures(schema)) ? old : schema,
      ...(warning === undefined ? {} : { warning }),
    };
    this.#parts.changed();
    if (database !== undefined) void this.#describe(database);
  }

  async #describe(database: LeasedDatabase): Promise<void> {
    // Views and tables can be asked without figures; a database of which none can be had is told when it is asked for rows.
    const described = await database.describe().catch(() => undefined);
    const now = this.#state;
    if (described === undefined || this.#database !== database || now.kind !== 'ready') return;
    if (isSame(now.schema, described)) return;
    this.#state = { ...now, schema: described };
    this.#parts.changed();
  }

  #fail(message: string): void {
    this.#database?.retire();
    this.#database = undefined;
    if (this.#state.kind === 'error' && this.#state.message === message) return;
    this.#state = { kind: 'error', path: this.path, message };
    this.#parts.changed();
  }
}

/** Whether two schemas say the same. */
function isSame(one: SqlSchema, other: SqlSchema): boolean {
  return isDeepStrictEqual(one, other);
}

/** What does not depend on rows. */
function withoutFigures({ statements, tables }: SqlSchema): SqlSchema {
  return {
    statements,
    tables: tables.map(({ rows, columns, ...table }) => {
      void rows;
      return {
        ...table,
        columns: columns.map(({ values, ...column }) => {
          void values;
          return column;
        }),
      };
    }),
  };
}
