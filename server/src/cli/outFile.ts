import { writeFile } from 'node:fs/promises';
import { badInput, note } from '../terminal/index.ts';

/**
 * Prints `text`, or writes it to the file that was named. A file that is there is not replaced unless `force` is set: it may be
 * what the person has worked on.
 * @throws CliError when the file exists or cannot be written
 */
export async function printOrWrite(text: string, out: string | undefined, force: boolean): Promise<void> {
  if (out === undefined || out === '-') {
    process.stdout.write(text);
    return;
  }
  try {
    await writeFile(out, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' ? 'there is such a file already; --force replaces it' : message;
    throw badInput(`${out} cannot be written: ${reason}.`, error);
  }
  note(`${out} written`);
}
