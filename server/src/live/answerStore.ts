import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import cacache from 'cacache';
import { hex, makeFolder, reasonOf } from '../library/cacheFiles.ts';

/** Answers of services, kept on disk for all processes of this machine. What goes wrong with the disk costs requests, never an answer. */
export interface AnswerStore {
  /** What was kept last under `key`; undefined also for what is spoilt or cannot be read. */
  get(key: string): Promise<unknown>;
  /** Keeps a value that JSON can hold. Resolves, also when it could not be kept. */
  put(key: string, value: unknown): Promise<void>;
  /** Removes what is old, too much or spoilt; done by itself in the background, once a day for all processes. */
  tidy(): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

export interface AnswerStoreOptions {
  /** Most bytes of answers that are kept; the oldest go first. Default 64 MB. */
  readonly maxBytes?: number;
  /** Milliseconds after which what was kept is forgotten. Default 90 days. */
  readonly maxAgeMs?: number;
  /** Told once when nothing can be kept. */
  readonly warn?: (message: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const DAY_MS = 24 * 3_600_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** Blocks of the disk that the files of an answer take, about, beyond what is in them. */
const OVERHEAD_BYTES = 6 * 1024;
const MAX_AGE_MS = 90 * DAY_MS;

/**
 * A store of answers in `folder`, which is made by the first answer that is kept. Several processes may use it at once. Once a day it is tidied
 * up in the background: what is old, too much or spoilt goes.
 */
export function answerStore(folder: string, options: AnswerStoreOptions = {}): AnswerStore {
  return new DiskStore(folder, options);
}

/** An entry as cacache lists it. */
interface Entry {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly size: number;
}

class DiskStore implements AnswerStore {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #warn: ((message: string) => void) | undefined;
  readonly #now: () => number;
  readonly #working = new Set<Promise<unknown>>();
  #made: Promise<void> | undefined;
  #hasWarned = false;
  #hasLooked = false;

  constructor(folder: string, options: AnswerStoreOptions) {
    this.#folder = folder;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
    this.#maxAgeMs = options.maxAgeMs ?? MAX_AGE_MS;
    this.#warn = options.warn;
    this.#now = options.now ?? Date.now;
  }

  async get(key: string): Promise<unknown> {
    try {
      const { data } = await cacache.get(this.#folder, hex(key), { memoize: false });
      return JSON.parse(data.toString('utf8')) as unknown;
    } catch {
      return undefined; // not there, or spoilt: cacache compares what it reads with its hash
    }
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.#work(async () => {
      // Made here for its mode: answers tell what somebody searches for.
      this.#made ??= makeFolder(this.#folder);
      await this.#made;
      await cacache.put(this.#folder, hex(key), JSON.stringify(value), { memoize: false });
    });
    if (this.#hasLooked) return;
    this.#hasLooked = true;
    this.#tidyDaily().catch(() => undefined); // tomorrow is another day
  }

  async tidy(): Promise<void> {
    const entries: { readonly key: string; readonly time: number; readonly bytes: number }[] = [];
    for await (const { key, time, size } of cacache.ls.stream(this.#folder) as AsyncIterable<Entry>)
      entries.push({ key, time, bytes: size + OVERHEAD_BYTES });
    entries.sort((one, other) => other.time - one.time);
    const gone = new Set<string>();
    let bytes = 0;
    for (const entry of entries) {
      bytes += entry.bytes;
      if (bytes > this.#maxBytes || this.#now() - entry.time > this.#maxAgeMs)
        gone.add(`${entry.key} ${entry.time}`);
    }
    const keep = ({ key, time }: Entry): boolean => !gone.has(`${key} ${time}`);
    await cacache.verify(this.#folder, { filter: keep as never, concurrency: 4 });
  }

  async close(): Promise<void> {
    await Promise.all(this.#working);
  }

  async #tidyDaily(): Promise<void> {
    const mark = join(this.#folder, 'tidied');
    const last = await stat(mark).catch(() => undefined);
    // Also when the mark lies in the future, after the clock was set back.
    if (last !== undefined && Math.abs(this.#now() - last.mtimeMs) < DAY_MS) return;
    await writeFile(mark, '', { mode: 0o600 });
    if (last !== undefined) await this.tidy();
  }

  async #work(work: () => Promise<void>): Promise<void> {
    const done = work().catch((error: unknown) => {
      this.#made = undefined;
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      this.#warn?.(`Answers cannot be kept for the next time: ${reasonOf(error, this.#folder)}`);
    });
    this.#working.add(done);
    await done;
    this.#working.delete(done);
  }
}
