import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '../library/cacheFiles.ts';

/** A slot: one of the requests that may leave within a window. */
export interface Slot {
  readonly index: number;
  /** Microseconds of the machine's monotonic clock at which it is used last, or will be. */
  readonly at: number;
}

/** A slot that was taken, and when it was used before, for giving it back. */
export interface TakenSlot extends Slot {
  readonly before: number;
}

/** Looks at the folder after which a slot that is not seen counts as lost; while others rename, a listing may lack one. */
const LOOKS = 8;
/** Renames that are refused for another reason than that the slot is gone, before the folder counts as one that cannot be written. */
const REFUSALS = 20;

/**
 * Slots that all processes of a machine share: a folder with one empty file for each, `INDEX-TIME`, the time in its name. Taking a slot is
 * renaming its file, which only one of several can do. So there is no lock, and nobody to die while holding it: a process that is killed
 * after it took a slot costs one request of one window.
 */
export class SlotFolder {
  readonly #path: string;
  readonly #limit: number;
  readonly #windowUs: number;

  constructor(path: string, limit: number, windowUs: number) {
    this.#path = path;
    this.#limit = limit;
    this.#windowUs = windowUs;
  }

  /**
   * Takes the slot that is free first; `at` may lie in the future, behind those who came earlier.
   * @param now microseconds
   * @throws NodeJS.ErrnoException when the folder cannot be written
   */
  async take(now: () => number): Promise<TakenSlot> {
    for (;;) {
      const slots = await this.#slots(now);
      const at = now();
      const [first] = slots
        .map((slot) => ({ slot, at: this.#freeAt(slot, at) }))
        .sort((one, other) => one.at - other.at);
      if (first === undefined) continue;
      const taken = { index: first.slot.index, at: first.at, before: first.slot.at };
      if (await this.#rename(first.slot, taken)) return taken;
    }
  }

  /** Uses a slot that was taken at another time instead; false where somebody else has taken it for after ours. */
  async move(slot: Slot, later: Slot): Promise<boolean> {
    return this.#rename(slot, later);
  }

  /** Gives a slot back that was not used. */
  async giveBack({ index, at, before }: TakenSlot): Promise<void> {
    await this.#rename({ index, at }, { index, at: before });
  }

  /** A time further ahead than anyone queues is one of before the machine's last start. */
  #freeAt({ at }: Slot, now: number): number {
    const furthest = now + Math.min(20 * this.#windowUs, this.#windowUs + 60_000_000);
    return Math.ceil(at > furthest ? now : Math.max(now, at + this.#windowUs));
  }

  async #rename(from: Slot, to: Slot): Promise<boolean> {
    for (let refused = 0; ; refused++)
      try {
        await rename(this.#file(from), this.#file(to));
        return true;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return false;
        // Windows answers so while another process has the file in its hands.
        const isPassing = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY';
        if (!isPassing || process.platform !== 'win32' || refused === REFUSALS) throw error;
        await pause(1 + Math.random() * 10);
      }
  }

  async #slots(now: () => number): Promise<readonly Slot[]> {
    let seen: readonly Slot[] = [];
    for (let look = 0; look < LOOKS; look++) {
      const names = await this.#list();
      if (names === undefined) {
        await this.#create();
        continue;
      }
      seen = latest(names.flatMap((name) => slotOf(name) ?? [])).filter(({ index }) => index < this.#limit);
      if (seen.length >= this.#limit) return seen;
      await pause(look);
    }
    await this.#repair(seen, now());
    return seen;
  }

  async #list(): Promise<readonly string[] | undefined> {
    try {
      return await readdir(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Slots were deleted, as tidying programs do: they are made again as if they had been used just now. */
  async #repair(seen: readonly Slot[], now: number): Promise<void> {
    for (let index = 0; index < this.#limit; index++) {
      if (seen.some((slot) => slot.index === index)) continue;
      const path = this.#file({ index, at: Math.ceil(now) });
      await writeFile(path, '', { flag: 'wx', mode: 0o600 }).catch(ignoring('EEXIST', 'ENOENT'));
    }
  }

  /** Makes all slots at once, by renaming a folder that is ready: of several who do so, one succeeds. */
  async #create(): Promise<void> {
    const draft = `${this.#path}.${randomUUID()}`;
    await makeFolder(dirname(this.#path));
    await mkdir(draft, { mode: 0o700 });
    try {
      for (let index = 0; index < this.#limit; index++)
        await writeFile(join(draft, `${index}-0`), '', { mode: 0o600 });
      await rename(draft, this.#path);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      // Somebody else's folder is there.
      if ((await this.#list()) === undefined) throw error;
    }
  }

  #file({ index, at }: Slot): string {
    return join(this.#path, `${index}-${at}`);
  }
}

/** Lets errors of these codes pass. */
function ignoring(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  };
}

function slotOf(name: string): Slot | undefined {
  const [, index, at] = /^(\d{1,4})-(\d{1,16})$/.exec(name) ?? [];
  return index === undefined ? undefined : { index: Number(index), at: Number(at) };
}

/** Each slot once: while it is renamed, a listing may show it under both names. */
function latest(slots: readonly Slot[]): readonly Slot[] {
  const byIndex = new Map<number, Slot>();
  for (const slot of slots) if ((byIndex.get(slot.index)?.at ?? -1) < slot.at) byIndex.set(slot.index, slot);
  return [...byIndex.values()];
}
