import type { StatementLimits } from './protocol.ts';

const megabyte = 2 ** 20;

/**
 * All bounds of databases, in one place. SQLite as WebAssembly has all of a database in memory, so a file's size is what a thread takes.
 */
export const databaseLimits = {
  /** Bytes of a file that are read into memory at most. */
  largestFile: 1024 * megabyte,
  /** Bytes from which on people are told beforehand that reading takes memory and time. */
  heavyFile: 256 * megabyte,
  /** A schema's facts: rows of each table that are looked at, values kept of each column, and milliseconds in all. */
  describedRows: 10_000,
  describedSamples: 20,
  describeMs: 2_000,
  /** Longest text, in characters, that is kept as a sample. */
  longestSample: 100,
  /** A preview: rows shown unless told otherwise, and milliseconds that counting the others may take. */
  previewRows: 100,
  previewCountMs: 1_000,
  /** All rows of a statement come in parts of at most so many rows, and about so many bytes. */
  partRows: 5_000,
  partBytes: 4 * megabyte,
} as const;

/** What bounds statements, with what a caller has to say about it. */
export function statementLimits(timeMs = 5_000, rows = 10_000): StatementLimits {
  return {
    timeMs,
    rows,
    answerBytes: 16 * megabyte,
    heapBytes: 256 * megabyte,
    openBytes: 256 * megabyte,
  };
}

/** What will happen with a file of this size, and what can be done instead. */
export type DatabaseWeight =
  | { readonly kind: 'light' }
  /** It is read, and a person should know what that takes. */
  | { readonly kind: 'heavy'; readonly message: string }
  /** It is not read. */
  | { readonly kind: 'refused'; readonly message: string };

/** Judges a database by its size, before it is read. @param bytes of the file */
export function weighDatabase(path: string, bytes: number): DatabaseWeight {
  const size = `${Math.ceil(bytes / megabyte).toLocaleString('en')} MB`;
  if (bytes > databaseLimits.largestFile)
    return {
      kind: 'refused',
      message:
        `${path} has ${size}; databases are read into memory, and ${(databaseLimits.largestFile / megabyte).toLocaleString('en')} MB are ` +
        `the most. Make a smaller copy that holds the tables you need (sqlite3 small.sqlite "ATTACH 'large.sqlite' AS l; CREATE TABLE t AS ` +
        `SELECT * FROM l.t LIMIT 100000"), or write its schema into a .sql file, which is enough for completion and checks.`,
    };
  if (bytes > databaseLimits.heavyFile)
    return {
      kind: 'heavy',
      message: `${path} has ${size}. All of it is read into memory, which takes as much there and some seconds; a smaller copy answers faster.`,
    };
  return { kind: 'light' };
}
