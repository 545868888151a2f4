import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { badInput } from '@querent/server/terminal';

/** Who writes into a run folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/**
 * Takes a run folder for this process, by a file `run.lock` in it: two commands at once would both ask for everything, and write every
 * result twice. What a killed process left is taken over.
 * @param other what people can do instead of waiting
 * @returns gives the folder free again
 * @throws CliError (exit code 2) when another process has it
 */
export async function lockRun(
  path: string,
  other = 'or name another folder with --out',
): Promise<() => Promise<void>> {
  const file = join(path, 'run.lock');
  const own: Holder = { pid: process.pid, host: hostname() };
  for (let attempt = 0; ; attempt++)
    try {
      await writeFile(file, JSON.stringify(own), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = await holderOf(file);
      if (attempt > 0 || (holder !== undefined && isAlive(holder, own)))
        throw badInput(
          `Another command is writing into ${path}${holder === undefined ? '' : ` (process ${holder.pid} on ${holder.host})`}. Wait for it, ${other}. If there is no such command, remove ${file}.`,
          error,
        );
      await rm(file, { force: true });
    }
}

/** Undefined where it cannot be read: a process was killed while it wrote it. */
async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as Holder;
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process may still be there; of another machine's nothing is known. */
function isAlive({ pid, host }: Holder, own: Holder): boolean {
  if (host !== own.host) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
