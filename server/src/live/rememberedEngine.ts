import type { z } from 'zod';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type {
  CitationSummary,
  CountResult,
  IdsResult,
  SearchEngine,
  SearchOptions,
  SearchQuery,
} from '@querent/core/search';
import type { AnswerStore } from './answerStore.ts';
import { dayOf, Freshness } from './freshness.ts';
import {
  answerKey,
  fromKept,
  keptCount,
  keptPage,
  keptSeeds,
  keptSummary,
  pageFromKept,
  toKept,
} from './keptAnswers.ts';
import { lookUp, withBatch } from './knownSeeds.ts';
import type { SeedBatch } from './knownSeeds.ts';
import { monotonicClock } from './monotonicClock.ts';
import type { MonotonicClock } from './monotonicClock.ts';
import { Outage } from './outage.ts';
import { SharedQuestions } from './sharedQuestions.ts';

/** An engine that keeps its answers. */
export interface AsksAgain {
  /** "Measure again": from now on answers of before this moment are asked for anew. They are still shown while the service cannot be reached. */
  again(): void;
}

export interface RememberOptions {
  /** The time of day, for what holds today. */
  readonly now?: () => Date;
  readonly clock?: MonotonicClock;
  /** Told, once for each day and reason, that answers of an earlier day are given: for fronts that show no provenance beside each number. */
  readonly onOlder?: (message: string) => void;
}

/** How often it is looked whether another process was told what is asked. */
const LISTEN_MS = 250;
/** Summaries and records hardly ever change. */
const SUMMARY_MS = 7 * 24 * 3_600_000;
/** Pages of more ids are asked for each time. */
const LONGEST_PAGE = 1_000;
/** More questions about seeds than this become one, about all seeds that one of them lacks. */
const MOST_GROUPS = 2;

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
  const memory = new Memory<Query>(engine, store, options);
  const own: SearchEngine<Query> & AsksAgain = {
    id: engine.id,
    label: engine.label,
    count: (query, asked) => memory.count(query, asked),
    search: (query, asked) => memory.search(query, asked),
    matching: (query, ids, asked) => memory.matching(query, ids, asked),
    summaries: (ids, asked) => memory.summaries(ids, asked),
    again: () => memory.again(),
    close: async () => {
      await engine.close();
      await store.close();
    },
    ...(!('matchingAll' in engine)
      ? {}
      : { matchingAll: (queries, ids, asked) => memory.matchingAll(queries, ids, asked) }),
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

/** An answer, and why it is an older one. */
interface Answer<T> {
  readonly kept: T;
  readonly offline?: string;
}

/** A question about the seeds of many queries on its way. */
interface Batch {
  readonly keys: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  readonly done: Promise<unknown>;
}

class Memory<Query extends SearchQuery> {
  readonly #engine: SearchEngine<Query>;
  readonly #store: AnswerStore;
  readonly #fresh: Freshness;
  readonly #outage: Outage;
  readonly #shared = new SharedQuestions();
  readonly #batches = new Set<Batch>();
  readonly #onOlder: RememberOptions['onOlder'];
  readonly #told = new Set<string>();

  constructor(engine: SearchEngine<Query>, store: AnswerStore, options: RememberOptions) {
    this.#engine = engine;
    this.#store = store;
    this.#fresh = new Freshness(options.now ?? (() => new Date()));
    this.#outage = new Outage(options.clock ?? monotonicClock);
    this.#onOlder = options.onOlder;
  }

  again(): void {
    this.#fresh.again();
    this.#outage.over();
    // What it keeps itself, in memory.
    const engine: object & Partial<AsksAgain> = this.#engine;
    engine.again?.();
  }

  async count(query: Query, options: SearchOptions = {}): Promise<CountResult> {
    const key = answerKey('count', this.#engine.id, query.key, options);
    const { kept, offline } = await this.#shared.ask(key, options, (asker) =>
      this.#answer(key, keptCount, asker.signal, async (signal) =>
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
    const { kept, offline } = await this.#shared.ask(key, options, (asker) =>
      this.#answer(key, keptPage, asker.signal, async (signal) => {
        const result = await this.#engine.search(query, { ...options, ...asker, signal });
        return { ...toKept(result), ids: [...result.ids] };
      }),
    );
    return pageFromKept(this.#engine, kept, offline);
  }

  async matching(
    query: Query,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    const key = this.#seedsKey(query, options);
    await this.#batchUnderWay(key, ids, options);
    const found = await this.#shared.ask(JSON.stringify([key, ids]), options, async (asker) => {
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
    const done = this.#shared.ask(JSON.stringify([keys, ids]), options, async (asker) => {
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

  async summaries(ids: readonly string[], options: SearchOptions = {}): Promise<readonly CitationSummary[]> {
    const keyOf = (id: string): string => answerKey('summary', this.#engine.id, id);
    const wanted = [...new Set(ids)];
    /** Null stands for a record that the engine does not hold. */
    const known = new Map<string, CitationSummary | null>();
    const old = new Map<string, CitationSummary | null>();
    await Promise.all(
      wanted.map(async (id) => {
        const kept = await this.#read(keyOf(id), keptSummary);
        if (kept === undefined) return;
        const { at, summary } = kept;
        const holds =
          summary === null ? this.#fresh.holds(keyOf(id), at) : this.#fresh.isYounger(at, SUMMARY_MS);
        (holds ? known : old).set(id, summary);
      }),
    );
    const missing = wanted.filter((id) => !known.has(id));
    const useOld = (): void => old.forEach((summary, id) => known.set(id, summary));
    const areOld = missing.every((id) => old.has(id));
    if (areOld && this.#outage.reason !== undefined) useOld();
    else if (missing.length > 0)
      try {
        const fresh = new Map(
          (await this.#engine.summaries(missing, options)).map((each) => [each.id, each]),
        );
        const at = this.#fresh.now().toISOString();
        await Promise.all(
          missing.map((id) => {
            known.set(id, fresh.get(id) ?? null);
            this.#fresh.answered(keyOf(id), at);
            return this.#store.put(keyOf(id), { at, summary: fresh.get(id) ?? null });
          }),
        );
      } catch (error) {
        if (!this.#outage.note(error) || !areOld) throw error;
        useOld();
      }
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  /** What is kept when it holds, else what `ask` says, else what is kept. */
  async #answer<T extends { readonly at: string }>(
    key: string,
    form: z.ZodType<T>,
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<Answer<T>> {
    const kept = await this.#read(key, form);
    if (kept !== undefined) {
      if (this.#fresh.holds(key, kept.at)) return { kept };
      const { reason } = this.#outage;
      if (reason !== undefined) return this.#older({ kept, offline: reason });
    }
    try {
      const { answer, isHeard } = await this.#askOrHear(key, form, signal, ask);
      this.#outage.over();
      this.#fresh.answered(key, answer.at);
      if (!isHeard) await this.#store.put(key, answer);
      return { kept: answer };
    } catch (error) {
      if (!this.#outage.note(error) || kept === undefined) throw error;
      return this.#older({ kept, offline: error.message });
    }
  }

  /**
   * What `ask` says, or what another process was told meanwhile: windows with the same strategy ask for the same line at the same time, and
   * the question of one of them may wait at the gate for seconds.
   */
  async #askOrHear<T extends { readonly at: string }>(
    key: string,
    form: z.ZodType<T>,
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly isHeard: boolean }> {
    const controller = new AbortController();
    const giveUp = (): void => controller.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<{ answer: T; isHeard: boolean }>((resolve) => {
      const listen = async (): Promise<void> => {
        const answer = await this.#read(key, form);
        if (answer !== undefined && this.#fresh.holds(key, answer.at)) resolve({ answer, isHeard: true });
      };
      timer = setInterval(() => void listen(), LISTEN_MS);
      timer.unref();
    });
    try {
      const asked = ask(controller.signal).then((answer) => ({ answer, isHeard: false }));
      const first = await Promise.race([asked, heard]);
      if (first.isHeard) giveUp();
      return first;
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  #older<T extends { readonly at: string }>(answer: Required<Answer<T>>): Answer<T> {
    const { kept, offline } = answer;
    const day = new Date(kept.at).toLocaleDateString('sv'); // yyyy-mm-dd, of the machine's time zone
    const message = `${offline} Numbers of ${day} are shown.`;
    if (!this.#told.has(message)) this.#onOlder?.(message);
    this.#told.add(message);
    return answer;
  }

  /** What `ask` says, else what earlier days say of the seeds of all `queries`. */
  async #orOlder(
    queries: readonly Query[],
    ids: readonly string[],
    options: SearchOptions,
    ask: () => Promise<readonly Set<string>[]>,
  ): Promise<readonly ReadonlySet<string>[]> {
    const older = async (): Promise<readonly ReadonlySet<string>[] | undefined> => {
      const all = await Promise.all(queries.map((query) => this.#olderSeeds(query, ids, options)));
      return all.every((each) => each !== undefined) ? all : undefined;
    };
    if (this.#outage.reason !== undefined) {
      const found = await older();
      if (found !== undefined) return found;
    }
    try {
      const found = await ask();
      this.#outage.over();
      return found;
    } catch (error) {
      if (!this.#outage.note(error)) throw error;
      const found = await older();
      if (found === undefined) throw error;
      return found;
    }
  }

  /** What earlier answers say of all `ids`, where the count of `query` is an earlier one, too, and not later than these. */
  async #olderSeeds(
    query: Query,
    ids: readonly string[],
    options: SearchOptions,
  ): Promise<ReadonlySet<string> | undefined> {
    const countKey = answerKey('count', this.#engine.id, query.key, options);
    const count = await this.#read(countKey, keptCount);
    if (count === undefined || this.#fresh.holds(countKey, count.at)) return undefined;
    const batches = await this.#seedBatches(this.#seedsKey(query, options));
    const { found, unknown } = lookUp(batches, ids, (at) => dayOf(at) >= dayOf(count.at));
    return unknown.length === 0 ? found : undefined;
  }

  async #known(key: string, ids: readonly string[]): Promise<ReturnType<typeof lookUp>> {
    return lookUp(await this.#seedBatches(key), ids, (at) => this.#fresh.holds(key, at));
  }

  async #keepSeeds(key: string, asked: readonly string[], answer: readonly string[]): Promise<void> {
    const at = this.#fresh.now().toISOString();
    const hits = new Set(answer);
    const batch = {
      at,
      found: asked.filter((id) => hits.has(id)),
      missed: asked.filter((id) => !hits.has(id)),
    };
    this.#fresh.answered(key, at);
    await this.#store.put(key, { batches: withBatch(await this.#seedBatches(key), batch) });
  }

  async #seedBatches(key: string): Promise<readonly SeedBatch[]> {
    return (await this.#read(key, keptSeeds))?.batches ?? [];
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

  async #read<T>(key: string, form: z.ZodType<T>): Promise<T | undefined> {
    const { data } = form.safeParse(await this.#store.get(key));
    return data;
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
