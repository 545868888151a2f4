import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '../library/cacheFiles.ts';

/** A slot: one of the requests that may arrive within a window. */
export interface Slot {
  readonly index: number;
  /** Microseconds of the machine's monotonic clock at which it was used last; later for a request that took its time to arrive. */
  readonly at: number;
  /** Whether that request may still be on its way. */
  readonly isUnderWay: boolean;
}

/** A slot that was taken, and what it was before, for giving it back. */
export interface TakenSlot extends Slot {
  readonly before: Slot;
}

/** So much of the window, a tenth of a second of 1,100 ms, is for requests that arrive late; those that are later still are told of. */
const MARGIN = 1 / 11;
/** A request without an answer is taken to arrive within so many windows; one that hangs longer must not hold up others. */
const UNDER_WAY = 1;
/** No slot is used so many windows ahead: requests arrive after they leave, and clocks of processors differ by less. */
const FUTURE = 0.1;
/** Looks at the folder after which a slot that is not seen counts as lost; while others rename, a listing may lack one. */
const LOOKS = 8;
/** Renames that are refused for another reason than that the slot is gone, before the folder counts as one that cannot be written. */
const REFUSALS = 20;

/**
 * Slots that all processes of a machine share: a folder with one empty file for each, the time of its last use in its name (`2-1234567`, and
 * `2-1234567-u` while the request is under way). Taking a slot is renaming its file, which only one of several can do. So there is no lock, and nobody to die while holding it: a process that is killed
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
   * Takes a slot that is free; where there is none, the microseconds until one is, as far as is known now.
   * @param now microseconds
   * @throws NodeJS.ErrnoException when the folder cannot be written
   */
  async take(now: () => number): Promise<TakenSlot | number> {
    for (;;) {
      const slots = await this.#slots(now);
      const at = Math.ceil(now());
      const [first] = slots
        .map((slot) => ({ slot, wait: this.#freeAt(slot, at) - at }))
        .sort((one, other) => one.wait - other.wait);
      if (first === undefined) continue;
      if (first.wait > 0) return first.wait;
      const taken = { index: first.slot.index, at, isUnderWay: true };
      if (await this.#rename(first.slot, taken)) return { ...taken, before: first.slot };
    }
  }

  /** The request of a slot has arrived by `now` at the latest. */
  async arrived({ index, at, isUnderWay }: Slot, now: number): Promise<void> {
    const late = Math.max(0, now - at - MARGIN * this.#windowUs);
    // Where the slot is somebody else's by now, the request was given up for arrived.
    await this.#rename({ index, at, isUnderWay }, { index, at: Math.ceil(at + late), isUnderWay: false });
  }

  /** Gives a slot back that was not used. */
  async giveBack({ before, ...slot }: TakenSlot): Promise<void> {
    await this.#rename(slot, before);
  }

  /** When a slot may be used again. A time further ahead than anyone's is one of before the machine's last start. */
  #freeAt({ at, isUnderWay }: Slot, now: number): number {
    if (at > now + FUTURE * this.#windowUs) return now;
    return at + this.#windowUs * (isUnderWay ? 1 + UNDER_WAY : 1);
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
      const path = this.#file({ index, at: Math.ceil(now), isUnderWay: false });
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

  #file({ index, at, isUnderWay }: Slot): string {
    return join(this.#path, `${index}-${at}${isUnderWay ? '-u' : ''}`);
  }
}

/** Lets errors of these codes pass. */
function ignoring(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  };
}

function slotOf(name: string): Slot | undefined {
  const [, index, at, underWay] = /^(\d{1,4})-(\d{1,16})(-u)?$/.exec(name) ?? [];
  if (index === undefined) return undefined;
  return { index: Number(index), at: Number(at), isUnderWay: underWay !== undefined };
}

/** Each slot once: while it is renamed, a listing may show it under both names. */
function latest(slots: readonly Slot[]): readonly Slot[] {
  const byIndex = new Map<number, Slot>();
  for (const slot of slots) if ((byIndex.get(slot.index)?.at ?? -1) < slot.at) byIndex.set(slot.index, slot);
  return [...byIndex.values()];
}
