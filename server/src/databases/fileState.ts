import type { Stats } from 'node:fs';
import { openSync, closeSync, readSync, statSync } from 'node:fs';
import { DatabaseFault } from './databaseFault.ts';
import type { DatabaseFile } from './protocol.ts';

/** Size and last change of a file, and of the log beside it. */
export type FileState = Pick<DatabaseFile, 'bytes' | 'changed' | 'log'>;

/** How a database and its log are; undefined where there is no file. */
export function fileState(path: string): FileState | undefined {
  const found = stated(path);
  if (found?.isFile() !== true) return undefined;
  const log = stated(`${path}-wal`);
  return {
    bytes: found.size,
    changed: found.mtimeMs,
    // An empty log says nothing.
    ...(log?.isFile() === true && log.size > 0 ? { log: { bytes: log.size, changed: log.mtimeMs } } : {}),
  };
}

/** Undefined for what cannot be looked at, such as a link that leads to itself. */
function stated(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** @throws DatabaseFault for a file that is not as it was when it was opened, so that answers would not be of one state */
export function requireUnchanged({ path, bytes, changed, log }: DatabaseFile): void {
  const now = fileState(path);
  if (
    now?.bytes !== bytes ||
    now.changed !== changed ||
    now.log?.bytes !== log?.bytes ||
    now.log?.changed !== log?.changed
  )
    throw new DatabaseFault(
      `${path} was changed after it was opened, so that answers would be of two states of it. Ask again; an evaluation starts anew.`,
    );
}

/** The first bytes of a file. @throws DatabaseFault */
export function readHead(path: string, bytes: number): Uint8Array {
  return withFault(path, () => {
    const file = openSync(path, 'r');
    try {
      const head = new Uint8Array(bytes);
      return head.subarray(0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  });
}

/** Reads, and puts into words why it could not. @throws DatabaseFault */
export function withFault<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DatabaseFault(
      code === 'EBUSY' || code === 'EACCES' || code === 'EPERM'
        ? `${path} cannot be read (${code}): another program holds it, or permission is missing.`
        : `${path} cannot be read: ${message}`,
    );
  }
}
