/** How a model process ended, as far as it matters for the next one. */
export interface ModelDeath {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `young`: while loading, or before it gave a single token; `proven`: it had. */
  readonly age: 'young' | 'proven';
  /** Somebody ended it from outside, which says nothing about the model. */
  readonly isFromOutside: boolean;
}

/** What to do about a new process. */
export type Restart =
  | { readonly kind: 'start'; /** Milliseconds to wait before. */ readonly waitMs: number }
  | { readonly kind: 'refuse'; readonly forMs: number; readonly deaths: number };

/** So many times in a row it may die young, before starting it again is refused for a while. */
const YOUNG_DEATHS = 3;
const FIRST_REFUSAL_MS = 15_000;
const LONGEST_REFUSAL_MS = 180_000;
/** Before a process that follows several that died at work, doubled each time. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1_600;

/**
 * Decides when a model process that died is started again. A model that never gets as far as a first token is not loaded over and over: each
 * time costs seconds and all memory. One that dies at work, or is killed, costs the request it died in, and the next request starts it.
 */
export class RestartPolicy {
  #young = 0;
  #proven = 0;
  #lastAt = 0;

  died({ at, age, isFromOutside }: ModelDeath): void {
    if (isFromOutside) return;
    this.#lastAt = at;
    if (age === 'young') this.#young += 1;
    else {
      this.#young = 0;
      this.#proven += 1;
    }
  }

  /** A request was answered: what was before is forgiven. */
  answered(): void {
    this.#young = 0;
    this.#proven = 0;
  }

  next(now: number): Restart {
    if (this.#young >= YOUNG_DEATHS) {
      const pauseMs = Math.min(LONGEST_REFUSAL_MS, FIRST_REFUSAL_MS * 2 ** (this.#young - YOUNG_DEATHS));
      const forMs = this.#lastAt + pauseMs - now;
      if (forMs > 0) return { kind: 'refuse', forMs, deaths: this.#young };
    }
    const waitMs = this.#proven < 2 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#proven - 2));
    return { kind: 'start', waitMs };
  }
}
