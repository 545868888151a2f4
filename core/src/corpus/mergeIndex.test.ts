import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CitationIndex } from './citationIndex.ts';
import { serializeIndex } from './indexFormat.ts';
import { updateIndex } from './mergeIndex.ts';
import type { CitationRecord } from './record.ts';
import { citation, inventedRecords } from './testing/records.ts';

const words = ['falls', 'exercise', 'non-small-cell', 'of', 'quality', 'life', 'trial'];
const sentence = fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((chosen) => chosen.join(' '));
const record = (id: string): fc.Arbitrary<CitationRecord> =>
  fc
    .record({
      title: sentence,
      abstract: sentence,
      mesh: fc.subarray(['*Accidental Falls/prevention & control', 'Exercise', 'Humans']),
      authors: fc.subarray(['Smith J', 'Müller, Karl']),
      keywords: fc.subarray(['old age', 'tai chi']),
      year: fc.option(fc.integer({ min: 1990, max: 2020 }), { nil: undefined }),
      entered: fc.option(fc.constantFrom('2016-01-01', '2017-05'), { nil: undefined }),
    })
    .map(({ year, entered, ...facts }) =>
      citation({
        id,
        ...facts,
        ...(year === undefined ? {} : { year }),
        ...(entered === undefined ? {} : { more: { days: { edat: entered } } }),
      }),
    );
const recordsFrom = (first: number): fc.Arbitrary<CitationRecord[]> =>
  fc
    .nat({ max: 12 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, i) => record(String(first + i)))).map((all) => [...all]),
    );

it('is, byte for byte, the index of what stays and what is added', () => {
  fc.assert(
    fc.property(recordsFrom(100), recordsFrom(200), fc.array(fc.nat({ max: 11 })), (before, added, goes) => {
      const dropped = new Set(goes.map((i) => String(100 + i)));
      const merged = updateIndex(CitationIndex.build(before), dropped, added);
      const anew = CitationIndex.build([...before.filter(({ id }) => !dropped.has(id)), ...added]);
      expect(Buffer.compare(serializeIndex(merged), serializeIndex(anew))).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it('brings a changed record up to date', () => {
  const [first, ...rest] = inventedRecords;
  const changed = citation({ id: first?.id ?? '', title: 'Nothing of what it was' });
  const merged = updateIndex(CitationIndex.build(inventedRecords), new Set([changed.id]), [changed]);
  expect(merged.documentCount).toBe(inventedRecords.length);
  expect(merged.documentFrequency('tiab', 'desmopressin')).toBe(0);
  expect(merged.documentFrequency('ti', 'nothing of what')).toBe(1);
  expect(rest.every(({ id }) => merged.docOf(id) !== undefined)).toBe(true);
});
