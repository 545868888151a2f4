import type { ResolvedQuery } from '@querent/core/pubmed';
import type { CountResult, IdsResult, SearchEngine, SearchOptions, SearchQuery } from '@querent/core/search';
import { Answers } from './answers.ts';
import type { RememberOptions } from './answers.ts';
import type { AnswerStore } from './answerStore.ts';
import { answerKey, fromKept, keptCount, keptPage, pageFromKept, toKept } from './keptAnswers.ts';
import { RememberedSeeds } from './rememberedSeeds.ts';
import { rememberedSummaries } from './rememberedSummaries.ts';

/** An engine that keeps its answers. */
export interface AsksAgain {
  /** "Measure again": from now on answers of before this moment are asked for anew. They are still shown while the service cannot be reached. */
  again(): void;
}

/** Pages of more ids are asked for each time. */
const LONGEST_PAGE = 1_000;

/**
 * `engine` with a memory on disk that all processes of the machine share: counts, pages, which seeds a query finds, and summaries. Whatever
 * else `engine` can do, it still does.
 *
 * - An answer of today holds, by the machine's own calendar; {@link AsksAgain.again} has it asked for anew. Of seeds, only those are asked
 *   for that are not known yet. What is asked twice at once is asked once.
 * - When the service cannot be reached (`network`, `rate-limited`), an older answer is given instead, with the reason in
 *   `provenance.offline` and its own time in `provenance.at`; what the service refuses is an error, whatever it said on another day. As
 *   answers about seeds carry no time, older ones are given only together with an older count: they are of its day or later.
 * - A failure is never kept.
 */
export function rememberedEngine<
  Engine extends SearchEngine<Query>,
  Query extends SearchQuery = ResolvedQuery,
>(
  engine: Engine & SearchEngine<Query>,
  store: AnswerStore,
  options: RememberOptions = {},
): Engine & AsksAgain {
  const answers = new Answers(store, options);
  const memory = new Memory<Query>(engine, answers);
  const seeds = new RememberedSeeds<Query>(engine, answers);
  const own: SearchEngine<Query> & AsksAgain = {
    id: engine.id,
    label: engine.label,
    count: (query, asked) => memory.count(query, asked),
    search: (query, asked) => memory.search(query, asked),
    matching: (query, ids, asked) => seeds.matching(query, ids, asked),
    summaries: (ids, asked = {}) => rememberedSummaries(engine, answers, ids, asked),
    again: () => memory.again(),
    close: async () => {
      await engine.close();
      await store.close();
    },
    ...(!('matchingAll' in engine)
      ? {}
      : { matchingAll: (queries, ids, asked) => seeds.matchingAll(queries, ids, asked) }),
  };
  return new Proxy<Engine>(engine, {
    has: (target, name) => name in own || name in target,
    get: (target, name) => {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name) as unknown;
      const value: unknown = Reflect.get(target, name);
      // Methods reach what is private to the engine.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as Engine & AsksAgain;
}

class Memory<Query extends SearchQuery> {
  readonly #engine: SearchEngine<Query>;
  readonly #answers: Answers;

  constructor(engine: SearchEngine<Query>, answers: Answers) {
    this.#engine = engine;
    this.#answers = answers;
  }

  again(): void {
    this.#answers.fresh.again();
    this.#answers.outage.clear();
    // What it keeps itself, in memory.
    const engine: object & Partial<AsksAgain> = this.#engine;
    engine.again?.();
  }

  async count(query: Query, options: SearchOptions = {}): Promise<CountResult> {
    const key = answerKey('count', this.#engine.id, query.key, options);
    const { kept, offline } = await this.#answers.shared.ask(key, options, (asker) =>
      this.#answers.get(key, keptCount, asker.signal, async (signal) =>
        toKept(await this.#engine.count(query, { ...options, ...asker, signal })),
      ),
    );
    return fromKept(this.#engine, kept, offline);
  }

  async search(
    query: Query,
    options: SearchOptions & { readonly limit?: number; readonly offset?: number } = {},
  ): Promise<IdsResult> {
    const { limit = Infinity, offset = 0 } = options;
    if (limit > LONGEST_PAGE) return this.#engine.search(query, options);
    const key = answerKey('page', this.#engine.id, query.key, options, offset, limit);
    const { kept, offline } = await this.#answers.shared.ask(key, options, (asker) =>
      this.#answers.get(key, keptPage, asker.signal, async (signal) => {
        const result = await this.#engine.search(query, { ...options, ...asker, signal });
        return { ...toKept(result), ids: [...result.ids] };
      }),
    );
    return pageFromKept(this.#engine, kept, offline);
  }
}
