import type { ResolvedQuery } from '@querent/core/pubmed';
import type { QueryDefinition } from './workerProtocol.ts';

/** Queries that one worker is made to remember; beyond, it starts over. */
const mostQueries = 4_000;

/** Numbers queries, so that each is sent to a worker once, however many lines refer to it and however often it is asked. */
export class QuerySender {
  readonly #numbers = new Map<string, number>();
  #next = 0;
  #mustForget = false;

  /** The number of `query`, and what the worker must be told first. */
  prepare(query: ResolvedQuery): {
    readonly number: number;
    readonly definitions: readonly QueryDefinition[];
    readonly forget: boolean;
  } {
    const forget = this.#mustForget || this.#numbers.size >= mostQueries;
    if (forget) this.#numbers.clear();
    this.#mustForget = false;
    const definitions: QueryDefinition[] = [];
    const entered = new Set<ResolvedQuery>();
    const work = [query];
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { key, root, references } = top;
      if (this.#numbers.has(key)) {
        work.pop();
        continue;
      }
      const missing = entered.has(top)
        ? []
        : [...references.values()].filter((one) => !this.#numbers.has(one.key));
      entered.add(top);
      if (missing.length > 0) {
        work.push(...missing);
        continue;
      }
      const number = this.#next++;
      const lines = [...references].map(([label, one]) => [label, this.#numbers.get(one.key) ?? -1] as const);
      definitions.push({ number, root, references: lines, key });
      this.#numbers.set(key, number);
      work.pop();
    }
    return { number: this.#numbers.get(query.key) ?? -1, definitions, forget };
  }

  /** Starts over with the next query: what was prepared last did not arrive. */
  startOver(): void {
    this.#mustForget = true;
  }
}
