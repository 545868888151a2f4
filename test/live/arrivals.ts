/** When requests came, as surely as a process can tell that is sometimes busy itself. */

/** A request came after `since` and no later than `at`; milliseconds of `performance.now()`. */
export interface Arrival {
  readonly since: number;
  readonly at: number;
}

/** How often the process looks whether it is idle. */
const LOOK_MS = 5;

/**
 * Tells how long something that is heard of now may have been waiting to be heard: since the process last had nothing to read. Requests that
 * came one after the other while it was busy, or had no processor, are heard of all at once.
 */
export class ArrivalClock {
  #emptied = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    // After the timers of a turn what has come is read, and after that immediates run: until then everything was read.
    this.#timer = setInterval(() => setImmediate(() => (this.#emptied = performance.now())), LOOK_MS);
    this.#timer.unref();
  }

  now(): Arrival {
    return { since: this.#emptied, at: performance.now() };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** The most of `arrivals` (any order) that certainly came within less than `windowMs`. */
export function mostWithin(arrivals: readonly Arrival[], windowMs: number): number {
  const sorted = [...arrivals].sort((a, b) => a.at - b.at);
  let first = 0;
  let most = 0;
  for (const [last, { at }] of sorted.entries()) {
    while (at - (sorted[first]?.since ?? at) >= windowMs && first < last) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
