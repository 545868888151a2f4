import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LocalEngine, RankedCache } from '@querent/core/connectors';
import { createRankedEngine, memoryEngine, rankedSource } from '@querent/core/connectors';
import { importCitations } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { stopwords } from '@querent/core/pubmed';
import type { RankedEngine } from '@querent/core/search';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { readCitationFile } from '../../../server/src/library/citationFile.ts';
import { loadMeshFile } from '../../../server/src/library/meshFile.ts';
import { readTopics, type ReviewTopic } from '../../evaluation/topics.ts';
import { quantile, round, summarise, type Suite, type SuiteResult } from '../suite.ts';
import { Fts5 } from './fts5.ts';
import { quality, type Ranking } from './rankedQuality.ts';

const data = resolve(process.env.QUERENT_DATA ?? join(import.meta.dirname, '../../../../shared/data'));
const files = {
  citations: join(data, 'corpus/citations.jsonl.gz'),
  mesh: join(data, 'mesh/mesh2024_descriptors.jsonl.gz'),
  topics: join(data, 'topics/reviews.jsonl'),
};

const repetitions = 5;
/** Hits that a timed query gives, as the editor asks for. */
const listed = 50;
/** Hits that rankings are judged by. */
const judged = 1000;

/** Ranked search over the citation data, beside Boolean queries of the same words and SQLite's FTS5. */
export const suite: Suite = {
  name: 'ranked',
  async run(log) {
    const missing = Object.values(files).filter((file) => !existsSync(file));
    if (missing.length > 0) {
      const reason = `Skipped: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not here. Set QUERENT_DATA to the folder of the data.`;
      log(reason);
      return { metrics: {}, peers: {}, notes: [reason], goals: [] };
    }
    return measureAll(log);
  },
};

async function measureAll(log: (line: string) => void): Promise<SuiteResult> {
  log('Reading citations and MeSH, building the Boolean index');
  const records = await readRecords();
  const engine = memoryEngine(records, { thesaurus: await loadMeshFile(files.mesh) });
  const topics = (await readTopics(files.topics))
    .map((topic) => ({
      ...topic,
      relevant: topic.relevant.filter((id) => engine.index.docOf(id) !== undefined),
    }))
    .filter(({ relevant }) => relevant.length > 0);
  const { ranked, buildSeconds, loadSeconds, bytes } = await buildAndLoad(engine, log);
  const fts5 = new Fts5();
  const fts5Seconds: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    log(`FTS5 indexes, repetition ${i + 1} of ${repetitions}`);
    fts5Seconds.push(fts5.build(records));
  }
  const titles = topics.map(({ title }) => contentWords(title));
  const long = topics.map((topic) => contentWords(questionOf(topic)));
  log('Asking');
  const ask = (words: readonly string[]): Promise<unknown> => ranked.rank(words.join(' '), { limit: listed });
  const askFts5 = (words: readonly string[]): unknown => fts5.rank(words, listed);
  const ours = { title: await timed(titles, ask), long: await timed(long, ask) };
  const theirs = { title: await timed(titles, askFts5), long: await timed(long, askFts5) };
  log('Judging');
  const rank: Ranking = async (words) =>
    (await ranked.rank(words.join(' '), { limit: judged })).hits.map(({ id }) => id);
  const boolean =
    (operator: string): Ranking =>
    async (words) => {
      const query = resolveText(words.join(operator));
      if (isUnresolvable(query)) throw new Error(query.problem);
      return (await engine.search(query, { limit: judged })).ids;
    };
  const result: SuiteResult = {
    metrics: {
      ...times('title', ours.title),
      ...times('titleAndPico', ours.long),
      ...spread('ranked.buildSeconds', buildSeconds),
      ...spread('ranked.loadSeconds', loadSeconds),
      'ranked.bytesPerRecord': round(bytes / records.length),
      'ranked.records': records.length,
      'ranked.topics': topics.length,
      ...(await quality('title', topics, titles, rank)),
      ...(await quality('titleAndPico', topics, long, rank)),
    },
    peers: {
      fts5: {
        ...times('title', theirs.title),
        ...times('titleAndPico', theirs.long),
        ...spread('ranked.buildSeconds', fts5Seconds),
        'ranked.bytesPerRecord': round(fts5.bytes / records.length),
        ...(await quality('title', topics, titles, (words) => fts5.rank(words, judged))),
        ...(await quality('titleAndPico', topics, long, (words) => fts5.rank(words, judged))),
      },
      'boolean AND': await quality('title', topics, titles, boolean(' AND ')),
      'boolean OR': await quality('title', topics, titles, boolean(' OR ')),
    },
    notes: [
      `${topics.length} review topics; relevant are the included studies that are among the ${records.length} records, grade 1 each. NDCG@10, recall@${judged} and hits@10 are means over the topics.`,
      `All engines get the same words: those of the title (or of title and PICO) that are no stop words of PubMed. Timed queries give the best ${listed}; medians of ${repetitions} repetitions over all topics, spread = largest - smallest.`,
      'loadSeconds: from the kept bytes until the first answer. bytesPerRecord: those bytes; for FTS5 the pages of a database with a contentless index of the same four fields.',
      'fts5: SQLite’s bm25() through node:sqlite, words ORed, tokenize = porter unicode61, title weighted 2, in memory.',
      'boolean AND, boolean OR: the same words in the Boolean engine, untagged and with MeSH, newest records first, as PubMed orders them.',
    ],
    goals: [
      { key: 'ranked.titleP95Ms', atMost: 50 },
      { key: 'ranked.loadSeconds', atMost: 1 },
    ],
  };
  fts5.close();
  await Promise.all([ranked.close(), engine.close()]);
  return result;
}

async function readRecords(): Promise<readonly CitationRecord[]> {
  const records: CitationRecord[] = [];
  for await (const item of importCitations(
    readCitationFile(files.citations, () => undefined),
    'citations',
  ))
    if (item.kind === 'record') records.push(item.record);
  return records;
}

async function buildAndLoad(
  engine: LocalEngine,
  log: (line: string) => void,
): Promise<{ ranked: RankedEngine; buildSeconds: number[]; loadSeconds: number[]; bytes: number }> {
  let kept: Uint8Array | undefined;
  const cache: RankedCache = {
    load: async () => kept,
    store: async (bytes) => void (kept = bytes),
  };
  const buildSeconds: number[] = [];
  const loadSeconds: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    log(`Indexes for ranking, repetition ${i + 1} of ${repetitions}`);
    kept = undefined;
    for (const seconds of [buildSeconds, loadSeconds]) {
      const from = performance.now();
      await createRankedEngine(rankedSource(engine), { cache }).rank('falls');
      seconds.push((performance.now() - from) / 1000);
    }
  }
  const ranked = createRankedEngine(rankedSource(engine), { cache });
  return { ranked, buildSeconds, loadSeconds, bytes: kept?.byteLength ?? 0 };
}

/** Milliseconds a query, one list a repetition; a first round warms up. */
async function timed(
  questions: readonly (readonly string[])[],
  ask: (words: readonly string[]) => unknown,
): Promise<number[][]> {
  const all: number[][] = [];
  for (let i = 0; i <= repetitions; i++) {
    const samples: number[] = [];
    for (const words of questions) {
      const from = performance.now();
      await ask(words);
      samples.push(performance.now() - from);
    }
    if (i > 0) all.push(samples);
  }
  return all;
}

function times(name: string, rounds: readonly (readonly number[])[]): Record<string, number> {
  const perSecond = rounds.map(
    (samples) => (1000 * samples.length) / samples.reduce((sum, ms) => sum + ms, 0),
  );
  return {
    ...summarise(`ranked.${name}`, rounds),
    ...spread(`ranked.${name}QueriesPerSecond`, perSecond),
  };
}

function spread(name: string, values: readonly number[]): Record<string, number> {
  return {
    [name]: round(quantile(values, 0.5)),
    [`${name}P95`]: round(quantile(values, 0.95)),
    [`${name}Spread`]: round(Math.max(...values) - Math.min(...values)),
  };
}

const ignored = new Set(stopwords);

function contentWords(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].filter((word) => !ignored.has(word));
}

/** Title and everything that is said about population, intervention, comparison and outcome. */
function questionOf({ title, pico }: ReviewTopic): string {
  const { other = {}, ...parts } = pico ?? {};
  return [title, ...Object.values(parts), ...Object.values(other)].join(' ');
}
