import type { Clock } from './clock.ts';
import { measuringClock } from './clock.ts';
import { PassingFault } from './retrying.ts';

/** How long a service is left alone. */
export interface QuietOptions {
  /** The time of day; pauses are measured by a clock that does not jump, unless a test makes its own time. */
  readonly clock: Clock;
  /** Milliseconds after "too many requests" without a word on how long to wait. */
  readonly pauseMs: number;
  /** Who is told to wait longer than this (milliseconds) gives up, and others try for themselves. */
  readonly longestMs: number;
}

/** Where a service has had enough, it has had enough of everyone: the next question must not be what it refuses next. */
export class QuietTime {
  readonly #options: QuietOptions;
  readonly #time: Clock;
  #until = -Infinity;

  constructor(options: QuietOptions) {
    this.#options = options;
    this.#time = measuringClock(options.clock);
  }

  /** Looks at what went wrong: a service that wants a pause, or limits how often it is asked, has one from now on. */
  note(error: unknown): void {
    if (!(error instanceof PassingFault)) return;
    const ms = error.waitMs ?? (error.code === 'rate-limited' ? this.#options.pauseMs : 0);
    if (ms <= this.#options.longestMs) this.#until = Math.max(this.#until, this.#time.now() + ms);
  }

  /** Resolves when the pause is over. @throws the signal's reason when it fires before */
  async over(signal: AbortSignal | undefined): Promise<void> {
    for (let wait = this.#wait(); wait > 0; wait = this.#wait()) await this.#time.sleep(wait, signal);
  }

  #wait(): number {
    return Math.ceil(this.#until - this.#time.now());
  }
}
