import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance } from './editDistance.ts';

it.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['tiab', 'tiab', 0],
  ['taib', 'tiab', 1],
  ['kitten', 'sitting', 3],
  ['ca', 'abc', 3],
])('of %j and %j is %i', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

it('is symmetric, 0 for equal texts alone, and at most the length of the longer', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(editDistance(b, a)).toBe(distance);
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
