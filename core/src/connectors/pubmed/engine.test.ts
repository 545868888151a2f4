/** The engine against a server of E-utilities on this machine: what it sends, and what it makes of answers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { measure } from '../../search/index.ts';
import { systemClock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import { createPubMedEngine } from './engine.ts';
import { all, failure, found, query, ScriptedEutils, send } from './testing/scriptedEutils.ts';

const eutils = new ScriptedEutils();
beforeAll(() => eutils.start());
afterAll(() => {
  eutils.stop();
});
beforeEach(() => {
  eutils.answer();
});

describe('what is sent', () => {
  it('is a POST with every parameter encoded and none in the address', async () => {
    eutils.answer(send(found(3)));
    await eutils
      .engine({ email: 'me+x@example.org', apiKey: 'k&y=1' })
      .count(query('"α & β #1"[tiab] OR 50%+[ti]'));
    expect(eutils.seen).toHaveLength(1);
    expect(eutils.seen[0]).toMatchObject({ method: 'POST', path: '/entrez/eutils/esearch.fcgi' });
    const parameters = Object.fromEntries(eutils.seen[0]?.parameters ?? []);
    expect(parameters).toMatchObject({
      db: 'pubmed',
      retmode: 'json',
      retmax: '0',
      tool: 'querent',
      email: 'me+x@example.org',
      api_key: 'k&y=1',
    });
    expect(parameters['term']).toContain('"α & β #1"[tiab]');
    expect(parameters['term']).toContain('50%+[ti]');
  });

  it('limits by date from the first year on', async () => {
    eutils.answer(send(found(3)));
    await eutils.engine().count(query('a[ti]'), { until: '2016-09-30' });
    expect(Object.fromEntries(eutils.seen[0]?.parameters ?? [])).toMatchObject({
      datetype: 'pdat',
      mindate: '1500/01/01',
      maxdate: '2016/09/30',
    });
    expect((await failure(eutils.engine().count(query('a[ti]'), { until: 'May 2016' }))).message).toMatch(
      /May 2016.*not a day/,
    );
    expect(eutils.seen).toHaveLength(1);
  });

  it.each([
    [
      { since: '2010-01-02' },
      { datetype: 'pdat', mindate: '2010/01/02', maxdate: '3000/12/31' },
      '2010/01/02:3000/12/31[dp]',
    ],
    [
      { since: '2010-01-02', until: '2011-03-04', dateType: 'edat' },
      { datetype: 'edat', mindate: '2010/01/02', maxdate: '2011/03/04' },
      '2010/01/02:2011/03/04[edat]',
    ],
    [
      { until: '2011-03-04', dateType: 'crdt' },
      { datetype: 'crdt', mindate: '1500/01/01', maxdate: '2011/03/04' },
      '1500/01/01:2011/03/04[crdt]',
    ],
  ] as const)('limits by %o in searches of every kind', async (limits, expected, text) => {
    eutils.answer(send(found(1, ['1'])));
    const engine = eutils.engine();
    await engine.count(query('a[ti]'), limits);
    await engine.search(query('a[ti]'), { ...limits, limit: 5 });
    await all(engine.allIds(query('a[ti]'), limits));
    expect(eutils.seen).toHaveLength(3);
    for (const { parameters } of eutils.seen) expect(Object.fromEntries(parameters)).toMatchObject(expected);
    // Of seeds in the text: the limit must not concern the witness.
    await engine.matching(query('a[ti]'), ['1'], limits);
    const { datetype, term } = Object.fromEntries(eutils.seen[3]?.parameters ?? []);
    expect([datetype, term]).toEqual([undefined, `(a[ti]) AND ${text} AND (1[uid]) OR 2[uid]`]);
  });

  it('passes the gate, each request with the priority of its question', async () => {
    eutils.answer(send(found(1, ['1'])));
    const passed: number[] = [];
    const gate: Gate = {
      enter: (options) => {
        passed.push(options?.priority ?? 0);
        return Promise.resolve(undefined);
      },
    };
    const engine = eutils.engine({ gate });
    await engine.count(query('a[ti]'), { priority: 1 });
    await engine.matching(query('a[ti]'), ['1']);
    await engine.services.heading('Heart', { priority: 2 });
    expect(passed).toEqual([1, 0, 2]);
  });

  it('asks for seeds around the query in parentheses', async () => {
    eutils.answer(send(found(3, ['1199', '1000', '1'])));
    const result = await eutils
      .engine()
      .matching(query('a[ti] OR b[ti]'), ['1000', '1199', 'NCT00000102', '1000']);
    expect(result).toEqual(['1000', '1199', '1000']);
    expect(eutils.seen).toHaveLength(1);
    expect(eutils.seen[0]?.parameters.get('retmax')).toBe('3');
    // With a record that is always found, since PubMed searches in another way what finds nothing.
    expect(eutils.seen[0]?.parameters.get('term')).toBe(
      '(a[ti] OR b[ti]) AND (1000[uid] OR 1199[uid]) OR 1[uid]',
    );
  });

  it('sends nothing when there is nothing to ask', async () => {
    expect(await eutils.engine().matching(query('a[ti]'), ['NCT00000102'])).toEqual([]);
    expect(await eutils.engine().summaries([])).toEqual([]);
    expect(eutils.seen).toEqual([]);
  });
});

describe('what is answered', () => {
  it('a count comes with translation, time and engine', async () => {
    eutils.answer(send(found(0)));
    const result = await eutils.engine().count(query('a[ti]'));
    expect(result).toMatchObject({ count: 0, translation: 'translated', warnings: [] });
    expect(result.provenance).toEqual({
      engine: `pubmed:${eutils.baseUrl}/`,
      label: `PubMed (live, ${eutils.baseUrl}/)`,
      at: '2026-01-01T00:00:00.000Z',
    });
    expect(createPubMedEngine()).toMatchObject({ id: 'pubmed', label: 'PubMed (live)' });
  });

  it('every list of warnings is shown', async () => {
    eutils.answer(
      send(
        found(5, [], {
          errorlist: { phrasesnotfound: ['fleegle[mh]'], fieldsnotfound: ['xyz'] },
          warninglist: {
            phrasesignored: ['the'],
            quotedphrasesnotfound: ['"odd phrase"[tiab]'],
            outputmessages: ['No items found.'],
          },
        }),
      ),
    );
    const { warnings } = await eutils.engine().count(query('a[ti]'));
    expect(warnings.map(({ code }) => code)).toEqual([
      'phrase-not-found',
      'field-not-found',
      'ignored',
      'phrase-not-found',
      'message',
    ]);
    expect(warnings.map(({ subject }) => subject)).toEqual([
      'fleegle[mh]',
      'xyz',
      'the',
      '"odd phrase"[tiab]',
      undefined,
    ]);
    expect(warnings.map(({ message }) => message).join('\n')).toMatch(
      /fleegle[\s\S]*xyz[\s\S]*the[\s\S]*odd phrase[\s\S]*No items/,
    );
  });

  it('mappings are told piece by piece, and left out where there are none', async () => {
    const translationset = [
      { from: 'cold', to: '"cold temperature"[MeSH Terms]' },
      { from: '', to: 'x' },
    ];
    eutils.answer(send(found(5, [], { translationset })), send(found(5, [], { translationset: [] })));
    const engine = eutils.engine();
    expect((await engine.count(query('cold'))).mappings).toEqual(translationset.slice(0, 1));
    expect(await engine.count(query('cold'))).not.toHaveProperty('mappings');
  });

  it('names the limit of what ESearch lists', async () => {
    eutils.answer(send(found(12_000, ['2', '1'])));
    const result = await eutils.engine().search(query('a[ti]'));
    expect(result).toMatchObject({ count: 12_000, ids: ['2', '1'] });
    expect(result.warnings).toEqual([
      { code: 'ids-limited', message: 'PubMed lists only the first 9,999 of 12,000 records at once.' },
    ]);
    expect(eutils.seen[0]?.parameters.get('retmax')).toBe('9999');
    expect((await eutils.engine().search(query('a[ti]'), { limit: 50, offset: 100 })).warnings).toEqual([]);
  });

  it('gives summaries in the order asked for and leaves out what PubMed does not hold', async () => {
    const result = {
      uids: ['2', '1', '3'],
      1: { uid: '1', error: 'cannot get document summary' },
      2: {
        uid: '2',
        title: '<i>E. coli</i> &amp; &#945;-toxin.',
        pubdate: '1987 Apr',
        source: 'J Virol',
        authors: [{ name: 'Davidson D' }, {}],
        articleids: [
          { idtype: 'pubmed', value: '2' },
          { idtype: 'doi', value: '10.1/x' },
        ],
      },
      3: { uid: '3', title: '', pubdate: '', fulljournalname: 'Journal of Virology' },
    };
    eutils.answer(send({ result }));
    expect(await eutils.engine().summaries(['3', '1', '2', '9'])).toEqual([
      { id: '3', title: 'PMID 3', journal: 'Journal of Virology', authors: [] },
      {
        id: '2',
        title: 'E. coli & α-toxin.',
        year: 1987,
        journal: 'J Virol',
        authors: ['Davidson D'],
        doi: '10.1/x',
      },
    ]);
  });

  it('measures recall through the one measurement of the house', async () => {
    eutils.answer(send(found(10)), send(found(1, ['7'])));
    expect(await measure(eutils.engine(), query('a[ti]'), ['7', '8'])).toMatchObject({
      count: 10,
      found: ['7'],
      missed: ['8'],
      nnr: 10,
    });
  });
});

describe('the rate', () => {
  it('stays at three requests in any second, as the server sees it', async () => {
    eutils.answer(send(found(1)));
    const [one, other] = [eutils.engine({ clock: systemClock }), eutils.engine({ clock: systemClock })]; // share the limit
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).count(query('a[ti]'))),
    );
    const times = eutils.seen.map(({ at }) => at);
    expect(times).toHaveLength(10);
    times.forEach((at, index) => {
      const third = times[index - 3];
      expect(third === undefined || at - third >= 1000, times.join(' ')).toBe(true);
    });
  });
});

const data = process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data');
const hasData = existsSync(join(data, 'eutils'));
if (!hasData) {
  console.warn(
    `Recorded E-utilities answers are not replayed: no ${join(data, 'eutils')} (set QUERENT_DATA).`,
  );
}
describe.skipIf(!hasData)('recorded answers of NCBI', () => {
  const recorded = (name: string): string => readFileSync(join(data, 'eutils/json2012', name), 'utf8');

  it('ESearch with translation and a phrase that was not found', async () => {
    eutils.answer(send(recorded('esearch.error.json')));
    expect(await eutils.engine().count(query('obstetrics[mh] OR fleegle[mh]'))).toMatchObject({
      count: 5163,
      translation: '"obstetrics"[MeSH Terms]',
      warnings: [
        { code: 'phrase-not-found', message: expect.stringContaining('fleegle[MeSH Terms]') as string },
      ],
    });
    eutils.answer(send(recorded('esearch.pubmed.json')));
    const result = await eutils.engine().search(query('cancer'), { limit: 100 });
    expect(result.count).toBe(15169);
    expect(result.ids).toHaveLength(100);
    expect(result.translation).toMatch(/neoplasms/);
  });

  it.each(['esearch.baderror.json', 'esummary.error.json', 'einfo.error.json'])(
    '%s is an error',
    async (name) => {
      eutils.answer(send(recorded(name)));
      const work = name.startsWith('esummary')
        ? eutils.engine().summaries(['1'])
        : eutils.engine().count(query('a[ti]'));
      expect((await failure(work)).message).not.toBe('');
    },
  );

  it('ESummary', async () => {
    eutils.answer(send(recorded('esummary.pubmed.json')));
    const [summary, ...rest] = await eutils.engine().summaries(['5683731', '22144687']);
    expect(summary).toEqual({
      id: '5683731',
      title: 'An assistive device for smoking.',
      year: 1968,
      journal: 'Paraplegia',
      authors: ['Goldberg MJ', 'Davis LJ'],
      doi: '10.1038/sc.1968.18',
    });
    expect(rest).toHaveLength(1);
    eutils.answer(send(recorded('esummary.pmcerror.json')));
    expect((await eutils.engine().summaries(['254085', '1', '14900'])).map(({ id }) => id)).toEqual([
      '254085',
      '14900',
    ]);
  });

  const rows = hasData
    ? readFileSync(join(data, 'pubmed/recorded_esearch_srws.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map(
          (line) => JSON.parse(line) as { id: string; query: string; count: string; esearchresult?: object },
        )
        .filter(({ esearchresult }) => esearchresult !== undefined)
    : [];
  it.each(rows)('$id of 2025: the query is sent as written, the count read as recorded', async (row) => {
    eutils.answer(send({ esearchresult: row.esearchresult }));
    expect(await eutils.engine().count(query(row.query))).toMatchObject({
      count: Number(row.count),
      warnings: [],
    });
    const sent = eutils.seen[0]?.parameters.get('term') ?? '';
    const plain = (text: string): string =>
      text
        .toLowerCase()
        .replace(/[\s()]/g, '')
        .replaceAll('[mesh]', '[mh]');
    expect(plain(sent)).toBe(plain(row.query));
  });
});
