import PQueue from 'p-queue';
import type { Clock } from './clock.ts';
import { monotonicClock } from './clock.ts';
import type { Arrived, Gate, GateOptions } from './gate.ts';

/** How fast a {@link memoryGate} lets through. */
export interface MemoryGateOptions {
  /** Most requests in any window, >= 1; `Infinity` for a service of one's own. */
  readonly limit: number;
  /** Milliseconds. Default 1,100: a second, and a little more since requests that left in time may arrive closer together. */
  readonly windowMs?: number;
  /** Must not jump: default is the monotonic clock. */
  readonly clock?: Clock;
}

const WINDOW_MS = 1100;
/** So much of the window, a tenth of a second of 1,100 ms, is for requests that arrive late; those that are later still are told of. */
const MARGIN = 1 / 11;
/** A request without an answer is taken to arrive within so many windows; one that hangs longer must not hold up others. */
const IN_FLIGHT = 1;

/**
 * A gate for everything within this process that asks one service: at most `limit` requests arrive in any window, in the order of their
 * priority. A quiet gate lets `limit` through at once, so that a single hover need not wait.
 *
 * The queue is p-queue's; its own interval counting is not used, since it goes by the wall clock: set back by an hour, it would hold
 * everything for an hour, set forward it would let twice as many through.
 */
export function memoryGate(options: MemoryGateOptions): Gate {
  return new MemoryGate(options);
}

/** One of the requests that may arrive within a window. */
interface Slot {
  /** When it may be used again. */
  freeAt: number;
}

class MemoryGate implements Gate {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  /** One at a time: who goes next is decided when it may go, not when it came. */
  readonly #queue = new PQueue({ concurrency: 1 });
  /** Those that are not free. */
  #used: Slot[] = [];
  /** Ends the wait for the next free slot; only where somebody waits. A held gate that nobody waits at has no timer, which would keep the process alive. */
  #waking: AbortController | undefined;

  constructor({ limit, windowMs = WINDOW_MS, clock = monotonicClock }: MemoryGateOptions) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  async enter({ signal, priority = 0 }: GateOptions = {}): Promise<Arrived | undefined> {
    signal?.throwIfAborted();
    if (this.#limit === Infinity) return undefined;
    const slot: Slot = { freeAt: 0 };
    const turn = this.#queue.add(() => this.#pass(slot), {
      priority,
      ...(signal === undefined ? {} : { signal }),
    });
    if (this.#queue.isPaused && this.#queue.size > 0) void this.#release();
    await turn;
    const left = this.#clock.now();
    return () => {
      const late = Math.max(0, this.#clock.now() - left - this.#windowMs * MARGIN);
      slot.freeAt = Math.min(slot.freeAt, left + this.#windowMs + late);
      this.#waking?.abort();
    };
  }

  #pass(slot: Slot): void {
    const now = this.#clock.now();
    slot.freeAt = now + this.#windowMs * (1 + IN_FLIGHT);
    this.#used.push(slot);
    if (this.#wait() <= 0) return;
    this.#queue.pause();
    if (this.#queue.size > 0) void this.#release();
  }

  /** Lets the queue go on as soon as a slot is free. */
  async #release(): Promise<void> {
    if (this.#waking !== undefined) return;
    // Looked at again: a timer may fire early, and slots become free before it was thought.
    for (let wait = this.#wait(); wait > 0; wait = this.#wait()) {
      this.#waking = new AbortController();
      await this.#clock.sleep(Math.ceil(wait), this.#waking.signal).catch(() => undefined);
    }
    this.#waking = undefined;
    this.#queue.start();
  }

  /** Milliseconds until a slot is free. */
  #wait(): number {
    const now = this.#clock.now();
    this.#used = this.#used.filter(({ freeAt }) => freeAt > now);
    if (this.#used.length < this.#limit) return 0;
    return Math.min(...this.#used.map(({ freeAt }) => freeAt)) - now;
  }
}
