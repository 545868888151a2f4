import { BuildError, systemReason } from './buildError.ts';
import { sqliteCantOpen, sqliteCode, sqliteFull, sqliteIoError, sqliteReadOnly } from './nodeSqlite.ts';

/** What SQLite says of the disk, for people. */
const DISK: Readonly<Record<number, string>> = {
  [sqliteFull]: 'the disk is full. Make room (about 3 kB a record)',
  [sqliteIoError]: 'the disk cannot be written, or is full. Make room (about 3 kB a record)',
  [sqliteReadOnly]: 'its folder is read-only. Name a file in another folder',
  [sqliteCantOpen]: 'no file can be made beside it. Name a file in a folder that can be written',
};

/**
 * A fault of the disk or the file system as an error for people; undefined when it is something else.
 * @param output the library that is made.
 * @param rest what is kept, a sentence with a space before it.
 */
export function explainFault(error: unknown, output: string, rest = ''): BuildError | undefined {
  const code = sqliteCode(error);
  const cause = code === undefined ? undefined : DISK[code];
  if (cause !== undefined)
    return new BuildError(`${output} cannot be completed: ${cause}.${rest}`, { cause: error });
  const reason = systemReason(error);
  if (reason === undefined) return undefined;
  const isHeld = ['EPERM', 'EBUSY', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
  return new BuildError(
    `${output} cannot be written: ${reason}.${isHeld ? ' Close the programs that have it open, and try again.' : ''}${rest}`,
    { cause: error },
  );
}
