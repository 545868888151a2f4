/** Queries that find more than ESearch lists, over HTTP: all their ids, and pages at any place. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryServer } from './testing/historyServer.ts';
import { all, failure, query, ScriptedEutils, send } from './testing/scriptedEutils.ts';

const eutils = new ScriptedEutils();
beforeAll(() => eutils.start());
afterAll(() => {
  eutils.stop();
});

const DAY = 86_400_000;
/** 25,000 records, two for each day from 1985 on, the newest first as PubMed lists them. */
const records = Array.from({ length: 25_000 }, (_, at) => ({
  id: String(100_000 + at),
  day: Date.UTC(1985, 0, 1) / DAY + Math.floor(at / 2),
})).reverse();
const ids = records.map(({ id }) => id);
const dayOf = (text = ''): number => Date.parse(`${text.replaceAll('/', '-')}T00:00:00Z`) / DAY;

/** Everything is found that is within the ranges of entry days. */
function withinRanges(term: string): { ids: readonly string[] } {
  const ranges = [...term.matchAll(/ AND (\S+?):(\S+?)\[edat\]/g)].map(([, from, to]) => ({
    from: dayOf(from),
    to: dayOf(to),
  }));
  return {
    ids: records
      .filter(({ day }) => ranges.every(({ from, to }) => day >= from && day <= to))
      .map(({ id }) => id),
  };
}

describe('25,000 records', () => {
  it('are all listed, the newest first, within the limits by date', async () => {
    eutils.answer(new HistoryServer(withinRanges).answer);
    const listed = await all(
      eutils.engine().allIds(query('a[ti]'), { until: '2030-01-01', dateType: 'crdt' }),
    );
    expect(listed).toEqual(ids);
    expect(eutils.seen.length).toBeLessThan(12);
    for (const { parameters } of eutils.seen)
      expect(Object.fromEntries(parameters)).toMatchObject({
        datetype: 'crdt',
        mindate: '1500/01/01',
        maxdate: '2030/01/01',
      });
  });

  it('come in pages that fit together, also across the end of what ESearch lists', async () => {
    eutils.answer(new HistoryServer(withinRanges).answer);
    const engine = eutils.engine();
    const page = async (offset: number, limit: number): Promise<readonly string[]> =>
      (await engine.search(query('a[ti]'), { offset, limit })).ids;
    const pages = [
      await page(0, 9000),
      await page(9000, 2000),
      await page(11_000, 9000),
      await page(20_000, 9000),
    ];
    expect(pages.flat()).toEqual(ids);
    expect(await page(25_000, 10)).toEqual([]);
    // Back to a page that was seen costs its own question only.
    const before = eutils.seen.length;
    expect(await page(15_000, 100)).toEqual(ids.slice(15_000, 15_100));
    expect(eutils.seen.length - before).toBe(1);
    expect(await engine.search(query('a[ti]'), { limit: 12_000 })).toMatchObject({
      count: 25_000,
      ids: ids.slice(0, 12_000),
      warnings: [],
    });
  });

  it('are paged anew after a fault, not cut short', async () => {
    const server = new HistoryServer(withinRanges);
    const engine = eutils.engine();
    // The question of the page, the first ids, and then the walk fails.
    eutils.answer(server.answer, server.answer, server.answer, send('', 403), server.answer);
    const ask = (): Promise<readonly string[]> =>
      engine.search(query('a[ti]'), { offset: 12_000, limit: 50 }).then((result) => result.ids);
    expect(await failure(ask())).toMatchObject({ code: 'network' });
    expect(await ask()).toEqual(ids.slice(12_000, 12_050));
  });
});

describe('paging', () => {
  it('stops when it is cancelled, and can be begun anew', async () => {
    const server = new HistoryServer(withinRanges);
    const engine = eutils.engine();
    const leaving = new AbortController();
    eutils.answer(
      server.answer,
      server.answer,
      () => {
        leaving.abort();
      },
      server.answer,
    );
    const ask = async (signal?: AbortSignal): Promise<readonly string[]> => {
      const limits = { offset: 12_000, limit: 50, ...(signal === undefined ? {} : { signal }) };
      return (await engine.search(query('a[ti]'), limits)).ids;
    };
    expect(await failure(ask(leaving.signal))).toMatchObject({ code: 'aborted' });
    expect(eutils.seen).toHaveLength(3);
    expect(await ask()).toEqual(ids.slice(12_000, 12_050));

    // Nor does one who pages at the same time have to go too.
    const other = new AbortController();
    const busy = eutils.engine();
    eutils.answer((response, seen) => {
      // Both have asked for their page, and the walk goes on for them.
      if (isBoth && seen.parameters.get('retmax') === '9999') other.abort();
      server.answer(response, seen);
    });
    let isBoth = false;
    const page = async (offset: number, signal?: AbortSignal): Promise<readonly string[]> => {
      const limits = { offset, limit: 50, ...(signal === undefined ? {} : { signal }) };
      return (await busy.search(query('a[ti]'), limits)).ids;
    };
    expect(await page(12_000)).toEqual(ids.slice(12_000, 12_050));
    isBoth = true;
    const [gone, stayed] = await Promise.allSettled([page(24_000, other.signal), page(24_000)]);
    expect(gone).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
    expect(stayed).toMatchObject({ status: 'fulfilled', value: ids.slice(24_000, 24_050) });
  });
});

describe('seeds of many lines', () => {
  it('reject where PubMed rejects a line', async () => {
    eutils.answer((response, seen) => {
      if (seen.utility === 'efetch') response.end('<PubmedArticleSet></PubmedArticleSet>');
      else if ((seen.parameters.get('term') ?? '').includes('bad['))
        response.end(JSON.stringify({ esearchresult: { ERROR: 'Invalid query' } }));
      else new HistoryServer(() => ({ ids: [] })).answer(response, seen);
    });
    const error = await failure(
      eutils.engine().matchingAll([query('bad[ti]'), query('even[ti]')], ['1', '2', '3']),
    );
    expect(error).toMatchObject({ code: 'rejected' });
  });

  it('ask nothing about nothing, and do without MeSH where it cannot be had', async () => {
    eutils.answer((response, seen) => {
      if (seen.utility === 'efetch') response.end('<PubmedArticleSet></PubmedArticleSet>');
      else new HistoryServer(() => ({ ids: [] })).answer(response, seen);
    });
    const engine = eutils.engine({ thesaurus: () => Promise.reject(new Error('no MeSH')) });
    expect(await engine.matchingAll([], ['1'])).toEqual([]);
    expect(await engine.matchingAll([query('a[ti]')], ['NCT00000102'])).toEqual([[]]);
    expect(eutils.seen).toEqual([]);
    expect(await engine.matchingAll([query('a[ti]'), query('b[ti]')], ['1'])).toEqual([[], []]);
  });
});
