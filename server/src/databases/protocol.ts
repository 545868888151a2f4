import type { SqlOutcome, SqlSchema } from '@querent/core/sqlSchema';

/** A file as it was when the folder was opened: an answer never comes from another state of it. */
export interface DatabaseFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly changed: number;
}

/** What bounds a statement. */
export interface StatementLimits {
  /** Wall clock, in milliseconds. */
  readonly timeMs: number;
  readonly rows: number;
  /** Bytes of an answer's values. */
  readonly answerBytes: number;
  /** Bytes that SQLite may take for a statement and its caches. */
  readonly heapBytes: number;
  /** Bytes of databases that one thread keeps open; the least recently used is closed first. */
  readonly openBytes: number;
}

/** What a thread is asked; one thing at a time. */
export type DatabaseRequest =
  | { readonly kind: 'run'; readonly file: DatabaseFile; readonly sql: string }
  | { readonly kind: 'schema'; readonly file: DatabaseFile };

/** What a thread says. `begun`: the database is open, and the statement's time begins now. */
export type DatabaseMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'outcome'; readonly outcome: SqlOutcome; readonly isBroken: boolean }
  | { readonly kind: 'schema'; readonly schema: SqlSchema }
  | { readonly kind: 'bad-file'; readonly message: string };
