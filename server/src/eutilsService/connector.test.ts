/** The connectors cannot tell the service from NCBI and ClinicalTrials.gov: what they measure there is what the library's own engine measures. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPubMedEngine, createTrialsEngine } from '@querent/core/connectors';
import type { LocalEngine, PubMedEngine, TrialsEngine } from '@querent/core/connectors';
import { resolveExpressionText } from '@querent/core/ctgov';
import type { ResolvedExpression } from '@querent/core/ctgov';
import type { CitationRecord } from '@querent/core/corpus';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { measure, measureAll } from '@querent/core/search';
import { isUnresolvable, parseStrategy, resolveLine, resolveText } from '@querent/core/strategy';
import { citation } from '../../../core/src/corpus/testing/records.ts';
import { openCitations } from '../library/openCitations.ts';
import { startEutilsService } from './index.ts';
import type { EutilsService } from './index.ts';

const samples = join(import.meta.dirname, '../../../samples');
const corpus = join(samples, 'citations.jsonl');
const trials = [
  citation({ id: 'NCT00000102', title: 'Exercise after falls', abstract: 'A trial.', date: '2019-02-01', year: 2019, journal: 'ClinicalTrials.gov', authors: ['University of Nowhere'], keywords: ['Accidental Falls'] }),
  citation({ id: 'NCT00000103', title: 'Vitamin D', abstract: 'Another trial.', date: '2021-02-01', year: 2021, journal: 'ClinicalTrials.gov', authors: ['A Sponsor'], keywords: ['Vitamin D'] }),
]; // prettier-ignore

let folder: string;
let service: EutilsService;
let live: PubMedEngine;
let liveTrials: TrialsEngine;
let library: LocalEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-connector-'));
  await writeFile(join(folder, 'trials.jsonl'), trials.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const cachePath = join(folder, 'cache');
  service = await startEutilsService({ corpus, trials: join(folder, 'trials.jsonl'), rate: 0, trialsPerMinute: 0, cachePath });
  live = createPubMedEngine({ baseUrl: service.url, requestsPerSecond: Infinity });
  liveTrials = createTrialsEngine({ baseUrl: service.trialsUrl, requestsPerMinute: Infinity });
  ({ engine: library } = await openCitations(corpus));
}); // prettier-ignore
afterAll(async () => {
  await Promise.all([live.close(), liveTrials.close(), library.close(), service.close()]);
  await rm(folder, { recursive: true });
});

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

const strategy = parseStrategy(readFileSync(join(samples, 'falls.pubmed'), 'utf8'));
const lines = strategy.lines.map(({ label }): readonly [string, ResolvedQuery] => {
  const resolved = resolveLine(strategy, label);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return [`line #${label} of falls.pubmed`, resolved];
});
const queries: readonly (readonly [string, ResolvedQuery])[] = [
  ...lines,
  ...[
    'falls',
    'exercise AND (women OR men) NOT vitamin',
    '"accidental falls"[mh] AND 2005:2012[dp]',
    'random*[tiab] AND "older adults"[tiab:~2]',
    'zebra[tiab]',
    'Tanaka MK[au] OR "Fictional Trials"[ta]',
  ].map((text) => [text, query(text)] as const),
];

describe('PubMed at the service', () => {
  it.each(queries)('measures what the library does: %s', async (_, one) => {
    const seeds = Array.from({ length: 40 }, (__, i) => String(90_000_001 + i * 5));
    const [there, here] = [await measure(live, one, seeds), await measure(library, one, seeds)];
    expect([there.count, there.found]).toEqual([here.count, here.found]);
    const [found, expected] = [
      await live.search(one, { limit: 30 }),
      await library.search(one, { limit: 30 }),
    ];
    expect(found.ids).toEqual(expected.ids);
  });

  it('measures all lines together, in few requests', async () => {
    const seeds = ['90000001', '90000002', '90000100', '5'];
    const before = service.requests().length;
    const all = queries.map(([, one]) => one);
    const there = await measureAll(live, all, seeds);
    const requests = service.requests().length - before;
    const here = await measureAll(library, all, seeds);
    expect(there.map((one) => ('count' in one ? [one.count, one.found] : one))).toEqual(
      here.map((one) => ('count' in one ? [one.count, one.found] : one)),
    );
    expect(requests).toBeLessThanOrEqual(all.length + 5);
  });

  it('limits by date', async () => {
    const until = '2010-12-31';
    const one = query('falls AND 1500:3000[dp]');
    expect((await live.count(one, { until })).count).toBe((await library.count(one, { until })).count);
    expect((await live.count(one, { since: '2011-01-01' })).count).toBe(
      (await library.count(query('falls AND 2011:3000[dp]'))).count,
    );
  });

  it('gives all ids, summaries and whole records', async () => {
    const one = query('falls');
    const expected = [...(await library.search(one)).ids];
    const ids: string[] = [];
    for await (const page of live.allIds(one)) ids.push(...page);
    expect(ids).toEqual(expected);
    const some = [...ids.slice(0, 250), '5'];
    expect(await live.summaries(some)).toEqual(await library.summaries(some));
    const records: CitationRecord[] = [];
    for await (const page of live.fetchRecords(some)) records.push(...page);
    // Years become dates, and a star stands before what it marks.
    const read = library.records(some).map((record) => ({
      ...record,
      ...(record.date === undefined && record.year !== undefined ? { date: String(record.year) } : {}),
      mesh: record.mesh.map((heading) =>
        heading.replace(/\/([^/*]+)\*$/, '/*$1').replace(/^([^/*]+)\*$/, '*$1'),
      ),
    }));
    expect(records).toEqual(read);
  });

  it('asks for more than fits into a question by the history server', async () => {
    const long = query(
      Array.from({ length: 1500 }, (_, i) => `word${i}[tiab]`).join(' OR ') + ' OR falls[ti]',
    );
    expect((await live.count(long)).count).toBe((await library.count(long)).count);
  });

  it('tells what PubMed made of the query', async () => {
    const { translation, mappings, warnings } = await live.count(query('falls OR fleegle[mh]'));
    expect(translation).toMatch(/^"accidental falls"\[MeSH Terms\] OR |^\("accidental falls"\[MeSH Terms\]/);
    expect(mappings?.[0]).toMatchObject({ from: 'falls' });
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'phrase-not-found', subject: 'fleegle[mh]' }),
    );
  });

  it('answers its services', async () => {
    const { services } = live;
    expect(await services.spell('excercise')).toBe('exercise');
    expect(await services.spell('exercise')).toBeUndefined();
    expect(await services.info()).toMatchObject({ records: 320 });
    expect(await services.heading('Accidental Falls')).toBe('found');
    expect(await services.heading('Fleegle')).toBe('unknown');
    expect((await services.similar('90000001')).length).toBeGreaterThan(5);
    expect(await services.testKey()).toMatchObject({ state: 'none' });
    expect(await services.testKey('0123456789abcdef0123456789abcdef0123')).toMatchObject({
      state: 'accepted',
    });
    expect(await services.testKey('wrong')).toMatchObject({ state: 'refused' });
  });
});

describe('ClinicalTrials.gov at the service', () => {
  function expression(text: string): ResolvedExpression {
    const resolved = resolveExpressionText(text);
    if ('problem' in resolved) throw new Error(resolved.problem);
    return resolved;
  }

  it('counts, finds seeds, and gives records', async () => {
    const ids = trials.map(({ id }) => id);
    expect(await measure(liveTrials, expression('exercise OR "vitamin d"'), ids)).toMatchObject({
      count: 2,
      found: ids,
    });
    expect(await measure(liveTrials, expression('trial AND NOT falls'), ids)).toMatchObject({
      count: 1,
      found: ['NCT00000103'],
    });
    expect((await liveTrials.count(expression('trial'), { until: '2020-01-01' })).count).toBe(1);
    const records: CitationRecord[] = [];
    for await (const page of liveTrials.fetchRecords(ids)) records.push(...page);
    expect(records).toMatchObject(trials);
  });

  it('tells why it cannot answer', async () => {
    await expect(liveTrials.count(expression('AREA[Phase]PHASE3'))).rejects.toMatchObject({
      code: 'rejected',
    });
  });
});
