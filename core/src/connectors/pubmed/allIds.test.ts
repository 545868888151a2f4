/** All ids of queries that find more than ESearch lists. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allIds, MAX_IDS } from './allIds.ts';
import type { AskPart } from './allIds.ts';
import { all, failure } from './testing/scriptedEutils.ts';

const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;

interface Dated {
  readonly id: string;
  /** Days since 1970, or none. */
  readonly edat: number | undefined;
  readonly crdt: number | undefined;
}

/** PubMed with these records, all of which the query finds. */
class FakePubMed {
  readonly records: Dated[];
  asked = 0;
  listed = 0;
  /** Called before each answer. */
  before: (asked: number) => void = () => undefined;
  uidOf: (record: Dated) => number | undefined = ({ id }) => Number(id);

  constructor(records: readonly Dated[]) {
    this.records = [...records];
  }

  readonly ask: AskPart = (then, retmax) => {
    this.before(++this.asked);
    const written = [...(then ?? '').matchAll(/ (AND|NOT) (\S+?):(\S+?)\[(\w+)\]/g)];
    expect(written.map(([text]) => text).join('')).toBe(then ?? '');
    const limits = written.map(([, operator, from = '', to = '', field]) => ({
      isWanted: operator === 'AND',
      from: valueOf(from),
      to: valueOf(to),
      field: field as 'edat' | 'crdt' | 'uid',
    }));
    const found = this.records.filter((record) =>
      limits.every(({ isWanted, from, to, field }) => {
        const value = field === 'uid' ? this.uidOf(record) : record[field];
        return (value !== undefined && value >= from && value <= to) === isWanted;
      }),
    );
    const ids = found.slice(0, Math.min(retmax, MAX_IDS)).map(({ id }) => id);
    this.listed += ids.length;
    const count = found.length;
    return Promise.resolve({
      count,
      ids,
      translation: undefined,
      mappings: [],
      warnings: [],
      history: undefined,
    });
  };
}

function valueOf(text: string): number {
  return text.includes('/') ? dayOf(text) : Number(text);
}

function dayOf(text: string): number {
  return Date.parse(`${text.replaceAll('/', '-')}T00:00:00Z`) / DAY;
}

const spread = (count: number, from: string, to: string): Dated[] =>
  Array.from({ length: count }, (_, at) => {
    const day = Math.floor(dayOf(from) + ((dayOf(to) - dayOf(from)) * at) / count);
    return { id: String(at + 1), edat: day, crdt: day };
  });

const ids = (records: readonly Dated[]): readonly string[] => records.map(({ id }) => id).sort();

describe('all ids', () => {
  it('of a query that finds few come with one question', async () => {
    const pubmed = new FakePubMed(spread(MAX_IDS, '1990/01/01', '2026/01/01'));
    expect([...(await all(allIds(pubmed.ask, NOW)))].sort()).toEqual(ids(pubmed.records));
    expect(pubmed.asked).toBe(1);
    expect(await all(allIds(new FakePubMed([]).ask, NOW))).toEqual([]);
  });

  it('of 100,000 records are each listed once, the newest first, in few questions', async () => {
    const pubmed = new FakePubMed(spread(100_000, '1966/01/01', '2026/05/31'));
    const listed = await all(allIds(pubmed.ask, NOW));
    expect(new Set(listed).size).toBe(100_000);
    expect(listed).toHaveLength(100_000);
    // Pages are in the order of ranges.
    expect(Number(listed[0])).toBeGreaterThan(Number(listed.at(-1)));
    expect(pubmed.asked).toBeLessThan(40);
  });

  it('are complete however records lie in time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            count: fc.integer({ min: 1, max: 6000 }),
            edat: fc.option(fc.integer({ min: dayOf('1809/01/01'), max: dayOf('2027/12/31') }), {
              freq: 6,
              nil: undefined,
            }),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        async (lumps) => {
          let next = 0;
          const records = lumps.flatMap(({ count, edat }) =>
            Array.from({ length: count }, () => {
              const at = next++;
              return {
                id: String(at),
                edat,
                crdt: dayOf('2001/01/01') + (at % 9000),
                dp: dayOf('1999/01/01'),
              };
            }),
          );
          const pubmed = new FakePubMed(records);
          expect([...(await all(allIds(pubmed.ask, NOW)))].sort()).toEqual(ids(records));
          expect(pubmed.asked).toBeLessThan(150);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('of one entry day are split by other days, and by PMID where these are the same too', async () => {
    const day = dayOf('1998/03/01');
    const lump = (crdt: (at: number) => number | undefined, edat: number | undefined): FakePubMed =>
      new FakePubMed(
        Array.from({ length: 15_000 }, (_, at) => ({ id: String(at + 7), edat, crdt: crdt(at) })),
      );
    for (const pubmed of [
      lump((at) => day + (at % 300), day),
      lump(() => day, day),
      // A service that knows no such days at all.
      lump(() => undefined, undefined),
    ]) {
      expect([...(await all(allIds(pubmed.ask, NOW)))].sort()).toEqual(ids(pubmed.records));
      expect(pubmed.asked).toBeLessThan(100);
    }
    const hopeless = lump(() => day, day);
    hopeless.uidOf = () => undefined;
    const error = await failure(all(allIds(hopeless.ask, NOW)));
    expect(error).toMatchObject({ code: 'unsupported' });
    expect(error.message).toMatch(/cannot be split by dates. Narrow/);
  });

  it('are not thought complete when some are missing', async () => {
    const pubmed = new FakePubMed(spread(30_000, '1990/01/01', '2026/01/01'));
    // A record that is in no range of days of any kind.
    const withLost: AskPart = async (then, retmax) => {
      const answer = await pubmed.ask(then, retmax);
      return then === undefined ? { ...answer, count: answer.count + 1 } : answer;
    };
    expect((await failure(all(allIds(withLost, NOW)))).message).toMatch(
      /counts 30,001 records but listed 30,000/,
    );
    // Nor is a short list of a single answer.
    const short: AskPart = async (then, retmax) => {
      const answer = await new FakePubMed(spread(50, '1990/01/01', '2020/01/01')).ask(then, retmax);
      return { ...answer, ids: answer.ids.slice(1) };
    };
    expect((await failure(all(allIds(short, NOW)))).message).toMatch(/counts 50 records but listed 49/);
  });

  it('may change while they are listed, as PubMed does', async () => {
    const pubmed = new FakePubMed(spread(30_000, '1990/01/01', '2026/01/01'));
    pubmed.before = (asked) => {
      if (asked === 2) pubmed.records.push({ id: 'new', edat: dayOf('2026/05/31'), crdt: 0 });
    };
    const listed = await all(allIds(pubmed.ask, NOW));
    expect(listed).toHaveLength(30_001);
    expect(listed).toContain('new');
  });
});
