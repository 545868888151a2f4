import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DocSet } from '../../corpus/index.ts';
import { conceptBlocks } from './blocks.ts';
import { greedyCover } from './cover.ts';
import type { Feature } from './feature.ts';

const size = 200;

function feature(name: string, docs: readonly number[], source: Feature['source'] = 'topic'): Feature {
  const set = DocSet.of(size, docs);
  return { kind: 'word', name, source, terms: [`${name}[tiab]`], docs: set, count: set.count() };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

it('puts synonyms into one block and what must come with them into the other', () => {
  // Falls, in two words, among older people, in two words; each alone is mostly about something else.
  const features = [
    feature('fall', [...range(0, 10), ...range(50, 80)]),
    feature('older', [...range(0, 7), ...range(10, 17), ...range(90, 130)]),
    feature('slip', [...range(10, 20), ...range(60, 80), ...range(50, 60)], 'feedback'),
    feature('elderly', [...range(7, 10), ...range(17, 20), ...range(90, 120)], 'feedback'),
  ];
  const worth = new Float64Array(size);
  for (const doc of range(0, 20)) worth[doc] = 1;
  const made = conceptBlocks(features, worth, size, { budget: 40, mostClauses: 8, exponent: 0.5 });
  expect(made?.blocks.map((block) => block.map(({ name }) => name).sort())).toEqual(
    [
      ['elderly', 'older'],
      ['fall', 'slip'],
    ].toSorted(
      (a, b) =>
        Number(made?.blocks[0]?.some(({ name }) => name === b[0])) -
        Number(made?.blocks[0]?.some(({ name }) => name === a[0])),
    ),
  );
  expect(made?.caught).toBeCloseTo(1);
  expect(made?.count).toBe(20);
});

it('makes one block of a topic that is one thing', () => {
  const features = [feature('wilson', range(0, 20)), feature('hepatolenticular', range(5, 25), 'feedback')];
  const worth = new Float64Array(size);
  for (const doc of range(0, 25)) worth[doc] = 1;
  const made = conceptBlocks(features, worth, size, { budget: 50, mostClauses: 8, exponent: 0.5 });
  expect(made?.blocks).toHaveLength(1);
  expect(made?.caught).toBeCloseTo(1);
});

const anyFeatures = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { minLength: 1, maxLength: 60 }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((sets) => sets.map((docs, i) => feature(`w${i}`, docs, i % 2 === 0 ? 'topic' : 'feedback')));
const anyWorth = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: size, maxLength: size })
  .map((worth) => Float64Array.from(worth));

it('keeps to the budget and the number of clauses, finds what the blocks say, and is the same every time', () => {
  fc.assert(
    fc.property(
      anyFeatures,
      anyWorth,
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 8 }),
      (features, worth, budget, mostClauses) => {
        const options = { budget, mostClauses, exponent: 0.5 };
        const made = conceptBlocks(features, worth, size, options);
        expect(conceptBlocks(features, worth, size, options)).toEqual(made);
        if (made === undefined) return;
        expect(made.count).toBeLessThanOrEqual(budget);
        expect(made.blocks.flat().length).toBeLessThanOrEqual(Math.max(2, mostClauses));
        const docs = range(0, size).filter((doc) =>
          made.blocks.every((block) => block.some((one) => one.docs.has(doc))),
        );
        expect([...made.docs.toArray()]).toEqual(docs);
      },
    ),
    { numRuns: 150 },
  );
});

it('covers within the budget, by clauses that bring enough on average each', () => {
  fc.assert(
    fc.property(
      anyFeatures,
      anyWorth,
      fc.integer({ min: 1, max: 150 }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      (features, worth, budget, least) => {
        const cover = greedyCover(features, worth, size, {
          budget,
          mostClauses: 10,
          exponent: 0.7,
          leastMeanWorth: least,
        });
        const docs = range(0, size).filter((doc) =>
          cover.clauses.some((clause) => clause.every((one) => one.docs.has(doc))),
        );
        expect([...cover.docs.toArray()]).toEqual(docs);
        expect(cover.count).toBeLessThanOrEqual(budget);
        const gained = docs.reduce((sum, doc) => sum + (worth[doc] ?? 0), 0);
        expect(gained).toBeGreaterThanOrEqual(least * cover.count - 1e-9);
      },
    ),
    { numRuns: 150 },
  );
});
