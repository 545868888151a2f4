import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { SearchError } from '@querent/core/search';
import type { SqlFailure, SqlOutcome, SqlPreview, SqlSchema } from '@querent/core/sqlSchema';
import type { Databases } from '@querent/core/tasks';
import { editDistance } from '@querent/core/text';
import { DatabaseThread } from './databaseThread.ts';
import { engineOf, findDatabases, findFile, weightOf } from './findDatabases.ts';
import { statementLimits } from './limits.ts';
import type { DatabaseWeight } from './limits.ts';
import type { DatabaseAnswer, DatabaseFile, DatabaseRequest, RowsPart, StatementLimits } from './protocol.ts';
import type { PreviewOptions } from './runPreview.ts';
import type { RunnerKind } from './runner.ts';
import { streamRows } from './streamRows.ts';

export interface DatabasesOptions {
  /** Longest time of a statement, in milliseconds of wall clock, >= 1. Default 5,000. */
  readonly timeMs?: number;
  /** Most rows of an answer, >= 1. Default 10,000. */
  readonly rows?: number;
  /** Statements at the same time, >= 1. Default: as many as there are processors, 4 at most. */
  readonly threads?: number;
  /** Bytes of a file beyond which it is read in place by a process, where Node has an SQLite of its own. Default: `databaseLimits.heavyFile`. */
  readonly inPlaceFrom?: number;
}

/** Databases with threads of their own, which are to be ended. */
export interface OpenedDatabases extends Databases {
  /** Tells these files, as they were when the folder was opened, from all others; for cache keys. */
  readonly id: string;
  /** The schema with what is in its tables: rows, different values, samples; in a bounded time. @throws SearchError as `schema` */
  describe(database: string, signal?: AbortSignal): Promise<SqlSchema>;
  /** Runs one statement that reads, for a person to look at. @throws SearchError as `run` */
  preview(database: string, sql: string, options?: AskOptions & PreviewOptions): Promise<SqlPreview>;
  /** Ends the threads. Statements that are running are answered with an error. */
  close(): Promise<void>;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
}

/** One database file, as it was when it was opened; when the file has changed since, it has to be opened again. */
export interface OpenedDatabase {
  readonly path: string;
  /** Milliseconds since 1970: when the file was last changed, and so how old what is known of it may be. */
  readonly changed: number;
  readonly weight: DatabaseWeight;
  schema(signal?: AbortSignal): Promise<SqlSchema>;
  describe(signal?: AbortSignal): Promise<SqlSchema>;
  run(sql: string, options?: AskOptions): Promise<SqlOutcome>;
  preview(sql: string, options?: AskOptions & PreviewOptions): Promise<SqlPreview>;
  /**
   * All rows of a statement, however many, in parts; a failure is the last that is given. The limit of time holds for each part. Goes on with
   * the database as it was when this one is closed. @throws SearchError as `run`
   */
  stream(sql: string, options?: AskOptions): AsyncGenerator<RowsPart | SqlFailure, void>;
  close(): Promise<void>;
}

const kinds: readonly RunnerKind[] = ['memory', 'native'];

/**
 * The SQLite databases of a folder (`NAME.sqlite`, `NAME.sqlite3`, `NAME.db`, also as `NAME/NAME.sqlite`, as benchmarks ship them), named
 * by their files. They are read into memory and never written. Statements run in worker threads, each of which can be ended in the middle
 * of one. A file is opened when it is asked for the first time, so one bad file spoils no other.
 * @throws SearchError `bad-library` when the folder holds none; what is wrong with a file is told when it is asked.
 */
export async function openDatabases(
  folder: string,
  options: DatabasesOptions = {},
): Promise<OpenedDatabases> {
  const files = await findDatabases(resolve(folder), options);
  const limits = statementLimits(options.timeMs, options.rows);
  return new DatabaseFiles(folder, files, limits, {
    threads: Math.min(4, availableParallelism()),
    ...options,
  });
}

/**
 * Opens one SQLite file of any name, as {@link openDatabases} does; with one thread unless told otherwise.
 * @throws SearchError `bad-library` when it is not there, or too large to be read; what else is wrong with it is told when it is asked.
 */
export async function openDatabaseFile(
  path: string,
  options: DatabasesOptions = {},
): Promise<OpenedDatabase> {
  const full = resolve(path);
  const file = findFile(full, full, options);
  if (file === undefined)
    throw new SearchError('bad-library', `There is no database ${full}. Correct its path, or put it there.`);
  const limits = statementLimits(options.timeMs, options.rows);
  const files = new DatabaseFiles(full, new Map([[full, file]]), limits, { threads: 1, ...options });
  return {
    path: full,
    changed: Math.max(file.changed, file.log?.changed ?? 0),
    weight: weightOf(file, options),
    schema: (signal) => files.schema(full, signal),
    describe: (signal) => files.describe(full, signal),
    run: (sql, more) => files.run(full, sql, more),
    preview: (sql, more) => files.preview(full, sql, more),
    stream: (sql, more) => streamRows(file, sql, limits, engineOf(file, options), more?.signal),
    close: () => files.close(),
  };
}

interface Waiting {
  readonly request: DatabaseRequest;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (answer: DatabaseAnswer) => void;
  readonly reject: (error: unknown) => void;
}

class DatabaseFiles implements OpenedDatabases {
  readonly names: readonly string[];
  readonly id: string;
  readonly #folder: string;
  readonly #files: ReadonlyMap<string, DatabaseFile>;
  readonly #options: DatabasesOptions;
  readonly #threads: readonly DatabaseThread[];
  readonly #waiting = new Set<Waiting>();
  /** By kind and name. */
  readonly #schemas = new Map<string, Promise<SqlSchema>>();
  #isClosed = false;

  constructor(
    folder: string,
    files: ReadonlyMap<string, DatabaseFile>,
    limits: StatementLimits,
    options: DatabasesOptions & { readonly threads: number },
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#files = files;
    this.names = [...files.keys()];
    const states = [...files.values()].map(({ name, bytes, changed, log }) => [
      name,
      bytes,
      changed,
      ...(log === undefined ? [] : [log.bytes, log.changed]),
    ]);
    this.id = `databases:${createHash('sha256').update(JSON.stringify(states)).digest('hex').slice(0, 16)}`;
    this.#threads = kinds.flatMap((kind) =>
      Array.from({ length: Math.max(1, options.threads) }, () => new DatabaseThread(limits, kind)),
    );
  }

  async schema(database: string, signal?: AbortSignal): Promise<SqlSchema> {
    return this.#schema('schema', database, signal);
  }

  async describe(database: string, signal?: AbortSignal): Promise<SqlSchema> {
    return this.#schema('describe', database, signal);
  }

  async #schema(
    kind: 'schema' | 'describe',
    database: string,
    signal: AbortSignal | undefined,
  ): Promise<SqlSchema> {
    if (signal?.aborted === true) throw cancelled();
    const key = `${kind}:${database}`;
    let schema = this.#schemas.get(key);
    if (schema === undefined) {
      // Shared by all who ask, so that nobody's signal may end it.
      schema = this.#ask({ kind, file: this.#file(database) }, undefined) as Promise<SqlSchema>;
      this.#schemas.set(key, schema);
      schema.catch(() => this.#schemas.delete(key));
    }
    return schema;
  }

  async preview(
    database: string,
    sql: string,
    { signal, ...options }: AskOptions & PreviewOptions = {},
  ): Promise<SqlPreview> {
    const request: DatabaseRequest = { kind: 'preview', file: this.#file(database), sql, options };
    return (await this.#ask(request, signal)) as SqlPreview;
  }

  async run(database: string, sql: string, { signal }: AskOptions = {}): Promise<SqlOutcome> {
    return (await this.#ask({ kind: 'run', file: this.#file(database), sql }, signal)) as SqlOutcome;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = new SearchError('internal', 'The databases were closed.');
    for (const { reject } of [...this.#waiting]) reject(closed);
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  #file(name: string): DatabaseFile {
    const file = this.#files.get(name);
    if (file !== undefined) return file;
    const [nearest] = [...this.names].sort(
      (a, b) =>
        editDistance(a.toLowerCase(), name.toLowerCase()) - editDistance(b.toLowerCase(), name.toLowerCase()),
    );
    throw new SearchError(
      'rejected',
      `${this.#folder} has no database ${name.slice(0, 100)}. The nearest name is ${nearest}.`,
    );
  }

  #ask(request: DatabaseRequest, signal: AbortSignal | undefined): Promise<DatabaseAnswer> {
    if (this.#isClosed) return Promise.reject(new SearchError('internal', 'The databases are closed.'));
    if (signal?.aborted === true) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiting.reject(cancelled());
      const leave = (): void => {
        this.#waiting.delete(waiting);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiting: Waiting = {
        request,
        signal,
        resolve: (answer) => {
          leave();
          resolve(answer);
        },
        reject: (error) => {
          leave();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiting);
      this.#next();
    });
  }

  /** Gives what waits to threads that are free, first come, first served; of several threads to one that has the database open. */
  #next(): void {
    for (const waiting of this.#waiting) {
      const kind = engineOf(waiting.request.file, this.#options);
      const free = this.#threads.filter((thread) => thread.isIdle && thread.kind === kind);
      const { name } = waiting.request.file;
      const thread =
        free.find((candidate) => candidate.knows(name)) ?? free.find(({ isStarted }) => isStarted) ?? free[0];
      if (thread === undefined) continue;
      this.#waiting.delete(waiting);
      thread
        .ask(waiting.request, waiting.signal)
        .then(waiting.resolve, waiting.reject)
        .finally(() => this.#next());
    }
  }
}

function cancelled(): SearchError {
  return new SearchError('aborted', 'The statement was cancelled.');
}
