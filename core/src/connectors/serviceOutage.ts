import { SearchError } from '../search/index.ts';
import type { Clock } from './clock.ts';
import { monotonicClock, systemClock } from './clock.ts';

/** Tries without an answer after which a service is not there; one question has half as many. */
const TRIES = 8;
/** First pauses that one question waits in all between its tries, at most: 2 + 4 + 8, see `RetryOptions.firstPauseMs`. */
const PAUSES = 14;

/** A question that is not tried again, since many others had no answer while it waited. */
export class GivenUp extends SearchError {}

/** A question, from its first try to its last. */
export interface Asking {
  /** Looks whether it is worth while, tries, and notes how it ended. @throws GivenUp where the service is not there; what `work` throws */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /** The same look, for after a wait. @throws GivenUp */
  check(): void;
}

/**
 * Notices that a service is not there. Sixty lines that are each tried four times at three requests a second would take 80 s to say so;
 * together they wait as long as one of them would alone. Whoever asks later tries all the same.
 */
export class ServiceOutage {
  readonly #time: Clock;
  readonly #patienceMs: number;
  #failures = 0;
  /** How many of these there were at the last answer. */
  #before = 0;
  /** The last failure, and when the first one was since the last answer. */
  #outage: { readonly since: number; readonly error: SearchError } | undefined;

  constructor({ clock, firstPauseMs }: { readonly clock: Clock; readonly firstPauseMs: number }) {
    this.#time = clock === systemClock ? monotonicClock : clock;
    this.#patienceMs = PAUSES * firstPauseMs;
  }

  /** A question begins. */
  begin(): Asking {
    const [before, began] = [this.#failures, this.#time.now()];
    const check = (): void => {
      const outage = this.#outage;
      if (outage === undefined || this.#failures - Math.max(before, this.#before) < TRIES) return;
      // Requests that were stalled together fail together: from then on it counts.
      if (this.#time.now() - Math.max(began, outage.since) < this.#patienceMs) return;
      throw new GivenUp(outage.error.code, outage.error.message, true);
    };
    const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
      check();
      try {
        const result = await work();
        this.#answered();
        return result;
      } catch (error) {
        this.#failed(error);
        throw error;
      }
    };
    return { attempt, check };
  }

  #failed(error: unknown): void {
    if (!(error instanceof SearchError) || error instanceof GivenUp || error.code === 'aborted') return;
    // A service that refuses, or says "too many requests", is there.
    if (error.code !== 'network' || !error.retryable) this.#answered();
    else {
      this.#failures++;
      this.#outage = { since: this.#outage?.since ?? this.#time.now(), error };
    }
  }

  #answered(): void {
    this.#before = this.#failures;
    this.#outage = undefined;
  }
}
