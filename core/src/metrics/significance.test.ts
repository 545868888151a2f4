import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm, pairedRandomisation } from './significance.ts';

const none = (values: readonly number[]): number[] => values.map(() => 0);

/** The share of sign patterns as far from 0, by the distribution of their sums: another way to the same number, for whole numbers. */
function byDistribution(differences: readonly number[]): number {
  let sums = new Map([[0, 1]]);
  for (const each of differences) {
    const next = new Map<number, number>();
    for (const [sum, share] of sums)
      for (const value of [sum + each, sum - each]) next.set(value, (next.get(value) ?? 0) + share / 2);
    sums = next;
  }
  const seen = Math.abs(differences.reduce((sum, each) => sum + each, 0));
  return [...sums].filter(([sum]) => Math.abs(sum) >= seen).reduce((total, [, share]) => total + share, 0);
}

describe('the paired randomisation test', () => {
  it('gives what Fisher gave for Darwin’s plants', () => {
    // "The Design of Experiments", section 21: 15 pairs of Zea mays, eighths of an inch. 863 of 32,768 reach the sum of 314.
    const heights = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    const { p, ...rest } = pairedRandomisation(heights, none(heights)) ?? { p: NaN };
    expect(p * 32_768).toBeCloseTo(2 * 863, 6);
    expect(rest).toEqual({ pairs: 15, difference: 314 / 15, isExact: true });
  });

  it.each([
    ['all six alike: two of 64', [1, 1, 1, 1, 1, 1], 2 / 64],
    ['equal pairs say nothing', [0, 0, 1, 0, 1, 1, 0], 2 / 8],
    ['no difference at all', [0, 0, 0], 1],
    ['a mean of 0', [1, -1], 1],
    ['one pair', [0.3], 1],
  ])('%s', (_, differences, expected) => {
    expect(pairedRandomisation(differences, none(differences))?.p).toBe(expected);
  });

  it('counts sums as equal that differ by rounding only', () => {
    // 0.1 + 0.2 - 0.3 + 0.4 comes out above 0.4, and 0.1 + 0.2 - 0.3 - 0.4, as far from 0, below.
    const p = pairedRandomisation([0.1, 0.2, 0, 0.4], [0, 0, 0.3, 0])?.p;
    expect(p).toBe(byDistribution([1, 2, -3, 4]));
  });

  it('has no answer without pairs, and none for lists of different length', () => {
    expect(pairedRandomisation([], [])).toBeUndefined();
    expect(() => pairedRandomisation([1, 2], [1])).toThrow('there are 2 of one system and 1 of the other');
  });

  it.each([NaN, Infinity])('finds nothing significant in %d', (figure) => {
    expect(() => pairedRandomisation([figure, 1], [0, 0])).toThrow('what is no number');
  });

  it('is exact for few pairs, and does not mind which system comes first', () => {
    const list = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 11 });
    fc.assert(
      fc.property(list, (differences) => {
        const p = pairedRandomisation(differences, none(differences))?.p;
        expect(p).toBeCloseTo(byDistribution(differences), 12);
        expect(pairedRandomisation(none(differences), differences)?.p).toBe(p);
      }),
    );
  });

  it('comes near to it for many, the same with the same seed, and is never 0', () => {
    for (const shift of [0, 1, 2]) {
      const differences = Array.from({ length: 45 }, (_, i) => ((i * 29) % 19) - 9 + shift);
      const exact = byDistribution(differences);
      const { p, isExact } = pairedRandomisation(differences, none(differences)) ?? { p: NaN };
      expect(isExact).toBe(false);
      expect(Math.abs(p - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 100_000) + 1e-5);
      expect(pairedRandomisation(differences, none(differences))?.p).toBe(p);
    }
    const sure = new Array<number>(60).fill(1);
    expect(pairedRandomisation(sure, none(sure), { repetitions: 999 })?.p).toBe(1 / 1000);
  });
});

describe('Holm’s correction', () => {
  it.each([
    // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
    ['R', [0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]],
    // Wikipedia, "Holm-Bonferroni method": at 0.05 the first and the last are findings.
    ['Wikipedia', [0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]],
    ['never above 1', [0.9, 0.8], [1, 1]],
    ['one is left as it is', [0.04], [0.04]],
    ['none', [], []],
  ])('%s', (_, ps, expected) => {
    const adjusted = holm(ps);
    expect(adjusted).toHaveLength(expected.length);
    expected.forEach((each, i) => expect(adjusted[i]).toBeCloseTo(each, 12));
  });

  it('keeps the order of the comparisons and lies between them and Bonferroni', () => {
    const list = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(list, (ps) => {
        const adjusted = holm(ps);
        ps.forEach((p, i) => {
          const mine = adjusted[i] ?? NaN;
          expect(mine >= p && mine <= Math.min(1, p * ps.length) + 1e-12).toBe(true);
          ps.forEach((other, k) => {
            if (p < other) expect(mine).toBeLessThanOrEqual(adjusted[k] ?? NaN);
          });
        });
      }),
    );
  });
});
