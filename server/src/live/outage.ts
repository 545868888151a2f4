import type { Clock } from '@querent/core/connectors';
import { SearchError } from '@querent/core/search';

/** How long a service that could not be reached is not asked for what an older answer is there for. */
const PATIENCE_MS = 30_000;

/** Why not to ask, for people, and until when by the monotonic clock. */
interface Reason {
  readonly text: string;
  readonly until: number;
}

/** Remembers that a service cannot be reached, so that not each of sixty lines waits for its own failure. */
export class Outage {
  readonly #clock: Clock;
  #reason: Reason | undefined;
  /** By key: answers of an earlier day that are given for a while, though the service may be reached again. */
  readonly #held = new Map<string, { readonly reason: Reason; readonly answer: unknown }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Why the service cannot be reached; undefined where nothing is known against it. */
  get reason(): string | undefined {
    return this.#valid(this.#reason);
  }

  /** Notes what a question ended with, when that says that the service cannot be reached. */
  note(error: unknown): error is SearchError {
    if (!(error instanceof SearchError) || (error.code !== 'network' && error.code !== 'rate-limited'))
      return false;
    this.#reason = { text: error.message, until: this.#clock.now() + PATIENCE_MS };
    return true;
  }

  /** Has `answer`, of an earlier day, given for `key` for a while, since another of that day is shown together with it. */
  hold(key: string, answer: unknown): void {
    for (const [other, { reason }] of this.#held)
      if (this.#valid(reason) === undefined) this.#held.delete(other);
    if (this.#reason !== undefined) this.#held.set(key, { reason: this.#reason, answer });
  }

  /** What is to be given for `key` now, and why; undefined where nothing is held. */
  held(key: string): { readonly reason: string; readonly answer: unknown } | undefined {
    const held = this.#held.get(key);
    const reason = this.#valid(held?.reason);
    return reason === undefined ? undefined : { reason, answer: held?.answer };
  }

  /** The service was reached. */
  over(): void {
    this.#reason = undefined;
  }

  /** Forgets also what is held. */
  clear(): void {
    this.over();
    this.#held.clear();
  }

  #valid(reason: Reason | undefined): string | undefined {
    return reason !== undefined && this.#clock.now() < reason.until ? reason.text : undefined;
  }
}
