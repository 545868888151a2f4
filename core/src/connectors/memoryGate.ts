import PQueue from 'p-queue';
import type { Clock } from './clock.ts';
import { monotonicClock } from './clock.ts';
import type { Gate, GateOptions } from './gate.ts';

/** How fast a {@link memoryGate} lets through. */
export interface MemoryGateOptions {
  /** Most requests in any window, >= 1; `Infinity` for a service of one's own. */
  readonly limit: number;
  /** Milliseconds. Default 1,100: a second, and a little more since requests that left in time may arrive closer together. */
  readonly windowMs?: number;
  /** Must not jump: default is the monotonic clock. */
  readonly clock?: Clock;
}

/** See {@link MemoryGateOptions.windowMs}. */
const WINDOW_MS = 1100;

/**
 * A gate for everything within this process that asks one service: at most `limit` requests in any window, in the order of their
 * priority. A quiet gate lets `limit` through at once, so that a single hover need not wait.
 *
 * The queue is p-queue's; its own interval counting is not used, since it goes by the wall clock: set back by an hour, it would hold
 * everything for an hour, set forward it would let twice as many through.
 */
export function memoryGate(options: MemoryGateOptions): Gate {
  return new MemoryGate(options);
}

class MemoryGate implements Gate {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  /** One at a time: who goes next is decided when it may go, not when it came. */
  readonly #queue = new PQueue({ concurrency: 1 });
  /** When the last `limit` were let through, oldest first. */
  readonly #starts: number[] = [];
  /** When the next may go, while the queue is held. */
  #freeAt = -Infinity;
  /** Somebody is waiting for that moment. A held gate that nobody waits at has no timer, which would keep the process alive. */
  #isWaiting = false;

  constructor({ limit, windowMs = WINDOW_MS, clock = monotonicClock }: MemoryGateOptions) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  async enter({ signal, priority = 0 }: GateOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#limit === Infinity) return;
    const turn = this.#queue.add(() => this.#pass(), {
      priority,
      ...(signal === undefined ? {} : { signal }),
    });
    if (this.#queue.isPaused && this.#queue.size > 0) void this.#release();
    await turn;
  }

  #pass(): void {
    const now = this.#clock.now();
    this.#starts.push(now);
    if (this.#starts.length > this.#limit) this.#starts.shift();
    const [oldest = -Infinity] = this.#starts;
    this.#freeAt = this.#starts.length < this.#limit ? -Infinity : oldest + this.#windowMs;
    if (this.#freeAt <= now) return;
    this.#queue.pause();
    if (this.#queue.size > 0) void this.#release();
  }

  /** Lets the queue go on as soon as the window allows. */
  async #release(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    // Looked at again: a timer may fire early.
    for (let wait = this.#freeAt - this.#clock.now(); wait > 0; wait = this.#freeAt - this.#clock.now())
      await this.#clock.sleep(Math.ceil(wait));
    this.#isWaiting = false;
    this.#queue.start();
  }
}
