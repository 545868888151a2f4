import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import { facets } from './facets.ts';
import { overlap } from './overlap.ts';
import type { CitationRecord } from './record.ts';
import { citation } from './testing/records.ts';

const some = <T>(...values: T[]) => fc.subarray(values);
const record = fc.record({
  year: fc.option(fc.integer({ min: 1990, max: 2005 }), { nil: undefined }),
  mesh: some('*Accidental Falls/prevention & control', 'Humans', 'Aged/*psychology', 'Female'),
  publicationTypes: some('Journal Article', 'Review'),
  languages: some('eng', 'German'),
  journal: fc.constantFrom(undefined, 'The Lancet (London, England)', 'BMJ', 'Zeitschrift : die erste'),
});
const records = fc.array(record, { minLength: 1, maxLength: 40 }).map((rows) =>
  rows.map(({ year, journal, ...rest }, i) =>
    citation({
      id: String(i),
      ...rest,
      ...(year === undefined ? {} : { year }),
      ...(journal === undefined ? {} : { journal }),
    }),
  ),
);

const headingOf = (text: string): string => text.split('/')[0]?.replaceAll('*', '') ?? '';
const counted = (values: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

describe('facets', () => {
  it('are those of counting the records one by one', () => {
    fc.assert(
      fc.property(records, fc.array(fc.nat(39), { maxLength: 40 }), (all, chosen) => {
        const index = CitationIndex.build(all);
        const docs = DocSet.of(index.documentCount, chosen);
        const found = all.filter((_, doc) => docs.has(doc));
        const told = facets(index, docs, { top: 50 });
        expect([told.count, told.library]).toEqual([found.length, all.length]);
        check(told.headings, found, all, ({ mesh }) => mesh.map((text) => headingOf(text).toLowerCase()));
        check(told.publicationTypes, found, all, ({ publicationTypes }) =>
          publicationTypes.map((type) => type.toLowerCase()),
        );
        check(told.languages, found, all, ({ languages }) =>
          languages.map((language) => (language === 'German' ? 'ger' : language)),
        );
        const { counts, undated } = told.years;
        const years = counted(found.flatMap(({ year }) => (year === undefined ? [] : [String(year)])));
        expect(
          new Map(counts.filter(({ count }) => count > 0).map(({ year, count }) => [String(year), count])),
        ).toEqual(years);
        expect(counts.reduce((sum, { count }) => sum + count, undated)).toBe(found.length);
        counts.forEach(({ year, library }, i) => {
          expect(year).toBe((counts[0]?.year ?? 0) + i);
          expect(library).toBe(all.filter((one) => one.year === year).length);
        });
        const majors = told.headings.values.find(({ name }) => name === 'accidental falls');
        if (majors !== undefined) expect(majors.major).toBe(majors.count);
        expect(told.headings.values.find(({ name }) => name === 'humans')?.major ?? 0).toBe(0);
      }),
    );
  });

  it('count a journal once, whatever its records call it', () => {
    const index = CitationIndex.build([
      citation({ id: '1', journal: 'The Lancet (London, England)', journalAbbreviation: 'Lancet' }),
      citation({ id: '2', journal: 'Lancet' }),
      citation({ id: '3', journal: 'BMJ' }),
      citation({ id: '4' }),
    ]);
    const { journals } = facets(index, DocSet.all(4));
    expect(journals.values.map(({ name, count }) => [name, count])).toEqual([
      ['lancet', 2],
      ['bmj', 1],
    ]);
    expect([journals.covered, journals.distinct]).toEqual([3, 2]);
  });

  it('tell what is typical of the records apart from what is frequent everywhere', () => {
    const all = Array.from({ length: 100 }, (_, i) =>
      citation({
        id: String(i),
        mesh: ['Humans', ...(i < 10 ? ['Accidental Falls'] : i < 60 ? ['Aged'] : [])],
      }),
    );
    const index = CitationIndex.build(all);
    const { headings } = facets(
      index,
      DocSet.of(
        100,
        Array.from({ length: 12 }, (_, i) => i),
      ),
      { top: 5 },
    );
    expect(headings.values.map(({ name, lift }) => [name, lift])).toEqual([
      ['humans', 1],
      ['accidental falls', expect.closeTo(100 / 12, 5)],
      ['aged', expect.closeTo((2 / 12) * (100 / 50), 5)],
    ]);
    expect(headings.typical.map(({ name }) => name)).toEqual(['accidental falls']);
  });

  it('of nothing are empty', () => {
    const told = facets(CitationIndex.build([citation({ id: '1', year: 2000 })]), new DocSet(1));
    expect(told.years.counts).toEqual([]);
    expect(told.headings).toEqual({ covered: 0, libraryCovered: 0, distinct: 0, values: [], typical: [] });
  });
});

function check(
  facet: ReturnType<typeof facets>['headings'],
  found: readonly CitationRecord[],
  all: readonly CitationRecord[],
  valuesOf: (record: CitationRecord) => readonly string[],
): void {
  const here = counted(found.flatMap(valuesOf));
  const library = counted(all.flatMap(valuesOf));
  expect(new Map(facet.values.map(({ name, count }) => [name, count]))).toEqual(here);
  for (const value of facet.values) expect(value.library).toBe(library.get(value.name));
  expect(facet.covered).toBe(found.filter((one) => valuesOf(one).length > 0).length);
  expect(facet.libraryCovered).toBe(all.filter((one) => valuesOf(one).length > 0).length);
  expect(facet.values.map(({ count }) => count)).toEqual([...here.values()].sort((a, b) => b - a));
}

describe('overlap', () => {
  it('splits what the queries find into disjoint parts', () => {
    const set = fc.array(fc.nat(69)).map((docs) => DocSet.of(70, docs));
    fc.assert(
      fc.property(fc.array(set, { minLength: 2, maxLength: 4 }), (sets) => {
        const told = overlap(sets, ['3', '5', '70', 'x'], (id) =>
          /^\d+$/.test(id) ? Number(id) : undefined,
        );
        expect(told.parts.length).toBe(2 ** sets.length - 1);
        expect(told.parts.reduce((sum, { count }) => sum + count, 0)).toBe(told.union);
        for (const part of told.parts) {
          const inPart = Array.from({ length: 70 }, (_, doc) => doc).filter((doc) =>
            sets.every((one, at) => one.has(doc) === part.foundBy.includes(at)),
          );
          expect(part.count).toBe(inPart.length);
          expect(part.seeds).toEqual(['3', '5'].filter((id) => inPart.includes(Number(id))));
        }
        for (const { first, second, both, jaccard } of told.pairs) {
          const [a, b] = [sets[first], sets[second]];
          if (a === undefined || b === undefined) throw new Error('A pair names no query.');
          expect(both).toBe(a.and(b).count());
          const either = a.or(b).count();
          expect(jaccard).toBe(either === 0 ? undefined : both / either);
        }
        expect(told.missed).toContain('x');
      }),
    );
  });
});
