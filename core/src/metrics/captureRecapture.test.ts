import fc from 'fast-check';
import { expect, it } from 'vitest';
import { captureRecapture } from './captureRecapture.ts';

// Chao, Tsay, Lin, Shau and Chao, Stat Med 2001; 20:3123-3157: three lists of 135, 122 and 126 cases of hepatitis A, taken in pairs.
it.each([
  ['P and Q', 135, 122, 49, 334, 29, 289, 403],
  ['P and E', 135, 126, 45, 374, 36, 319, 461],
])('a published example: %s', (_, first, second, both, total, error, low, high) => {
  const estimate = captureRecapture(first, second, both);
  expect(Math.round(estimate.total)).toBe(total);
  expect(Math.round(estimate.standardError)).toBe(error);
  expect(estimate.interval.map(Math.round)).toEqual([low, high]);
});

it('says what follows from the formulas by hand', () => {
  // (10 + 1)(15 + 1) / (5 + 1) - 1, and (11 * 16 * 5 * 10) / (36 * 7)
  const { total, standardError, found } = captureRecapture(10, 15, 5);
  expect(total).toBeCloseTo(28.333, 3);
  expect(standardError ** 2).toBeCloseTo(34.921, 3);
  expect(found).toBe(20);
});

it('estimates never less than was found, within its interval, whichever search comes first', () => {
  fc.assert(
    fc.property(
      fc.nat(5_000_000),
      fc.nat(5_000_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b, share) => {
        const both = Math.floor(share * Math.min(a, b));
        const estimate = captureRecapture(a, b, both);
        expect(estimate.total).toBeGreaterThanOrEqual(estimate.found);
        const [low, high] = estimate.interval;
        expect(low).toBeGreaterThanOrEqual(estimate.found);
        expect(low).toBeLessThanOrEqual(estimate.total);
        expect(high).toBeGreaterThanOrEqual(estimate.total);
        expect(captureRecapture(b, a, both).total / Math.max(1, estimate.total)).toBeCloseTo(
          a + b > 0 ? 1 : 0,
          9,
        );
      },
    ),
  );
});

it('covers the truth about as often as it says where both searches are independent', () => {
  let state = 7;
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  let covered = 0;
  for (let run = 0; run < 400; run++) {
    let [first, second, both] = [0, 0, 0];
    for (let i = 0; i < 500; i++) {
      const [a, b] = [random() < 0.5, random() < 0.4];
      first += Number(a);
      second += Number(b);
      both += Number(a && b);
    }
    const [low, high] = captureRecapture(first, second, both).interval;
    covered += Number(low <= 500 && high >= 500);
  }
  expect(covered / 400).toBeGreaterThan(0.92);
  expect(covered / 400).toBeLessThan(0.98);
});

it('finds nothing missing where one search found all of the other, and refuses the impossible', () => {
  expect(captureRecapture(10, 4, 4)).toMatchObject({ found: 10, total: 10, interval: [10, 10] });
  expect(captureRecapture(0, 0, 0)).toMatchObject({ total: 0 });
  expect(() => captureRecapture(3, 5, 4)).toThrow(RangeError);
});
