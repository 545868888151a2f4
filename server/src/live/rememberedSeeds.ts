import type { SearchEngine, SearchOptions, SearchQuery } from '@querent/core/search';
import type { Answers } from './answers.ts';
import { dayOf } from './freshness.ts';
import { answerKey, keptCount, keptSeeds } from './keptAnswers.ts';
import type { KeptCount } from './keptAnswers.ts';
import { lookUp, withBatch } from './knownSeeds.ts';
import type { SeedBatch } from './knownSeeds.ts';

/** More questions about seeds than this become one, about all seeds that one of them lacks. */
const MOST_GROUPS = 2;

/** A question about the seeds of many queries on its way. */
interface Batch {
  readonly keys: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  readonly done: Promise<unknown>;
}

/** What an earlier day says of the seeds of a query, and its count of that day. */
interface OlderSeeds {
  readonly found: ReadonlySet<string>;
  readonly countKey: string;
  readonly count: KeptCount;
}

/** Which seeds queries find: what is known of each seed is not asked for again. See `rememberedEngine` for when older answers are given. */
export class RememberedSeeds<Query extends SearchQuery> {
  readonly #engine: SearchEngine<Query>;
  readonly #answers: Answers;
  readonly #batches = new Set<Batch>();

  constructor(engine: SearchEngine<Query>, answers: Answers) {
    this.#engine = engine;
    this.#answers = answers;
  }

  async matching(
    query: Query,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    const key = this.#seedsKey(query, options);
    await this.#batchUnderWay(key, ids, options);
    const found = await this.#answers.shared.ask(JSON.stringify([key, ids]), options, async (asker) => {
      const { found: fresh, unknown } = await this.#known(key, ids);
      if (unknown.length === 0) return fresh;
      return this.#orOlder([query], ids, options, async () => {
        const answer = await this.#engine.matching(query, unknown, { ...options, ...asker });
        await this.#keepSeeds(key, unknown, answer);
        return [new Set([...fresh, ...answer])];
      }).then(([only]) => only ?? new Set<string>());
    });
    return ids.filter((id) => found.has(id));
  }

  async matchingAll(
    queries: readonly Query[],
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly (readonly string[])[]> {
    const keys = queries.map((query) => this.#seedsKey(query, options));
    const done = this.#answers.shared.ask(JSON.stringify([keys, ids]), options, async (asker) => {
      const known = await Promise.all(keys.map((key) => this.#known(key, ids)));
      const groups = groupsOf(known.map(({ unknown }) => unknown));
      if (groups.length === 0) return known.map(({ found }) => found);
      return this.#orOlder(queries, ids, options, async () => {
        const found = known.map((each) => new Set(each.found));
        for (const { members, unknown } of groups) {
          const asked = members.map((at) => queries[at]).filter((query) => query !== undefined);
          const answers = await this.#engine.matchingAll?.(asked, unknown, { ...options, ...asker });
          for (const [index, at] of members.entries()) {
            const answer = answers?.[index] ?? [];
            for (const id of answer) found[at]?.add(id);
            await this.#keepSeeds(keys[at] ?? '', unknown, answer);
          }
        }
        return found;
      });
    });
    const batch = { keys: new Set(keys), ids: new Set(ids), done: done.catch(() => undefined) };
    this.#batches.add(batch);
    try {
      return (await done).map((found) => ids.filter((id) => found.has(id)));
    } finally {
      this.#batches.delete(batch);
    }
  }

  /** What `ask` says, else what earlier days say of the seeds of all `queries`. */
  async #orOlder(
    queries: readonly Query[],
    ids: readonly string[],
    options: SearchOptions,
    ask: () => Promise<readonly Set<string>[]>,
  ): Promise<readonly ReadonlySet<string>[]> {
    const older = async (): Promise<readonly ReadonlySet<string>[] | undefined> => {
      const all = await Promise.all(queries.map((query) => this.#older(query, ids, options)));
      const known = all.filter((each) => each !== undefined);
      if (known.length < all.length) return undefined;
      // Their counts, if they are on their way or asked for next, must not be of today.
      for (const { countKey, count } of known) this.#answers.outage.hold(countKey, count);
      return known.map(({ found }) => found);
    };
    if (this.#answers.outage.reason !== undefined) {
      const found = await older();
      if (found !== undefined) return found;
    }
    try {
      const found = await ask();
      this.#answers.outage.over();
      return found;
    } catch (error) {
      if (!this.#answers.outage.note(error)) throw error;
      const found = await older();
      if (found === undefined) throw error;
      return found;
    }
  }

  /** What earlier answers say of all `ids`, where the count of `query` is an earlier one, too, and not later than these. */
  async #older(
    query: Query,
    ids: readonly string[],
    options: SearchOptions,
  ): Promise<OlderSeeds | undefined> {
    const countKey = answerKey('count', this.#engine.id, query.key, options);
    const count = await this.#answers.read(countKey, keptCount);
    if (count === undefined || this.#answers.fresh.holds(countKey, count.at)) return undefined;
    const batches = await this.#seedBatches(this.#seedsKey(query, options));
    const { found, unknown } = lookUp(batches, ids, (at) => dayOf(at) >= dayOf(count.at));
    return unknown.length === 0 ? { found, countKey, count } : undefined;
  }

  async #known(key: string, ids: readonly string[]): Promise<ReturnType<typeof lookUp>> {
    return lookUp(await this.#seedBatches(key), ids, (at) => this.#answers.fresh.holds(key, at));
  }

  async #keepSeeds(key: string, asked: readonly string[], answer: readonly string[]): Promise<void> {
    const at = this.#answers.fresh.now().toISOString();
    const hits = new Set(answer);
    const batch = {
      at,
      found: asked.filter((id) => hits.has(id)),
      missed: asked.filter((id) => !hits.has(id)),
    };
    await this.#answers.keep(key, at, { batches: withBatch(await this.#seedBatches(key), batch) });
  }

  async #seedBatches(key: string): Promise<readonly SeedBatch[]> {
    return (await this.#answers.read(key, keptSeeds))?.batches ?? [];
  }

  /** Waits for a question about many queries that will tell what is asked, for who is in no hurry. */
  async #batchUnderWay(key: string, ids: readonly string[], { signal, priority = 0 }: SearchOptions) {
    if (priority > 0) return;
    for (const { keys, ids: asked, done } of this.#batches)
      if (keys.has(key) && ids.every((id) => asked.has(id)))
        await new Promise<void>((resolve) => {
          const go = (): void => resolve();
          signal?.addEventListener('abort', go, { once: true });
          void done.finally(() => {
            signal?.removeEventListener('abort', go);
            resolve();
          });
        });
  }

  #seedsKey(query: Query, options: SearchOptions): string {
    return answerKey('matching', this.#engine.id, query.key, options);
  }
}

/** Queries that lack the same seeds together; with many such groups one, of all who lack any, for all that any of them lacks. */
function groupsOf(
  unknown: readonly (readonly string[])[],
): readonly { readonly members: readonly number[]; readonly unknown: readonly string[] }[] {
  const groups = new Map<string, { members: number[]; unknown: readonly string[] }>();
  for (const [index, ids] of unknown.entries()) {
    if (ids.length === 0) continue;
    const key = ids.join(' ');
    const group = groups.get(key) ?? { members: [], unknown: ids };
    group.members.push(index);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  if (all.length <= MOST_GROUPS) return all;
  const members = all.flatMap((group) => group.members).sort((one, other) => one - other);
  return [{ members, unknown: [...new Set(all.flatMap((group) => group.unknown))] }];
}
