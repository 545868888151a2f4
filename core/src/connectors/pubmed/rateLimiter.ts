import type { Clock } from './clock.ts';

/**
 * Lets at most `limit` callers through in any window of `windowMs` milliseconds, in the order in which they came. A quiet limiter
 * lets `limit` through at once, so that a single hover need not wait. A limit of `Infinity` lets everyone through.
 */
export class RateLimiter {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  /** When the last `limit` callers were let through, oldest first. */
  readonly #starts: number[] = [];
  /** Settles when everyone who came earlier is through or gone. */
  #tail: Promise<void> = Promise.resolve();

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** Resolves when the caller may start; rejects with the signal's reason when it fires first, which costs nobody's turn. */
  enter(signal?: AbortSignal): Promise<void> {
    const turn = this.#tail.then(() => this.#admit(signal));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #admit(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#limit === Infinity) return;
    for (;;) {
      const oldest = this.#starts.length < this.#limit ? undefined : this.#starts[0];
      const wait = oldest === undefined ? 0 : oldest + this.#windowMs - this.#clock.now();
      if (wait <= 0) {
        break;
      }
      await this.#clock.sleep(wait, signal); // asked again: a timer may fire early
    }
    this.#starts.push(this.#clock.now());
    if (this.#starts.length > this.#limit) {
      this.#starts.shift();
    }
  }
}
