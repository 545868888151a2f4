import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CitationIndex, evaluate, fold } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { openLibraryEngine } from '@querent/core/connectors';
import { resolveText } from '@querent/core/strategy';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { buildLibrary } from '../../../server/src/library/buildLibrary.ts';
import { openLibraryFile } from '../../../server/src/library/openLibraryFile.ts';
import { quantile, round, type Suite, type SuiteResult } from '../suite.ts';
import { asPubmed, blockQueries, type BlockQuery, type PlainTerm } from './booleanQueries.ts';
import { dataFiles, missingData, realCitations } from './citations.ts';
import { fts4Blocks, fts5Blocks, type BlockCounter } from './ftsBlocks.ts';
import { measureSets } from './setLibraries.ts';

const queryCount = 100;
const repetitions = 5;
const sizes = [10_000, 61_281, 250_000, 1_000_000];
const round_ = promisify(execFile);

/** The embedded search engine beside SQLite's full-text searches and lunr, on the same citations and the same queries. */
export const suite: Suite = {
  name: 'boolean',
  async run(log) {
    const reason = missingData(Object.values(dataFiles));
    if (reason === undefined) return measureAll(log);
    log(reason);
    return { metrics: {}, peers: {}, notes: [reason], goals: [] };
  },
};

async function measureAll(log: (line: string) => void): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'querent-bench-'));
  try {
    const path = join(folder, 'library.sqlite');
    log('Building the library');
    const built = await buildLibrary({
      inputs: [dataFiles.citations],
      output: path,
      mesh: dataFiles.mesh,
      builtWith: 'bench',
    });
    log('Cold start');
    const colds: Record<string, number>[] = [];
    for (let i = 0; i < repetitions; i++) colds.push(await ownProcess('cold', path));
    log('The other engines index the same citations');
    const plain = (await realCitations()).map(plainCitation);
    const fts5 = fts5Blocks(plain);
    const fts4 = await fts4Blocks(plain);
    const engine = openLibraryEngine(await openLibraryFile(path));
    const queries = blockQueries(queryCount);
    const resolvedQueries = queries.map((query) => resolveText(asPubmed(query)) as ResolvedQuery);
    log(`Asking ${queryCount} queries, ${repetitions} times after one warm-up`);
    const { index } = engine;
    const ask = (each: ResolvedQuery): unknown => evaluate(index, each, { thesaurus: engine.thesaurus });
    const askNew = (each: ResolvedQuery): unknown => evaluate(new CitationIndex(index.parts), each);
    // In turn, so that what slows the machine for a while slows all of them.
    const ours: number[][] = [];
    const first: number[][] = [];
    const theirs5: number[][] = [];
    const theirs4: number[][] = [];
    for (let i = 0; i <= repetitions; i++) {
      ours.push(times(resolvedQueries, ask));
      first.push(times(resolvedQueries, askNew));
      theirs5.push(times(queries, (each) => fts5.count(each)));
      theirs4.push(times(queries, (each) => fts4.count(each)));
    }
    log('Comparing what they find');
    const same = sameCounts(plain, queries, [fts5, fts4]);
    log('The sets alone, beside two libraries for sets');
    const sets = await measureSets(
      queries.map((query) =>
        query.map((block) =>
          block.map(({ words, truncated }) =>
            index.docsOfTerm('tiab', `${words.join(' ')}${truncated ? '*' : ''}`),
          ),
        ),
      ),
    );
    log('lunr indexes and answers, in a process of its own');
    const lunr = await ownProcess('lunr');
    const curve: Record<string, number>[] = [];
    for (const size of sizes) {
      log(`An index of ${size} records`);
      curve.push(await ownProcess('size', String(size)));
    }
    await engine.close();
    fts5.close();
    fts4.close();
    const summary = summaryOf(ours.slice(1));
    const five = summaryOf(theirs5.slice(1));
    const four = summaryOf(theirs4.slice(1));
    const firstTime = summaryOf(first.slice(1));
    const terms = queries.map((query) => query.reduce((sum, block) => sum + block.length, 0));
    return {
      metrics: {
        ...named('boolean.', summary),
        ...named('boolean.firstTime', firstTime, true),
        'boolean.ratioToFts5': round(five.medianMs / summary.medianMs),
        'boolean.ratioToFts4': round(four.medianMs / summary.medianMs),
        'boolean.ratioToLunr': round((lunr['medianMs'] ?? NaN) / summary.medianMs),
        'boolean.firstTimeRatioToFts5': round(five.medianMs / firstTime.medianMs),
        'boolean.coldStartMs': round(middle(colds, 'answerMs')),
        'boolean.coldStartSpread': round(spread(colds, 'answerMs')),
        'boolean.openMs': round(middle(colds, 'openMs')),
        'boolean.bytesPerRecord': round((curve[1]?.['indexBytes'] ?? 0) / (curve[1]?.['records'] ?? 1)),
        'boolean.libraryBytesPerRecord': round(built.bytes / built.records),
        'boolean.importSeconds': round(built.seconds),
        'boolean.sameAsFts5': same[0] ?? 0,
        'boolean.sameAsFts4': same[1] ?? 0,
        'boolean.setsMedianMs': fine(sets['querent'] ?? NaN),
        'boolean.setsRatioToFastBitSet': round((sets['fastbitset'] ?? NaN) / (sets['querent'] ?? NaN)),
        'boolean.setsRatioToRoaring': round((sets['roaring'] ?? NaN) / (sets['querent'] ?? NaN)),
        'boolean.queries': queryCount,
        ...curveMetrics(curve),
      },
      peers: {
        'FTS5 (node:sqlite)': peer(five, fts5),
        'FTS4 (sql.js)': peer(four, fts4),
        lunr: {
          'boolean.medianMs': round(lunr['medianMs'] ?? NaN),
          'boolean.p95Ms': round(lunr['p95Ms'] ?? NaN),
          'boolean.importSeconds': round(lunr['buildSeconds'] ?? NaN),
          'boolean.bytesPerRecord': round((lunr['rssBytes'] ?? NaN) / (lunr['records'] ?? 1)),
        },
      },
      goals: [
        { key: 'boolean.ratioToFts5', atLeast: 20 },
        { key: 'boolean.p95Ms', atMost: 5 },
        { key: 'boolean.coldStartMs', atMost: 1500 },
        { key: 'boolean.sameAsFts5', atLeast: queryCount },
      ],
      notes: [
        `${built.records} citations; ${queryCount} queries of three blocks, ${Math.min(...terms)} to ${Math.max(...terms)} terms (median ${quantile(terms, 0.5)}): words, phrases and truncated words of the 388 real strategies, in title, abstract and keywords.`,
        `medianMs, p95Ms: of one process that has answered the queries once before, as an editor's or a reward service's has; ${repetitions} passes in turn with the other engines, median over passes, spread = largest - smallest. All are in memory and were warmed up alike.`,
        'firstTime: every query by an index that has answered nothing before, so that no set of any term is remembered. ratioToFts5 and firstTimeRatioToFts5 both against FTS5 warmed up.',
        'coldStart: from opening the stored library in a new process to the first answer, which explodes a MeSH heading; the start of Node itself not counted. open: without MeSH and the answer.',
        'bytesPerRecord: of the index in memory (lunr: of its process). libraryBytesPerRecord: of the file, with text, MeSH and index. sameAs...: queries with equal counts on texts without hyphens, accents and punctuation, where the engines read words alike.',
        'FTS5 and FTS4 hold title, abstract and keywords; our index all other fields as well. lunr has no phrases and is asked their single words, once.',
        'sets: the unions and intersections of the same queries alone, with our sets, FastBitSet and CRoaring (roaring-wasm); medians of 5 passes.',
        `curve: ${sizes.join(', ')} records, beyond ${built.records} made of real titles, halves of abstracts and facts (no new words); one process each, median of ${repetitions} passes.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A citation as every engine reads it alike: plain words. */
function plainCitation(record: CitationRecord): CitationRecord {
  const plain = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]+/gu, ' ');
  return {
    ...record,
    title: plain(record.title),
    abstract: plain(record.abstract),
    keywords: record.keywords.map(plain),
  };
}

function times<T>(queries: readonly T[], ask: (query: T) => unknown): number[] {
  return queries.map((query) => {
    const from = performance.now();
    ask(query);
    return performance.now() - from;
  });
}

interface Times {
  readonly medianMs: number;
  readonly medianSpread: number;
  readonly p95Ms: number;
  readonly p95Spread: number;
}

function summaryOf(passes: readonly (readonly number[])[]): Times {
  const medians = passes.map((one) => quantile(one, 0.5));
  const p95s = passes.map((one) => quantile(one, 0.95));
  return {
    medianMs: quantile(medians, 0.5),
    medianSpread: Math.max(...medians) - Math.min(...medians),
    p95Ms: quantile(p95s, 0.5),
    p95Spread: Math.max(...p95s) - Math.min(...p95s),
  };
}

/** Fractions of a millisecond need more decimals than the other suites print. */
function named(prefix: string, values: Times, capital = false): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]: [string, number]) => [
      `${prefix}${capital ? key.charAt(0).toUpperCase() + key.slice(1) : key}`,
      fine(value),
    ]),
  );
}

function fine(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function peer(summary: Times, { bytes, buildSeconds }: BlockCounter): Record<string, number> {
  return {
    ...named('boolean.', summary),
    'boolean.bytesPerRecord': round(bytes / 61_281),
    'boolean.importSeconds': round(buildSeconds),
  };
}

/**
 * How many queries each engine answers with the count that ours has, on texts that all read alike. A phrase that no record has is left
 * out of the query first: as PubMed does, ours then looks for its words, the others find nothing.
 */
function sameCounts(
  plain: readonly CitationRecord[],
  queries: readonly BlockQuery[],
  others: readonly BlockCounter[],
): number[] {
  const index = CitationIndex.build(plain);
  const isKnown = ({ words, truncated }: PlainTerm): boolean =>
    words.length < 2 || truncated || index.documentFrequency('tiab', words.join(' ')) > 0;
  const asked = queries.map((query) => query.map((block) => block.filter(isKnown)));
  const counts = asked.map((query) => evaluate(index, resolveText(asPubmed(query)) as ResolvedQuery).count);
  return others.map((other) => asked.filter((query, i) => other.count(query) === counts[i]).length);
}

async function ownProcess(...args: string[]): Promise<Record<string, number>> {
  const { stdout } = await round_(
    process.execPath,
    ['--expose-gc', '--max-old-space-size=14000', join(import.meta.dirname, 'booleanRound.ts'), ...args],
    { maxBuffer: 1 << 20 },
  );
  return JSON.parse(stdout) as Record<string, number>;
}

function middle(rounds: readonly Record<string, number>[], key: string): number {
  return quantile(
    rounds.map((one) => one[key] ?? NaN),
    0.5,
  );
}

function spread(rounds: readonly Record<string, number>[], key: string): number {
  const values = rounds.map((one) => one[key] ?? NaN);
  return Math.max(...values) - Math.min(...values);
}

function curveMetrics(curve: readonly Record<string, number>[]): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const { records = 0, ...values } of curve) {
    const size =
      records >= 1_000_000 ? `${Math.round(records / 1_000_000)}m` : `${Math.round(records / 1000)}k`;
    for (const [key, value] of Object.entries(values))
      metrics[`boolean.curve${size}.${key}`] = key.endsWith('Ms')
        ? Math.round(value * 1000) / 1000
        : round(value);
    metrics[`boolean.curve${size}.bytesPerRecord`] = round((values['indexBytes'] ?? 0) / records);
  }
  return metrics;
}
