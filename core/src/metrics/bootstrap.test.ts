import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap.ts';
import { below, seededRandom } from './random.ts';
import { mean, median, quantile } from './summary.ts';

/** Every sample with replacement, n^n of them, and their percentiles: what drawing comes near to. */
function allSamples(values: readonly number[], of: typeof mean): number[] {
  let samples: number[][] = [[]];
  for (let i = 0; i < values.length; i++)
    samples = samples.flatMap((sample) => values.map((value) => [...sample, value]));
  return samples.map((sample) => of(sample) ?? NaN);
}

describe('an interval', () => {
  it.each([
    ['mean', mean, [3, 1, 4, 1, 5, 9]],
    ['median', median, [3, 1, 4, 1, 5, 9]],
    ['mean', mean, [0, 0, 1, 1, 1]],
    ['median', median, [0.2, 0.9, 0.4, 0.4, 1]],
  ] as const)('of the %s lies where that of all samples lies', (name, of, values) => {
    const all = allSamples(values, of);
    const [low, high] = bootstrapInterval(values, { of: name, repetitions: 40_000 }) ?? [NaN, NaN];
    // The share of all samples beyond each end is that asked for, or the end is a value that the share is within.
    const share = (test: (value: number) => boolean): number => all.filter(test).length / all.length;
    expect(share((value) => value < low - 1e-9)).toBeLessThan(0.025 + 0.003);
    expect(share((value) => value <= low + 1e-9)).toBeGreaterThan(0.025 - 0.003);
    expect(share((value) => value > high + 1e-9)).toBeLessThan(0.025 + 0.003);
    expect(share((value) => value >= high - 1e-9)).toBeGreaterThan(0.025 - 0.003);
  });

  it('of a mean of many values is that of the normal distribution', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i * 37) % 101);
    const m = mean(values) ?? NaN;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - m) ** 2, 0)) / values.length;
    const [low, high] = bootstrapInterval(values) ?? [NaN, NaN];
    expect(Math.abs(low - (m - 1.96 * error))).toBeLessThan(0.1 * error);
    expect(Math.abs(high - (m + 1.96 * error))).toBeLessThan(0.1 * error);
  });

  it('holds the true mean about as often as it says', () => {
    const random = seededRandom(3);
    let held = 0;
    for (let i = 0; i < 300; i++) {
      const values = Array.from({ length: 40 }, () => below(1000, random) / 999);
      const [low, high] = bootstrapInterval(values, { repetitions: 600, seed: i }) ?? [NaN, NaN];
      if (low <= 0.5 && 0.5 <= high) held++;
    }
    expect(held / 300).toBeGreaterThan(0.9);
    expect(held / 300).toBeLessThan(0.98);
  });

  it('of nothing there is none, of one value it is that value', () => {
    expect(bootstrapInterval([])).toBeUndefined();
    expect(bootstrapInterval([0.5])).toEqual([0.5, 0.5]);
    expect(bootstrapInterval([0.5], { of: 'median' })).toEqual([0.5, 0.5]);
  });

  it('is the same for the same seed in any order, grows with its level, and lies within the values', () => {
    const list = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(list, fc.constantFrom('mean' as const, 'median' as const), fc.nat(), (values, of, seed) => {
        const options = { of, seed, repetitions: 200 };
        const [low, high] = bootstrapInterval(values, options) ?? [NaN, NaN];
        expect(bootstrapInterval([...values].reverse(), options)).toEqual([low, high]);
        const [lower, higher] = bootstrapInterval(values, { ...options, level: 0.99 }) ?? [NaN, NaN];
        expect(lower <= low && low <= high && high <= higher).toBe(true);
        expect(lower).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(higher).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
      }),
    );
  });
});

it.each([
  // NumPy, documentation of quantile and median: 10 7 4 3 2 1.
  ['median of an even number', median([10, 7, 4, 3, 2, 1]), 3.5],
  ['median of an odd number', median([9, 1, 4]), 4],
  // R, quantile(c(1, 2, 4, 8)), type 7.
  ['lower quarter', quantile([8, 1, 4, 2], 0.25), 1.75],
  ['upper quarter', quantile([8, 1, 4, 2], 0.75), 5],
  ['least', quantile([3, 1, 2], 0), 1],
  ['greatest', quantile([3, 1, 2], 1), 3],
  ['numbers, not texts, are put in order', median([10, 9, 100]), 10],
  ['mean', mean([1, 2, 6]), 3],
  ['mean of nothing', mean([]), undefined],
  ['median of nothing', median([]), undefined],
])('%s', (_, is, expected) => {
  expect(is).toBe(expected);
});
