/**
 * What the edits of existing queries reach: for each topic a query that is there and some of its relevant records as seeds, the rest held back.
 * Catching: how often all missed seeds are found, for how many records, and how many records held back come along. Narrowing: how many records
 * go without a seed, and how many held back stay. Completing: recall before and after. On the data of QUERENT_DATA (default ../shared/data).
 *
 *   npm run evaluate:editing -- [--corpus LIB] [--seeds N] [--only TEXT] [--strategies N] [--json]
 *
 * Queries: experts' Ovid strategies of the reviews, converted; concept blocks made of the reviews' titles; people's PubMed strategies of
 * which at least five studies are held. The library is that of `npm run evaluate:rewriting`. So many (60) published PubMed strategies are also
 * edited with five seeds drawn at random: none may fail, give a query that is rejected, or take long.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { evaluate } from '@querent/core/corpus';
import type { DocSet } from '@querent/core/corpus';
import { convertOvid } from '@querent/core/ovid';
import { deterministicRewriter, editQuery } from '@querent/core/rewriting';
import type { Draft, RewriteGoal } from '@querent/core/rewriting';
import {
  isUnresolvable,
  parseStrategy,
  printResolved,
  resolveStrategy,
  resolveText,
} from '@querent/core/strategy';
import type { Pico } from '@querent/core/strategy';
import { openCitations } from '../../server/src/library/openCitations.ts';
import { readTopics } from './topics.ts';

/** A query that is there, with what it should find. */
interface Case {
  readonly kind: 'experts' | 'blocks' | 'people';
  readonly id: string;
  readonly title: string;
  readonly pico: Pico | undefined;
  readonly query: string;
  readonly relevant: readonly string[];
}

/** One draft beside its original. */
interface Outcome {
  /** Its place among the drafts of its way, from 0; only the first of most is counted. */
  readonly place: number;
  readonly before: Counts;
  readonly after: Counts;
  readonly seconds: number;
}

interface Counts {
  readonly records: number;
  readonly seeds: number;
  readonly heldBack: number;
  /** No seed is missed. */
  readonly isComplete: boolean;
}

const root = join(import.meta.dirname, '../..');
const data = process.env.QUERENT_DATA ?? join(root, '../shared/data');
const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: join(root, '.cache/evaluation.sqlite') },
    seeds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    strategies: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const seedCount = Number(values.seeds);
if (!existsSync(values.corpus) || !existsSync(data) || !Number.isInteger(seedCount) || seedCount < 1) {
  console.error(
    `--corpus: ${values.corpus} or ${data} is not there, or --seeds is no number from 1 on. Run "npm run evaluate:rewriting" once, which makes the library, or set QUERENT_DATA.`,
  );
  process.exit(2);
}
const { engine } = await openCitations(values.corpus);
const { index, thesaurus } = engine;
const options = thesaurus === undefined ? {} : { thesaurus };

const strategies = gunzipSync(await readFile(join(data, 'strategies/strategies.jsonl.gz')))
  .toString('utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line) as StrategyRow);

interface StrategyRow {
  readonly id: string;
  readonly platform: string;
  readonly authored: string;
  readonly title?: string;
  readonly query: string;
  readonly pmids?: readonly (string | number)[];
  readonly seeds?: readonly (string | number)[];
}

const goals: readonly RewriteGoal[] = ['catch-missed', 'narrow', 'improve'];
const outcomes = new Map<string, Outcome[]>();
for (const one of (await cases()).filter(({ id }) => id.includes(values.only))) {
  const order = shuffled(one.relevant, 7);
  const seeds = order.slice(0, Math.min(seedCount, Math.ceil(order.length / 2)));
  const heldBack = order.slice(seeds.length);
  const original = docsOf(one.query);
  if (original === undefined) continue;
  const countsOf = (docs: DocSet): Counts => ({
    records: docs.count(),
    seeds: found(docs, seeds),
    heldBack: found(docs, heldBack),
    isComplete: found(docs, seeds) === seeds.length,
  });
  const before = countsOf(original);
  for (const goal of goals) {
    if (goal === 'catch-missed' && before.seeds === seeds.length) continue;
    const { drafts, seconds } = timed(() =>
      editQuery(
        {
          query: one.query,
          title: one.title,
          seeds,
          goal,
          ...(one.pico === undefined ? {} : { pico: one.pico }),
        },
        engine,
      ),
    );
    const places = new Map<string, number>();
    for (const { query, source } of drafts) {
      const docs = docsOf(query);
      if (docs === undefined) throw new Error(`${one.id}: a draft cannot be searched: ${query}`);
      const place = places.get(source) ?? 0;
      places.set(source, place + 1);
      // Several drafts of one way are points of a front: each counts for itself.
      const key = `${goal} | ${one.kind} | ${source}${goal === 'narrow' ? ` ${place + 1}` : ''}`;
      const its = { place: goal === 'narrow' ? 0 : place, before, after: countsOf(docs), seconds };
      outcomes.set(key, [...(outcomes.get(key) ?? []), its]);
      if (!values.json)
        console.log(
          `${one.id} ${goal}: ${source}, ${before.records} -> ${its.after.records} records, seeds ${before.seeds} -> ${its.after.seeds} of ${seeds.length}, held back ${before.heldBack} -> ${its.after.heldBack} of ${heldBack.length}`,
        );
    }
  }
}
const summary = [...outcomes].map(([key, all]) => ({ what: key, ...summaryOf(all) }));
const robustness = values.only === '' ? await editAll() : undefined;
if (values.json) console.log(JSON.stringify({ seeds: seedCount, summary, robustness }));
else {
  console.table(summary);
  console.log(robustness);
}
await engine.close();

async function cases(): Promise<readonly Case[]> {
  const all: Case[] = [];
  const reviews = join(data, 'topics/reviews.jsonl');
  const ovid = new Map(
    (await readFile(reviews, 'utf8'))
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as { readonly id: string; readonly expert_query_ovid?: string })
      .map(({ id, expert_query_ovid: query }) => [id, query]),
  );
  const { signal } = new AbortController();
  // An engine that hides its index gets concept blocks.
  const remote = { ...engine, id: 'remote', label: 'remote', index: undefined, proposeDrafts: undefined };
  for (const { id, title, pico, relevant } of await readTopics(reviews)) {
    const topic = { id, title, pico, relevant: relevant.filter((one) => index.docOf(one) !== undefined) };
    const expert = ovid.get(id);
    const query = expert === undefined ? undefined : written(convertOvid(expert, options).text);
    if (query !== undefined) all.push({ kind: 'experts', query, ...topic });
    const { drafts } = await deterministicRewriter(thesaurus).draft(
      { title, seeds: [], forms: ['recall'] },
      remote,
      signal,
    );
    const [blocks] = drafts;
    if (blocks !== undefined) all.push({ kind: 'blocks', query: blocks.query, ...topic });
  }
  for (const { id, platform, title = '', query, pmids = [], seeds = [] } of strategies) {
    const relevant = [...new Set([...pmids, ...seeds].map(String))].filter(
      (one) => index.docOf(one) !== undefined,
    );
    const resolved = platform === 'pubmed' && relevant.length >= 5 ? written(query) : undefined;
    if (resolved !== undefined)
      all.push({ kind: 'people', id, title, pico: undefined, query: resolved, relevant });
  }
  return all;
}

/** A strategy with its references written out; undefined when it cannot be. */
function written(strategy: string): string | undefined {
  const resolved = resolveStrategy(parseStrategy(strategy));
  try {
    return isUnresolvable(resolved) ? undefined : printResolved(resolved);
  } catch {
    return undefined; // Too long to be written out.
  }
}

/** Edits published PubMed strategies, evenly over all, with seeds drawn from the library. */
async function editAll(): Promise<Readonly<Record<string, number>>> {
  let [edited, rejected, slowest, drafts] = [0, 0, 0, 0];
  const all = strategies.filter(({ platform }) => platform === 'pubmed');
  const wanted = Math.min(all.length, Number(values.strategies));
  for (let i = 0; i < wanted; i++) {
    const text = written(all[Math.floor((i * all.length) / wanted)]?.query ?? '');
    if (text === undefined) continue;
    const seeds = shuffled(
      Array.from({ length: 5 }, (_, n) => index.idOf((i * 7919 + n * 104_729) % index.documentCount)),
      i,
    );
    edited++;
    for (const goal of goals) {
      const made = timed(() => editQuery({ query: text, seeds, goal }, engine));
      slowest = Math.max(slowest, made.seconds);
      for (const draft of made.drafts) {
        drafts++;
        if (docsOf(draft.query) === undefined) rejected++;
      }
    }
  }
  return { strategies: edited, drafts, rejected, slowestSeconds: slowest };
}

function docsOf(query: string): DocSet | undefined {
  const resolved = resolveText(query);
  if (isUnresolvable(resolved)) return undefined;
  try {
    return evaluate(index, resolved, options).docs;
  } catch {
    return undefined;
  }
}

function found(docs: DocSet, ids: readonly string[]): number {
  return ids.filter((id) => docs.has(index.docOf(id) ?? -1)).length;
}

function timed(draft: () => readonly Draft[]): {
  readonly drafts: readonly Draft[];
  readonly seconds: number;
} {
  const { user } = process.cpuUsage();
  const drafts = draft();
  return { drafts, seconds: (process.cpuUsage().user - user) / 1e6 };
}

function summaryOf(all: readonly Outcome[]): Readonly<Record<string, number>> {
  const first = all.filter(({ place }) => place === 0);
  const mean = (value: (one: Outcome) => number, of = first): number =>
    of.length === 0
      ? 0
      : Math.round((1000 * of.reduce((sum, one) => sum + value(one), 0)) / of.length) / 1000;
  const median = (value: (one: Outcome) => number): number =>
    first.map(value).sort((a, b) => a - b)[first.length >> 1] ?? 0;
  return {
    n: first.length,
    allSeeds: first.filter(({ after }) => after.isComplete).length,
    withoutLostSeed: first.filter(({ before, after }) => after.seeds >= before.seeds).length,
    seedsGained: mean(({ before, after }) => after.seeds - before.seeds),
    heldBackBefore: mean(({ before }) => before.heldBack),
    heldBackAfter: mean(({ after }) => after.heldBack),
    medianBefore: median(({ before }) => before.records),
    medianAfter: median(({ after }) => after.records),
    medianChange: median(({ before, after }) => after.records - before.records),
    cpuSecondsP50: Math.round(100 * median(({ seconds }) => seconds)) / 100,
  };
}

/** The same order every time: a linear congruential generator (Numerical Recipes). */
function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const order = [...items];
  let state = seed >>> 0;
  for (let i = order.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    const [a, b] = [order[i] as T, order[j] as T];
    order[i] = b;
    order[j] = a;
  }
  return order;
}
