import type { Clock } from './clock.ts';
import { through } from './gate.ts';
import type { Gate } from './gate.ts';
import { QuietTime } from './quietTime.ts';
import { retrying } from './retrying.ts';
import { ServiceOutage } from './serviceOutage.ts';

/** How often a service is asked. */
export interface PoliteAskerOptions {
  /** The time of day. */
  readonly clock: Clock;
  readonly gate: Gate;
  /** See `RetryOptions`. */
  readonly firstPauseMs: number;
  readonly longestPauseMs?: number;
  /** See `QuietOptions`. */
  readonly quiet: { readonly pauseMs: number; readonly longestMs: number };
}

/** What every request may be told. */
export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly priority?: number | undefined;
}

/** One request and what is made of its answer. */
export interface Request<Answer, Result> {
  readonly send: () => Promise<Answer>;
  /** Refuses answers that are none. @throws SearchError */
  readonly check: (answer: Answer) => void;
  /** @throws SearchError; a retryable one is asked again */
  readonly read: (answer: Answer) => Result | Promise<Result>;
}

/**
 * What all questions to one service have in common: the gate, the pause after "too many requests", bounded repetition of passing faults, and
 * giving up together where the service is not there.
 */
export class PoliteAsker {
  readonly #options: PoliteAskerOptions;
  readonly #quiet: QuietTime;
  readonly #outage: ServiceOutage;

  constructor(options: PoliteAskerOptions) {
    this.#options = options;
    const { clock, firstPauseMs, quiet } = options;
    this.#quiet = new QuietTime({ clock, ...quiet });
    this.#outage = new ServiceOutage({ clock, firstPauseMs });
  }

  /** @throws SearchError, never anything else. */
  ask<Answer, Result>(
    { send, check, read }: Request<Answer, Result>,
    { signal, priority = 0 }: AskOptions = {},
  ): Promise<Result> {
    const { clock, firstPauseMs, gate, longestPauseMs } = this.#options;
    const asking = this.#outage.begin();
    const once = async (): Promise<Result> => {
      await this.#quiet.over(signal);
      const passing = { priority, ...(signal === undefined ? {} : { signal }) };
      const answer = await through(asking.at(gate), passing, () => {
        asking.check();
        return send();
      });
      try {
        check(answer);
      } catch (error) {
        this.#quiet.note(error);
        throw error;
      }
      return read(answer);
    };
    return retrying(() => asking.attempt(once), {
      ...{ signal, clock, firstPauseMs },
      ...(longestPauseMs === undefined ? {} : { longestPauseMs }),
    });
  }
}
