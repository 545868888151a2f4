import { SearchError } from '../search/index.ts';
import type { Clock } from './clock.ts';
import { measuringClock } from './clock.ts';
import type { Arrived, Gate, GateOptions } from './gate.ts';

/** Tries without an answer after which a service is not there; one question has half as many. */
const TRIES = 8;
/** First pauses that one question waits in all between its tries, at most: 2 + 4 + 8, see `RetryOptions.firstPauseMs`. */
const PAUSES = 14;

/** How often, within these, who waits at a gate looks whether it is worth while. */
const LOOKS = 7;

/** A question that is not tried again, since many others had no answer while it waited. */
export class GivenUp extends SearchError {}

/** A question, from its first try to its last. */
export interface Asking {
  /** Looks whether it is worth while, tries, and notes how it ended. @throws GivenUp where the service is not there; what `work` throws */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /** The same look, for after a wait. @throws GivenUp */
  check(): void;
  /** `gate`, at which nobody waits for a service that is not there. */
  at(gate: Gate): Gate;
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
  /** The last failure, and when it was and the first one since the last answer. */
  #outage: { readonly since: number; readonly last: number; readonly error: SearchError } | undefined;

  constructor({ clock, firstPauseMs }: { readonly clock: Clock; readonly firstPauseMs: number }) {
    this.#time = measuringClock(clock);
    this.#patienceMs = PAUSES * firstPauseMs;
  }

  /** A question begins. */
  begin(): Asking {
    const [before, began] = [this.#failures, this.#time.now()];
    const check = (): void => {
      const outage = this.#outage;
      if (outage === undefined || this.#failures - Math.max(before, this.#before) < TRIES) return;
      // Requests that were stalled together fail together: from then on it counts.
      if (outage.last - Math.max(began, outage.since) < this.#patienceMs) return;
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
    return { attempt, check, at: (gate) => ({ enter: (options) => this.#enter(gate, check, options) }) };
  }

  async #enter(gate: Gate, check: () => void, options: GateOptions = {}): Promise<Arrived | undefined> {
    const { signal } = options;
    const controller = new AbortController();
    const cancel = (): void => controller.abort(signal?.reason);
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const look = setInterval(() => {
      try {
        check();
      } catch (error) {
        controller.abort(error);
      }
    }, this.#patienceMs / LOOKS);
    try {
      return await gate.enter({ ...options, signal: controller.signal });
    } finally {
      clearInterval(look);
      signal?.removeEventListener('abort', cancel);
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof SearchError) || error instanceof GivenUp || error.code === 'aborted') return;
    // A service that refuses, or says "too many requests", is there.
    if (error.code !== 'network' || !error.retryable) this.#answered();
    else {
      this.#failures++;
      const last = this.#time.now();
      this.#outage = { since: this.#outage?.since ?? last, last, error };
    }
  }

  #answered(): void {
    this.#before = this.#failures;
    this.#outage = undefined;
  }
}
