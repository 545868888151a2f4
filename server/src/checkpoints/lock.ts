import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CheckpointError, storeError, systemCode } from './checkpointError.ts';

/** A lock file that is held. */
export interface Lock {
  /** Fires when another process has taken the lock over, as after a long sleep of the machine: what it guarded must stop. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called every time that somebody else was found to hold it. */
  readonly onWait?: () => void | Promise<void>;
  /** Milliseconds of waiting without a sign of life after which a holder counts as dead. Default 30,000. */
  readonly staleMs?: number;
  /** Longest wait in milliseconds; endless by default. */
  readonly patienceMs?: number;
}

const pollMs = 100;

/** Who holds a lock: `token` differs with every holding. */
interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Takes a lock between processes: a file that is there while somebody holds it and is touched while they live. One that was left behind by a process that is gone is taken
 * over. Made for disks of this machine and, by the signs of life, for those that several machines share.
 * @throws CheckpointError `aborted`, `in-use` after `patienceMs`, `disk` where the folder cannot be written
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const { signal, onWait, staleMs = 30_000, patienceMs = Infinity } = options;
  const holder: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  const end = Date.now() + patienceMs;
  let watched: Watched | undefined;
  for (;;) {
    if (signal?.aborted === true)
      throw new CheckpointError('aborted', 'Cancelled while another process was waited for.');
    try {
      if (await create(path, holder)) return held(path, holder, staleMs);
    } catch (error) {
      throw storeError(`Locking ${path}`, error);
    }
    const other = await look(path);
    if (other !== undefined) {
      watched = watchedNow(other, watched);
      if (isDead(watched, staleMs)) {
        await takeAway(path, other, holder.token);
        continue;
      }
    }
    if (Date.now() > end)
      throw new CheckpointError(
        'in-use',
        `Another process (${other?.holder?.pid ?? 'unknown'}) holds ${path} and does not let go. Wait for it, or end it and try again.`,
      );
    await onWait?.();
    await pause(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(holder));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    const code = systemCode(error);
    // Windows answers so while the file of another is being removed.
    if (code === 'EEXIST' || (process.platform === 'win32' && code === 'EPERM')) return false;
    throw error;
  }
}

function held(path: string, holder: Holder, staleMs: number): Lock {
  const controller = new AbortController();
  const beat = async (): Promise<void> => {
    const now = await look(path);
    if (now === undefined || now.holder?.token !== holder.token) {
      clearInterval(timer);
      controller.abort();
      return;
    }
    const date = new Date();
    await utimes(path, date, date).catch(() => undefined);
  };
  const timer = setInterval(() => void beat(), staleMs / 4);
  timer.unref();
  return {
    lost: controller.signal,
    async release() {
      clearInterval(timer);
      const now = await look(path);
      if (now?.holder?.token === holder.token) await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

interface Seen {
  readonly text: string;
  /** Of the last sign of life. */
  readonly mtimeMs: number;
  /** Undefined while it is being written. */
  readonly holder: Holder | undefined;
}

async function look(path: string): Promise<Seen | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return { text, mtimeMs: (await stat(path)).mtimeMs, holder: holderOf(text) };
  } catch {
    return undefined;
  }
}

/** A lock, and since when there was no sign of life of its holder, by our own clock: that of another machine may be wrong, and a machine that slept has missed nothing. */
interface Watched {
  readonly seen: Seen;
  readonly since: number;
}

function watchedNow(seen: Seen, before: Watched | undefined): Watched {
  const isSame = before?.seen.text === seen.text && before.seen.mtimeMs === seen.mtimeMs;
  return isSame ? before : { seen, since: performance.now() };
}

function holderOf(text: string): Holder | undefined {
  try {
    const { token, pid, host } = JSON.parse(text) as Partial<Holder>;
    return typeof token === 'string' && typeof pid === 'number' && typeof host === 'string'
      ? { token, pid, host }
      : undefined;
  } catch {
    return undefined;
  }
}

function isDead({ seen: { holder }, since }: Watched, staleMs: number): boolean {
  if (holder !== undefined && holder.host === hostname() && !isAlive(holder.pid)) return true;
  return performance.now() - since > staleMs;
}

/** Whether there is such a process on this machine. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives, too.
    return systemCode(error) === 'EPERM';
  }
}

/**
 * Removes the lock of a dead holder, and only that one: between looking and removing another may have done so and hold it now. Renaming is what only one of several can do; what
 * turns out to be a living lock is put back.
 */
async function takeAway(path: string, { text }: Seen, token: string): Promise<void> {
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await look(aside))?.text !== text)
    await copyFile(aside, path, constants.COPYFILE_EXCL).catch(() => undefined);
  await rm(aside, { force: true });
}
