import { hash } from 'node:crypto';
import type { WrittenItem } from './workerProtocol.ts';

/** Results by what they depend on, at most so many; the least recently used go first. */
export class ResultCache<T> {
  readonly #most: number;
  readonly #results = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#results.size;
  }

  get(key: string): T | undefined {
    const result = this.#results.get(key);
    if (result === undefined) return undefined;
    this.#results.delete(key);
    this.#results.set(key, result);
    return result;
  }

  set(key: string, result: T): void {
    this.#results.delete(key);
    this.#results.set(key, result);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= this.#most) break;
      this.#results.delete(oldest);
    }
  }
}

/**
 * What the result of an item depends on, as a hash: all of the item but its id, the `engines` that are asked, and the `day`, which
 * `"last 5 years"[dp]` and PubMed's own answers depend on.
 */
export function resultKey(item: WrittenItem, engines: string, day: string): string {
  const { task, completion, target, context } = item;
  return hash('sha256', JSON.stringify([engines, day, task, target, context ?? null, completion]), 'base64');
}
