/** Tells which answers hold today. */
export class Freshness {
  readonly #now: () => Date;
  /** Answers of before this moment are to be asked for again. Milliseconds since 1970. */
  #again: number | undefined;
  /** What was answered since then, which a clock that was set back cannot tell. */
  readonly #answered = new Set<string>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  now(): Date {
    return this.#now();
  }

  /** From now on only later answers hold. */
  again(): void {
    this.#again = this.#now().getTime();
    this.#answered.clear();
  }

  /** `key` was answered, and the answer carries the time `at`. */
  answered(key: string, at: string): void {
    if (this.#again !== undefined) this.#answered.add(`${key} ${at}`);
  }

  /**
   * Whether the answer of the time `at` (ISO 8601) still holds: it is of today, and not of before "measure again". The day is that of the
   * machine's time zone: an age that people are shown goes by their calendar. PubMed gets new records once a day.
   */
  holds(key: string, at: string): boolean {
    if (dayOf(at) !== dayOf(this.#now())) return false;
    return this.#again === undefined || Date.parse(at) > this.#again || this.#answered.has(`${key} ${at}`);
  }

  /** Whether less than `ms` milliseconds have passed since `at`. */
  isYounger(at: string, ms: number): boolean {
    const age = this.#now().getTime() - Date.parse(at);
    return age >= 0 && age < ms;
  }
}

/** Days since 1970 in the machine's time zone. */
export function dayOf(at: string | Date): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
}
