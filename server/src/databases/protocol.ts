import type { SqlCell, SqlOutcome, SqlPreview, SqlSchema } from '@querent/core/sqlSchema';
import type { PreviewOptions } from './runPreview.ts';

/** A file as it was when the folder was opened: an answer never comes from another state of it. */
export interface DatabaseFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly changed: number;
  /** What lies in its `-wal` beside it; absent where there is nothing. */
  readonly log?: { readonly bytes: number; readonly changed: number };
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
  | {
      readonly kind: 'preview';
      readonly file: DatabaseFile;
      readonly sql: string;
      readonly options: PreviewOptions;
    }
  /** The next rows of a statement that is run for all of them; from the first ones on where `isFirst`. */
  | { readonly kind: 'part'; readonly file: DatabaseFile; readonly sql: string; readonly isFirst: boolean }
  /** `describe`: with what is in the tables. */
  | { readonly kind: 'schema' | 'describe'; readonly file: DatabaseFile };

/** Some of a statement's rows, in their order. */
export interface RowsPart {
  readonly kind: 'part';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlCell[])[];
  /** Whether no others follow. */
  readonly isLast: boolean;
}

export type DatabaseAnswer = SqlOutcome | SqlPreview | RowsPart | SqlSchema;

/** What a thread says. `begun`: the database is open, and the statement's time begins now. */
export type DatabaseMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun' }
  /** The first rows of a preview; what follows counts the others, for so many milliseconds. */
  | { readonly kind: 'shown'; readonly preview: SqlPreview; readonly countMs: number }
  | {
      readonly kind: 'outcome';
      readonly outcome: SqlOutcome | SqlPreview | RowsPart;
      readonly isBroken: boolean;
    }
  /** What is known of a schema so far; more is looked for in so many milliseconds. */
  | { readonly kind: 'partly'; readonly schema: SqlSchema; readonly ms: number }
  | { readonly kind: 'schema'; readonly schema: SqlSchema }
  /** A process that took more memory than it may, and ends. */
  | { readonly kind: 'overgrown'; readonly bytes: number }
  | { readonly kind: 'bad-file'; readonly message: string };
