import fc from 'fast-check';
import { expect, it } from 'vitest';
import { semanticGain } from './semanticGain.ts';

const [east, north, diagonal] = [
  [1, 0],
  [0, 1],
  [5, 5],
];

it.each([
  ['from a right angle onto the document', { original: east, rewritten: north, documents: [north] }, 10],
  ['away from it', { original: north, rewritten: east, documents: [north] }, -10],
  ['half the way', { original: east, rewritten: diagonal, documents: [north] }, 10 * Math.SQRT1_2],
  ['left as it was', { original: east, rewritten: east, documents: [north, diagonal] }, 0],
  ['nearer to one as far from the other', { original: east, rewritten: north, documents: [east, north] }, 0],
  ['the mean over documents', { original: east, rewritten: north, documents: [north, diagonal] }, 5],
  ['no answer', { original: east, rewritten: undefined, documents: [north] }, -1],
])('%s', (_, facts, expected) => {
  expect(semanticGain(facts).reward).toBeCloseTo(expected, 12);
});

it.each([
  ['no document', { original: east, rewritten: north, documents: [] }, 'at least one document'],
  ['another model', { original: east, rewritten: [1, 2, 3], documents: [north] }, 'Embed all texts with one'],
  ['a vector of zeros', { original: [0, 0], rewritten: east, documents: [north] }, 'have no similarity'],
])('has no reward for %s', (_, facts, message) => {
  expect(() => semanticGain(facts)).toThrow(message);
});

it('does not depend on the length of vectors, and stays within -20..20', () => {
  const vector = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 4, maxLength: 4 });
  const direction = vector.filter((values) => values.some((value) => value !== 0));
  fc.assert(
    fc.property(
      direction,
      direction,
      fc.array(direction, { minLength: 1, maxLength: 4 }),
      (q, r, documents) => {
        const { reward } = semanticGain({ original: q, rewritten: r, documents });
        expect(Math.abs(reward)).toBeLessThanOrEqual(20);
        const longer = semanticGain({ original: q, rewritten: r.map((value) => 3 * value), documents });
        expect(longer.reward).toBeCloseTo(reward, 10);
      },
    ),
  );
});
