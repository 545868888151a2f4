import { hasNativeSqlite } from './nativeSqlite.ts';
import type { StatementLimits } from './protocol.ts';
import type { RunnerKind } from './runner.ts';

const megabyte = 2 ** 20;

/**
 * All bounds of databases, in one place. SQLite as WebAssembly has all of a database in memory, so a file's size is what a thread takes.
 */
export const databaseLimits = {
  /** Bytes of a file that are read into memory at most. */
  largestFile: 1024 * megabyte,
  /** Bytes from which on a file is read in place where that is possible; people are told beforehand what happens. */
  heavyFile: 256 * megabyte,
  /** Milliseconds that a file in place is waited for while another program holds it. */
  lockedMs: 1_000,
  /** A table in place that may have more rows is counted last. */
  countedRows: 2_000_000,
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

interface WeighOptions {
  readonly isNative?: boolean;
  readonly inPlaceFrom?: number | undefined;
}

/** What will happen with a file of this size, and what can be done instead. */
export type DatabaseWeight =
  | { readonly kind: 'light'; readonly engine: RunnerKind }
  /** It is read, and a person should know how. */
  | { readonly kind: 'heavy'; readonly engine: RunnerKind; readonly message: string }
  /** It is not read. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Judges a database by its size, before it is read: small ones are copied into memory; large ones are read in place, where Node has an SQLite of its
 * own, and else as far as the memory goes.
 * @param bytes of the file and its log
 * @param inPlaceFrom bytes beyond which a file is read in place
 */
export function weighDatabase(
  path: string,
  bytes: number,
  { isNative = hasNativeSqlite(), inPlaceFrom = databaseLimits.heavyFile }: WeighOptions = {},
): DatabaseWeight {
  const engine = isNative && bytes > inPlaceFrom ? 'native' : 'memory';
  if (bytes <= databaseLimits.heavyFile) return { kind: 'light', engine };
  const size = `${Math.ceil(bytes / megabyte).toLocaleString('en')} MB`;
  if (engine === 'native')
    return {
      kind: 'heavy',
      engine,
      message: `${path} has ${size}. It is not copied into memory but read in place, by a process that only reads; statements take as long as the disk needs.`,
    };
  if (bytes > databaseLimits.largestFile)
    return {
      kind: 'refused',
      message:
        `${path} has ${size}. Without an SQLite of Node's own, databases are read into memory, and ${(databaseLimits.largestFile / megabyte).toLocaleString('en')} MB are ` +
        `the most. Use Node 22.16 or later (a newer VS Code has it), make a smaller copy that holds the tables you need (sqlite3 small.sqlite "ATTACH 'large.sqlite' AS l; ` +
        `CREATE TABLE t AS SELECT * FROM l.t LIMIT 100000"), or write its schema into a .sql file, which is enough for completion and checks.`,
    };
  return {
    kind: 'heavy',
    engine,
    message: `${path} has ${size}. All of it is read into memory, which takes as much there and some seconds; a smaller copy answers faster, and so does Node 22.16 or later, which reads it in place.`,
  };
}
