import { readFileSync, statSync } from 'node:fs';
import { DatabaseFault } from './databaseFault.ts';
import { foreignFile } from './foreignFile.ts';
import type { DatabaseFile } from './protocol.ts';

const magic = 'SQLite format 3\0';
const headerBytes = 100;

/**
 * The bytes of a database, as a copy in memory; the file is opened for reading and nothing else. What lies in a -wal file is not put in: that
 * would be a second reader of SQLite's log, and wrong while a program writes.
 * @throws DatabaseFault for what is no database, was changed since the folder was opened, or is being written.
 */
export function readDatabaseFile({ path, bytes, changed }: DatabaseFile): Uint8Array {
  const data = readBytes(path);
  const now = statSync(path);
  if (data.length !== bytes || now.mtimeMs !== changed)
    throw new DatabaseFault(
      `${path} was changed after it was opened, so that answers would not be comparable. Start again.`,
    );
  if (data.length === 0)
    throw new DatabaseFault(`${path} is empty (0 bytes). Put the database there, or take the file away.`);
  if (data.length < headerBytes || Buffer.from(data.subarray(0, 16)).toString('latin1') !== magic)
    throw new DatabaseFault(`${path} ${foreignFile(data)}`);
  for (const [suffix, cause] of [
    ['-wal', 'has changes that lie in its -wal file'],
    ['-journal', 'is being written, or a program stopped while it was writing (there is a -journal file)'],
  ] as const)
    if ((statSync(`${path}${suffix}`, { throwIfNoEntry: false })?.size ?? 0) > 0)
      throw new DatabaseFault(
        `${path} ${cause}. Close the program that writes, or copy it with sqlite3's command .backup.`,
      );
  const missing = missingBytes(data);
  if (missing > 0)
    throw new DatabaseFault(
      `${path} is cut off: ${missing.toLocaleString('en')} bytes are missing at its end. Copy it again, as a whole.`,
    );
  // A database in WAL mode needs shared memory even to be read. With nothing in its log, the older mode reads the same.
  if (data[18] === 2) data[18] = 1;
  if (data[19] === 2) data[19] = 1;
  return data;
}

/**
 * Bytes that a database should have beyond those that are there, by its header (bytes 16, 28; where 24 and 92 are not alike, an old program
 * wrote it and 28 says nothing: https://www.sqlite.org/fileformat2.html, 1.3.7).
 */
function missingBytes(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(24) !== view.getUint32(92)) return 0;
  const pageBytes = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  return pageBytes * view.getUint32(28) - data.length;
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DatabaseFault(
      code === 'EBUSY' || code === 'EACCES' || code === 'EPERM'
        ? `${path} cannot be read (${code}): another program holds it, or permission is missing.`
        : `${path} cannot be read: ${message}`,
    );
  }
}
