import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
  let hasRemoved = false;
  for (let gone = 0; ;) {
    if (await isPlaced(file, own)) return () => rm(file, { force: true });
    const holder = await holderOf(file);
    // Given free in this moment: what is there by now may be another one's.
    if (holder === 'gone' && ++gone < mostGone) {
      await pause(goneMs);
      continue;
    }
    const known = typeof holder === 'object' ? holder : undefined;
    if (hasRemoved || (known !== undefined && isAlive(known, own)))
      throw badInput(
        `Another command is writing into ${path}${known === undefined ? '' : ` (process ${known.pid} on ${known.host})`}. Wait for it, ${other}. If there is no such command, remove ${file}.`,
      );
    hasRemoved = true;
    await rm(file, { force: true });
  }
}

/** How often a lock may be given free between two looks, and milliseconds between them; a link that leads nowhere is always so. */
const mostGone = 20;
const goneMs = 5;

/**
 * Places the lock with all that it says, so that nobody finds it half written and takes it for a dead one's: by a link, which is made only where there
 * is none. Where a file system has no links, by a file that is made only where there is none.
 */
async function isPlaced(file: string, own: Holder): Promise<boolean> {
  const text = JSON.stringify(own);
  const part = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(part, text);
    await link(part, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!withoutLinks.has(codeOf(error))) throw error;
  } finally {
    await rm(part, { force: true });
  }
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** What file systems say that have no links. */
const withoutLinks = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/** `damaged` where it cannot be read: a process was killed while it wrote it. */
async function holderOf(file: string): Promise<Holder | 'gone' | 'damaged'> {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as Holder;
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? holder : 'damaged';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'gone' : 'damaged';
  }
}

/** Whether the process may still be there; of another machine's nothing is known. */
function isAlive({ pid, host }: Holder, own: Holder): boolean {
  if (host !== own.host) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
