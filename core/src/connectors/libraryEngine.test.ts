import { describe, expect, it } from 'vitest';
import type { CitationRecord } from '../corpus/index.ts';
import { citation } from '../corpus/testing/records.ts';
import { loadThesaurus } from '../mesh/index.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import { measure } from '../search/index.ts';
import { memoryEngine, openLibraryEngine } from './libraryEngine.ts';
import { citationIndexer } from './libraryIndexer.ts';
import { finished, newBuilder, openBytes } from './testing/sqlJsLibrary.ts';

const now = (): Date => new Date('2024-05-06T07:08:09Z');

/** Invented. */
const records: readonly CitationRecord[] = [2001, 2003, 2002].map((year, i) =>
  citation({
    id: String(500 + i),
    title: i === 2 ? 'Aspirin for pain' : 'Desmopressin in surgery',
    abstract: 'Blood loss was measured.',
    year,
    journal: 'J Inv Cit',
    doi: `10.1000/${i}`,
    authors: ['Doe J'],
    mesh: i === 0 ? ['Hemorrhage'] : [],
  }),
);

function query(text: string): ResolvedQuery {
  const { root } = parseQuery(text);
  if (root === undefined) throw new Error('empty');
  return { root, references: new Map(), key: text };
}

async function library(withIndex: boolean): Promise<ReturnType<typeof openLibraryEngine>> {
  const builder = newBuilder();
  for (const record of records) builder.add(record);
  const bytes = finished(builder, {
    builtAt: now().toISOString(),
    builtWith: '0.0.0',
    ...(withIndex ? { indexer: citationIndexer } : {}),
  });
  return openLibraryEngine(openBytes(bytes, 'small.sqlite'), { now });
}

describe.each([
  ['a library with its index', () => library(true)],
  ['a library without', () => library(false)],
  ['records in memory', async () => memoryEngine(records, { label: 'small.sqlite' }, { now })],
])('engine over %s', (_, open) => {
  it('counts, lists newest first, matches and summarises', async () => {
    const engine = await open();
    expect(await engine.count(query('desmopressin'))).toMatchObject({
      count: 2,
      provenance: { engine: engine.id, label: engine.label, at: '2024-05-06T07:08:09.000Z' },
    });
    expect(engine.label).toMatch(/small\.sqlite, 3 records$/);
    expect((await engine.search(query('hasabstract'), { limit: 2 })).ids).toEqual(['501', '502']);
    expect(await engine.matching(query('aspirin'), ['500', '502', 'x'])).toEqual(['502']);
    expect(await engine.summaries(['502', 'x', '500'])).toEqual([
      {
        id: '502',
        title: 'Aspirin for pain',
        year: 2002,
        journal: 'J Inv Cit',
        authors: ['Doe J'],
        doi: '10.1000/2',
      },
      {
        id: '500',
        title: 'Desmopressin in surgery',
        year: 2001,
        journal: 'J Inv Cit',
        authors: ['Doe J'],
        doi: '10.1000/0',
      },
    ]);
  });

  it('measures with the one measurement', async () => {
    const engine = await open();
    const measured = await measure(engine, query('desmopressin[ti]'), ['500', '502'], {
      until: '2002-12-31',
    });
    expect(measured).toMatchObject({ count: 1, found: ['500'], missed: ['502'], recall: 0.5, precision: 1 });
  });

  it('never answers 0 for a search that failed', async () => {
    const engine = await open();
    await expect(engine.count(query('free full text[sb]'))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(engine.count(query('pain'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    await engine.close();
    await engine.close();
    await expect(engine.count(query('pain'))).rejects.toMatchObject({ code: 'internal' });
  });
});

it('tells one set of records from another', () => {
  const id = (list: readonly CitationRecord[]): string => memoryEngine(list).id;
  expect(id(records)).toBe(id([...records]));
  expect(id(records)).not.toBe(id(records.slice(1)));
});

it('is another one with headings as text, since it finds other records', () => {
  const engine = memoryEngine(records, {}, { headingsAsText: true });
  expect(engine.id).not.toBe(memoryEngine(records).id);
  expect(engine.label).toContain('headings also as text');
});

it('tells one MeSH from another of the same size', () => {
  const id = (tree: string): string =>
    memoryEngine(records, { thesaurus: loadThesaurus([{ ui: 'D1', name: 'Pain', tree: [tree] }]) }).id;
  expect(id('C10.1')).toBe(id('C10.1'));
  expect(id('C10.1')).not.toBe(id('C10.2'));
});

it('says with every answer that the index had to be made anew', async () => {
  const codes = async (withIndex: boolean) =>
    (await (await library(withIndex)).count(query('desmopressin'))).warnings.map(({ code }) => code);
  expect(await codes(true)).not.toContain('index-rebuilt');
  expect(await codes(false)).toContain('index-rebuilt');
});
