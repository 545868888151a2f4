/** Answers without HTTP: whatever is asked, an answer is sound JSON, XML or text; and limits that need many records. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '@querent/core/connectors';
import { loadThesaurus } from '@querent/core/mesh';
import { detailedRecords } from '../../../core/src/corpus/testing/detailedRecords.ts';
import { citation, inventedRecords } from '../../../core/src/corpus/testing/records.ts';
import { answerTo } from './answer.ts';
import { Collection, KINDS } from './collection.ts';
import { Parameters } from './parameters.ts';
import type { HistoryEntry, ServiceAnswer, Utility } from './protocol.ts';
import { xmlShape } from './testing/shape.ts';

const cache = mkdtempSync(join(tmpdir(), 'querent-answers-'));
const thesaurus = loadThesaurus(
  [
    { ui: 'D000368', name: 'Aged', entry: ['Elderly'], tree: ['M01.060.116.100'], pa: [] },
    { ui: 'D058873', name: 'Pandemics', entry: ['Pandemic'], tree: ['N06'], pa: [] },
  ].map((row) => JSON.stringify(row)),
);
const strange = citation({
  id: '7',
  title: 'A <b> & "c" \u0007 \ud800 ]]> \u{1f600}',
  abstract: 'AIMS: <x>. WAY & MEANS: None\u0000.',
  authors: ['O\u2019Neil & Sons', 'X'],
  keywords: ['</Keyword>', '&amp;'],
  more: { databankIds: ['A/B/C', 'A'], grants: ['//', 'x'], articleIds: ['<id>'] },
});
const trial = citation({ id: 'NCT00000102', title: 'Trial of <x>, "y"', keywords: ['a,b', 'c'] });

function collections(records: Iterable<ReturnType<typeof citation>>): {
  citations: Collection;
  trials: Collection;
} {
  const engine = memoryEngine(records, { thesaurus });
  const of = (kind: RegExp): Collection => new Collection(engine, 'none', kind, cache);
  return { citations: of(KINDS.pubmed), trials: of(KINDS.trials) };
}

const small = collections([...detailedRecords, ...inventedRecords, strange, trial]);
afterAll(async () => {
  await small.citations.close();
  rmSync(cache, { recursive: true, force: true });
});

function ask(
  utility: Utility,
  parameters: readonly (readonly [string, string])[],
  { history = {}, places = small }: { history?: Record<string, HistoryEntry>; places?: typeof small } = {},
): Promise<ServiceAnswer> {
  const slot = { webEnv: 'MCID_1', queryKey: '9' };
  return answerTo({
    ...places,
    request: { utility, parameters, history, slot, path: 'NCT00000102' },
    parameters: new Parameters(parameters),
    history,
    slot,
    signal: new AbortController().signal,
    today: '2026-11-30',
  });
}

describe('an answer', () => {
  const utility = fc.constantFrom<Utility>(
    'einfo',
    'esearch',
    'epost',
    'esummary',
    'efetch',
    'espell',
    'elink',
    'studies',
    'study',
  );
  const name = fc.constantFrom(
    'db',
    'term',
    'retmode',
    'rettype',
    'id',
    'WebEnv',
    'query_key',
    'retmax',
    'retstart',
    'field',
    'datetype',
    'mindate',
    'maxdate',
    'reldate',
    'sort',
    'version',
    'dbfrom',
    'cmd',
    'query.term',
    'query.cond',
    'filter.ids',
    'filter.advanced',
    'fields',
    'pageSize',
    'pageToken',
    'format',
    'countTotal',
  );
  const value = fc.oneof(
    fc.constantFrom('pubmed', 'mesh', 'json', 'xml', 'text', 'medline', 'abstract', 'uilist', 'count', '2.0', 'y', '201,202,7', '101', '7', '5', 'x', '1', '2', '99999999999', 'true', 'csv', 'neighbor_score', 'acheck', 'ncheck', 'relevance', 'pub_date', 'Author', 'pdat', '2016', '2016/13/45', 'tiab', 'NCT00000102'),
    fc.array(fc.constantFrom('falls', 'AND', 'OR', 'NOT', '(', ')', '"', '[tiab]', '[mh]', '[xyz]', '#1', '#2', '*', 'aged', ':', '2016[dp]', '[', ']', 'AREA[NCTId]', 'RANGE[MIN, MAX]', '\\', '<&>', '\u0000'), { maxLength: 12 }).map((words) => words.join(' ')),
    fc.string({ unit: 'binary', maxLength: 20 }),
  ); // prettier-ignore
  const history: Record<string, HistoryEntry> = {
    1: { kind: 'search', db: 'pubmed', term: 'falls' },
    2: { kind: 'ids', db: 'pubmed', ids: ['201', '5', '101'] },
  };

  it('is sound, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        utility,
        fc.array(fc.tuple(name, value), { maxLength: 6 }),
        async (kind, parameters) => {
          const { status, type, body } = await ask(kind, parameters, { history });
          expect([200, 400, 404]).toContain(status);
          if (type.startsWith('application/json')) JSON.parse(body);
          else if (type.startsWith('text/xml')) {
            xmlShape(body);
            expect(body.match(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)).toBeNull();
            expect(body.match(/&(?!(?:amp|lt|gt|quot);)/)).toBeNull();
          } else expect(type).toMatch(/^text\/(?:plain|csv); charset=UTF-8$/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('comes for nesting without end', async () => {
    const deep = (open: string, close: string): string => `${open.repeat(5_000)}falls${close.repeat(5_000)}`;
    for (const term of [deep('(', ')'), deep('((a OR ', ') AND b)'), '('.repeat(20_000), `falls ${'NOT '.repeat(20_000)}`]) {
      const parameters = [['term', term], ['retmode', 'json']] as const;
      for (const more of [[], [['field', 'titl']]] as const) {
        const { body } = await ask('esearch', [...parameters, ...more]);
        expect(JSON.parse(body)).toHaveProperty('esearchresult');
      }
    }
    const { status } = await ask('studies', [['query.term', deep('(', ')')]]);
    expect([200, 400]).toContain(status);
  }); // prettier-ignore
});

describe('more records than PubMed lists', () => {
  const many = collections(
    Array.from({ length: 10_050 }, (_, i) => citation({ id: String(i + 1), title: 'falls' })),
  );
  const search = async (...parameters: (readonly [string, string])[]): Promise<Record<string, unknown>> => {
    const { body } = await ask('esearch', [['term', 'falls[ti]'], ['retmode', 'json'], ...parameters], { places: many });
    return (JSON.parse(body) as { esearchresult: Record<string, unknown> }).esearchresult;
  }; // prettier-ignore
  const message = (from: number, count: number): object => ({
    warninglist: expect.objectContaining({
      outputmessages: [`Restrictions achieved. start and count adjusted to ${from}, ${count}`],
    }) as object,
  });

  it('are counted, and 9,999 of them listed', async () => {
    const all = await search(['retmax', '100000']);
    expect(all).toMatchObject({ count: '10050', retmax: '9999', ...message(0, 9_999) });
    expect((all['idlist'] as string[]).slice(0, 2)).toEqual(['10050', '10049']);
    const last = await search(['retstart', '9998'], ['retmax', '50']);
    expect(last).toMatchObject({ retmax: '1', idlist: ['52'], ...message(9_998, 1) });
    expect(await search(['retstart', '9999'])).toEqual({
      ERROR: expect.stringContaining("'retstart' cannot be larger than 9998") as string,
    });
    expect(await search(['retmax', '20'])).not.toHaveProperty('warninglist');
  });

  it('can be fetched from the history server, 10,000 at once', async () => {
    const history: Record<string, HistoryEntry> = { 1: { kind: 'search', db: 'pubmed', term: 'falls[ti]' } };
    const fetched = async (from: string): Promise<string[]> => {
      const parameters = [['WebEnv', 'x'], ['query_key', '1'], ['rettype', 'uilist'], ['retstart', from], ['retmax', '100000']] as const;
      return (await ask('efetch', parameters, { history, places: many })).body.trim().split('\n');
    };
    expect(await fetched('0')).toHaveLength(10_000);
    expect(await fetched('10000')).toEqual(Array.from({ length: 50 }, (_, i) => String(50 - i)));
  }); // prettier-ignore

  it('are too many for summaries in JSON', async () => {
    const ids = Array.from({ length: 501 }, (_, i) => String(i + 1)).join(',');
    const { body } = await ask('esummary', [['id', ids], ['retmode', 'json']], { places: many });
    expect(body).toContain('Maximum number of UIDs is 500 for JSON format output.');
  }); // prettier-ignore
});
