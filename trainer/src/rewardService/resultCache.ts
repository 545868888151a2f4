import { hash } from 'node:crypto';
import type { WrittenItem } from './workerProtocol.ts';

/** Results by what they depend on, within a bound; the least recently used go first. */
export class ResultCache<T> {
  readonly #most: number;
  readonly #weightOf: (key: string, result: T) => number;
  readonly #results = new Map<string, { readonly result: T; readonly weight: number }>();
  #weight = 0;

  /** @param most results, or the sum of what `weightOf` says of them, >= 0 */
  constructor(most: number, weightOf: (key: string, result: T) => number = () => 1) {
    this.#most = most;
    this.#weightOf = weightOf;
  }

  /** Results that are remembered. */
  get size(): number {
    return this.#results.size;
  }

  get(key: string): T | undefined {
    const entry = this.#results.get(key);
    if (entry === undefined) return undefined;
    this.#results.delete(key);
    this.#results.set(key, entry);
    return entry.result;
  }

  set(key: string, result: T): void {
    this.#delete(key);
    const weight = this.#weightOf(key, result);
    if (weight > this.#most) return;
    this.#results.set(key, { result, weight });
    this.#weight += weight;
    for (const oldest of this.#results.keys()) {
      if (this.#weight <= this.#most) break;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    this.#weight -= this.#results.get(key)?.weight ?? 0;
    this.#results.delete(key);
  }
}

/** Characters of a result of usual length. */
const usual = 4_096;

/** So many results of usual length take the place of one of `characters`: an endless query must not be kept twenty thousand times. */
export function asUsualResults(characters: number): number {
  return Math.ceil(characters / usual);
}

/**
 * What the result of an item depends on, as a hash: all of the item but its id, the `engines` that are asked, and the `day`, which
 * `"last 5 years"[dp]` and PubMed's own answers depend on.
 */
export function resultKey(item: WrittenItem, engines: string, day: string): string {
  const { task, completion, target, context } = item;
  return hash('sha256', JSON.stringify([engines, day, task, target, context ?? null, completion]), 'base64');
}
