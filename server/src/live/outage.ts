import { SearchError } from '@querent/core/search';
import type { MonotonicClock } from './monotonicClock.ts';

/** How long a service that could not be reached is not asked for what an older answer is there for. */
const PATIENCE_MS = 30_000;

/** Remembers that a service cannot be reached, so that not each of sixty lines waits for its own failure. */
export class Outage {
  readonly #clock: MonotonicClock;
  #until = -Infinity;
  #reason = '';

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
  }

  /** Why the service cannot be reached, for people; undefined where nothing is known against it. */
  get reason(): string | undefined {
    return this.#clock.now() < this.#until ? this.#reason : undefined;
  }

  /** Notes what a question ended with, when that says that the service cannot be reached. */
  note(error: unknown): error is SearchError {
    if (!(error instanceof SearchError) || (error.code !== 'network' && error.code !== 'rate-limited'))
      return false;
    this.#until = this.#clock.now() + PATIENCE_MS;
    this.#reason = error.message;
    return true;
  }

  over(): void {
    this.#until = -Infinity;
  }
}
