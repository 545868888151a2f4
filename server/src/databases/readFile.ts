import { readFileSync, statSync } from 'node:fs';
import { DatabaseFault } from './databaseFault.ts';
import { readHead, requireUnchanged, withFault } from './fileState.ts';
import { foreignFile } from './foreignFile.ts';
import type { DatabaseFile } from './protocol.ts';
import { withLog } from './writeAheadLog.ts';

const magic = 'SQLite format 3\0';
const headerBytes = 100;
/** What is looked at to tell other formats. */
const headBytes = 4_096;

/**
 * The bytes of a database with what its log (`-wal`) holds, as a copy in memory; the files are opened for reading and nothing else. A copy of one
 * state: where a program wrote meanwhile, that is told.
 * @throws DatabaseFault for what is no database, was changed since it was opened, or is being written.
 */
export function readDatabaseFile(file: DatabaseFile): Uint8Array {
  requireReadable(file);
  const { path, log } = file;
  const data = withFault(path, () => readFileSync(path));
  const whole =
    log === undefined
      ? data
      : withLog(
          data,
          withFault(path, () => readFileSync(`${path}-wal`)),
        );
  requireUnchanged(file);
  // A database in WAL mode needs shared memory even to be read. With its log put in, the older mode reads the same.
  if (whole[18] === 2) whole[18] = 1;
  if (whole[19] === 2) whole[19] = 1;
  return whole;
}

/**
 * Looks at a database without reading all of it.
 * @throws DatabaseFault as {@link readDatabaseFile}
 */
export function requireReadable(file: DatabaseFile): void {
  requireUnchanged(file);
  const { path, bytes, log } = file;
  if (bytes === 0)
    throw new DatabaseFault(`${path} is empty (0 bytes). Put the database there, or take the file away.`);
  const head = readHead(path, headBytes);
  if (head.length < headerBytes || Buffer.from(head.subarray(0, 16)).toString('latin1') !== magic)
    throw new DatabaseFault(`${path} ${foreignFile(head)}`);
  if (isHot(`${path}-journal`))
    throw new DatabaseFault(
      `${path} is being written, or a program stopped while it was writing (there is a -journal file). ` +
        "Close the program that writes, or copy it with sqlite3's command .backup.",
    );
  // What a log adds may be what is missing here.
  const missing = log === undefined ? missingBytes(head, bytes) : 0;
  if (missing > 0)
    throw new DatabaseFault(
      `${path} is cut off: ${missing.toLocaleString('en')} bytes are missing at its end. Copy it again, as a whole.`,
    );
}

/** A journal whose first byte is zero is done with (https://www.sqlite.org/lockingv3.html#hot_journals): some programs keep it for the next time. */
function isHot(path: string): boolean {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return false;
  return (readHead(path, 1)[0] ?? 0) !== 0;
}

/**
 * Bytes that a database should have beyond those that are there, by its header (bytes 16, 28; where 24 and 92 are not alike, an old program
 * wrote it and 28 says nothing: https://www.sqlite.org/fileformat2.html, 1.3.7).
 */
function missingBytes(head: Uint8Array, bytes: number): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(24) !== view.getUint32(92)) return 0;
  const pageBytes = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  return pageBytes * view.getUint32(28) - bytes;
}
