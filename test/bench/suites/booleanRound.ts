// One measurement of the suite `boolean` in a process of its own, so that its memory and its caches are its own:
//   node booleanRound.ts cold LIBRARY | size RECORDS | lunr
// prints one JSON object of numbers.
import { CitationIndex, evaluate, loadIndex, serializeIndex } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { openLibraryEngine } from '@querent/core/connectors';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { openLibraryFile } from '../../../server/src/library/openLibraryFile.ts';
import { quantile } from '../suite.ts';
import { asPubmed, blockQueries } from './booleanQueries.ts';
import { enlarged, realCitations } from './citations.ts';
import { LunrBlocks } from './lunrBlocks.ts';

const queriesAsked = 100;
const passes = 5;

/** @throws Error when the query is none. */
function resolved(text: string): ResolvedQuery {
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new Error(query.problem);
  return query;
}

/** From opening the library's file to the first answer, which needs MeSH. */
async function cold(path: string): Promise<Record<string, number>> {
  const from = performance.now();
  const engine = openLibraryEngine(await openLibraryFile(path));
  const opened = performance.now();
  engine.evaluate(resolved('neoplasms[mh] AND pain[tiab]'));
  const answered = performance.now();
  await engine.close();
  return { openMs: opened - from, answerMs: answered - from };
}

/** Building, loading and asking an index of so many records, and what it takes. */
async function size(records: number): Promise<Record<string, number>> {
  const real = await realCitations();
  const started = performance.now();
  let bytes = serializeIndex(CitationIndex.build(enlarged(real, records)));
  const buildSeconds = (performance.now() - started) / 1000;
  real.length = 0;
  // As a library hands it out: in memory that is not JavaScript's own.
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  bytes = shared;
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const loading = performance.now();
  let index = loadIndex(bytes);
  const loadMs = performance.now() - loading;
  const queries = blockQueries(queriesAsked).map((query) => resolved(asPubmed(query)));
  const first = ask(queries, () => (index = new CitationIndex(index.parts)));
  for (let pass = 0; pass < 2; pass++) ask(queries, () => index);
  const again = Array.from({ length: passes }, () => ask(queries, () => index));
  globalThis.gc?.();
  return {
    records: index.documentCount,
    buildSeconds,
    loadMs,
    indexBytes: bytes.length,
    heapBytes: Math.max(0, process.memoryUsage().heapUsed - heapBefore),
    firstMedianMs: quantile(first, 0.5),
    firstP95Ms: quantile(first, 0.95),
    medianMs: quantile(
      again.map((times) => quantile(times, 0.5)),
      0.5,
    ),
    p95Ms: quantile(
      again.map((times) => quantile(times, 0.95)),
      0.5,
    ),
  };
}

function ask(queries: readonly ResolvedQuery[], index: () => CitationIndex): number[] {
  return queries.map((query) => {
    const searched = index();
    const from = performance.now();
    evaluate(searched, query);
    return performance.now() - from;
  });
}

/** lunr over the same citations, which takes gigabytes: the reason for a process of its own. */
async function lunr(): Promise<Record<string, number>> {
  const records: readonly CitationRecord[] = await realCitations();
  const started = performance.now();
  const index = new LunrBlocks(records);
  const buildSeconds = (performance.now() - started) / 1000;
  globalThis.gc?.();
  const rssBytes = process.memoryUsage().rss;
  const times = blockQueries(queriesAsked).map((query) => {
    const from = performance.now();
    index.count(query);
    return performance.now() - from;
  });
  return {
    records: records.length,
    buildSeconds,
    rssBytes,
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
  };
}

const [task, argument = ''] = process.argv.slice(2);
const result =
  task === 'cold' ? await cold(argument) : task === 'size' ? await size(Number(argument)) : await lunr();
console.log(JSON.stringify(result));
