/** Whole records: XML and MEDLINE text, PMIDs that do not exist, and records that are lost on the way. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CitationRecord } from '../../corpus/index.ts';
import { readEfetch } from './records.ts';
import type { RecordFormat } from './records.ts';
import { all, failure, found, query, ScriptedEutils, send } from './testing/scriptedEutils.ts';
import type { Answer } from './testing/scriptedEutils.ts';

const eutils = new ScriptedEutils();
beforeAll(() => eutils.start());
afterAll(() => {
  eutils.stop();
});

const xmlOf = (id: string): string =>
  `<PubmedArticle><MedlineCitation><PMID Version="1">${id}</PMID><Article><Journal><Title>J</Title></Journal>` +
  `<ArticleTitle>Title ${id}</ArticleTitle></Article></MedlineCitation></PubmedArticle>`;
const set = (ids: readonly string[]): string =>
  `<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n` +
  `<PubmedArticleSet>\n${ids.map(xmlOf).join('\n')}\n</PubmedArticleSet>`;
const medline = (ids: readonly string[]): string =>
  ids.map((id) => `\nPMID- ${id}\nOWN - NLM\nTI  - Title ${id}\nJT  - J\n`).join('\n');

/** EFetch and ESearch over the records that exist; `lose` says which EFetch leaves out, and is asked each time. */
function holding(exists: (id: string) => boolean, lose: (id: string) => boolean = () => false): Answer {
  return (response, { utility, parameters }) => {
    if (utility === 'esearch') {
      const ids = [...(parameters.get('term') ?? '').matchAll(/(\d+)\[uid\]/g)].map(([, id]) => id ?? '');
      const there = ids.filter(exists);
      response.end(JSON.stringify(found(there.length, there)));
      return;
    }
    const ids = (parameters.get('id') ?? '').split(',').filter((id) => exists(id) && !lose(id));
    // PubMed gives them in an order of its own.
    response.end(parameters.get('rettype') === 'medline' ? medline(ids.reverse()) : set(ids.reverse()));
  };
}

const idsOf = (records: readonly CitationRecord[]): readonly string[] => records.map(({ id }) => id);

describe('whole records', () => {
  it.each<[RecordFormat, object]>([
    ['xml', { retmode: 'xml' }],
    ['medline', { retmode: 'text', rettype: 'medline' }],
  ])('come as %s, in the order asked for, in batches', async (recordFormat, parameters) => {
    eutils.answer(holding(() => true));
    const ids = Array.from({ length: 450 }, (_, at) => String(1000 + ((at * 7) % 450)));
    const engine = eutils.engine({ recordFormat });
    const sizes: number[] = [];
    const records: CitationRecord[] = [];
    for await (const page of engine.fetchRecords([...ids, 'NCT00000102', '1000'])) {
      sizes.push(page.length);
      records.push(...page);
    }
    expect(sizes).toEqual([200, 200, 50]);
    expect(idsOf(records)).toEqual(ids);
    expect(records[0]).toMatchObject({ title: 'Title 1000', journal: 'J' });
    expect(eutils.seen).toHaveLength(3);
    expect(Object.fromEntries(eutils.seen[0]?.parameters ?? [])).toMatchObject(parameters);
  });

  it.each<RecordFormat>(['xml', 'medline'])(
    'of PMIDs that do not exist are left out (%s)',
    async (recordFormat) => {
      eutils.answer(holding((id) => Number(id) < 100));
      const engine = eutils.engine({ recordFormat });
      expect(idsOf(await all(engine.fetchRecords(['5', '999', '7'])))).toEqual(['5', '7']);
      expect(await all(engine.fetchRecords(['998', '999']))).toEqual([]);
      expect(await all(engine.fetchRecords(['NCT00000102']))).toEqual([]);
      expect(await all(engine.fetchRecords([]))).toEqual([]);
    },
  );

  it.each<RecordFormat>(['xml', 'medline'])(
    'that were lost on the way are fetched again (%s)',
    async (recordFormat) => {
      const lost = new Set(['7', '8']);
      eutils.answer(
        holding(
          (id) => id !== '999',
          (id) => lost.delete(id),
        ),
      );
      const engine = eutils.engine({ recordFormat });
      expect(idsOf(await all(engine.fetchRecords(['5', '7', '999', '8'])))).toEqual(['5', '7', '8']);
      eutils.answer(
        holding(
          () => true,
          (id) => id === '7',
        ),
      );
      const error = await failure(all(engine.fetchRecords(['5', '7'])));
      expect(error).toMatchObject({ code: 'network', retryable: true });
      expect(error.message).toMatch(/did not give the record 7, which it has/);
    },
  );

  it.each([
    ['cut off within a record', set(['1', '2', '3']).slice(0, -120)],
    [
      'with a record that is none',
      set(['1']).replace(
        '</PubmedArticleSet>',
        '<PubmedArticle><MedlineCitation/></PubmedArticle></PubmedArticleSet>',
      ),
    ],
    ['a page of HTML', '<!DOCTYPE html><html><body>Busy</body></html>'],
    ['plain words', 'Service unavailable'],
    ['JSON', '{"result": []}'],
    ['an error', '<eFetchResult><ERROR>Empty id list - nothing todo</ERROR></eFetchResult>'],
  ])('in an answer that is %s are an error', async (_name, body) => {
    eutils.answer(send(body));
    const error = await failure(all(eutils.engine().fetchRecords(['1'])));
    expect(['network', 'rejected']).toContain(error.code);
  });

  it('PubMed says when it has none', async () => {
    expect((await readEfetch(set([]))).size).toBe(0);
    expect((await readEfetch('\n')).size).toBe(0);
  });
});

describe('records of seeds', () => {
  it('are fetched once, and those that do not exist are not asked for again', async () => {
    eutils.answer((response, seen) => {
      const { utility, parameters } = seen;
      const term = parameters.get('term') ?? '';
      if (utility === 'esearch' && term.includes('[ti]')) response.end(JSON.stringify(found(0)));
      else holding((id) => id !== '999')(response, seen);
    });
    const kept = new Map<string, CitationRecord>();
    const engine = eutils.engine({
      seedRecords: {
        get: (ids) => Promise.resolve(ids.flatMap((id) => kept.get(id) ?? [])),
        put: (records) => {
          for (const record of records) kept.set(record.id, record);
          return Promise.resolve();
        },
      },
    });
    const lines = [query('zebra[ti]'), query('okapi[ti]')];
    expect(await engine.matchingAll(lines, ['1', '999', '2'])).toEqual([[], []]);
    expect(eutils.seen.map(({ utility }) => utility)).toEqual(['efetch', 'esearch', 'esearch']);
    expect([...kept.keys()].sort()).toEqual(['1', '2']);
    eutils.seen = [];
    expect(await engine.matchingAll(lines, ['1', '999', '2'])).toEqual([[], []]);
    // So is the answer, until it is asked for again.
    expect(eutils.seen).toEqual([]);
    engine.again();
    await engine.matchingAll(lines, ['1', '999', '2']);
    // The records are known: one question for the matrix.
    expect(eutils.seen.map(({ utility }) => utility)).toEqual(['esearch']);
    // Another engine finds them in the store.
    const other = eutils.engine({
      seedRecords: { get: () => Promise.resolve([...kept.values()]), put: () => Promise.resolve() },
    });
    eutils.seen = [];
    await other.matchingAll(lines, ['1', '2']);
    expect(eutils.seen.map(({ utility }) => utility)).toEqual(['esearch']);
  });

  it('hold for the day of this machine, as all answers do', async () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    try {
      expect(new Date(0).getHours()).toBe(9);
      eutils.answer(holding(() => true));
      let hour = 14;
      const clock = { now: () => Date.UTC(2026, 0, 1, hour), sleep: () => Promise.resolve() };
      const engine = eutils.engine({ clock, gate: { enter: async () => undefined } });
      const lines = [query('a[ti]'), query('b[ti]')];
      await engine.matchingAll(lines, ['1', '2']);
      const cold = eutils.seen.length;
      await engine.matchingAll(lines, ['1', '2']);
      expect(eutils.seen).toHaveLength(cold);
      hour = 15; // midnight in Tokyo
      await engine.matchingAll(lines, ['1', '2']);
      expect(eutils.seen.length).toBeGreaterThan(cold);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
