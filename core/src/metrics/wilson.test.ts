import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wilsonInterval } from './wilson.ts';

// Newcombe, Stat Med 1998; 17:857-872, table I, method 3.
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%d of %d', (found, total, low, high) => {
  const interval = wilsonInterval(found, total);
  expect(interval[0]).toBeCloseTo(low, 4);
  expect(interval[1]).toBeCloseTo(high, 4);
});

it('holds the share, within 0..1, and is mirrored', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (total, share) => {
        const found = Math.round(share * total);
        const [low, high] = wilsonInterval(found, total);
        expect(low).toBeLessThanOrEqual(found / total);
        expect(high).toBeGreaterThanOrEqual(found / total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeCloseTo(1 - wilsonInterval(total - found, total)[1], 10);
      },
    ),
  );
});

it('is no interval of nothing', () => {
  expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
  expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
});
