import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, byScore, hitsAtK, ndcg, reciprocalRank, relevantAtK } from './ranking.ts';

const grades = (...values: number[]): Map<string, number> =>
  new Map(values.map((value, i) => [String(i + 1), value]));
const ids = (...values: number[]): string[] => values.map(String);
const set = (...values: number[]): Set<string> => new Set(ids(...values));
/** A ranking of `length` in which the records at these ranks are relevant (named `r1`, `r2` ...). */
const ranks = (length: number, ...relevant: number[]): string[] =>
  Array.from({ length }, (_, i) => (relevant.includes(i + 1) ? `r${i + 1}` : `x${i + 1}`));

describe('worked examples', () => {
  it.each([
    // Wikipedia, "Discounted cumulative gain": grades 3 2 3 0 1 2, and two more judged records of grades 3 and 2.
    ['Wikipedia, linear', ndcg(ids(1, 2, 3, 4, 5, 6), grades(3, 2, 3, 0, 1, 2, 3, 2), 6), 6.861 / 8.74, 3],
    // The same list alone with gains 2^grade - 1: 13.848 of 14.595.
    [
      'exponential',
      ndcg(ids(1, 2, 3, 4, 5, 6), grades(3, 2, 3, 0, 1, 2), 6, 'exponential'),
      13.848 / 14.595,
      4,
    ],
    // scikit-learn, documentation of ndcg_score: relevance 10 0 0 1 5.
    ['scikit-learn, good scores', ndcg(ids(5, 4, 3, 2, 1), grades(10, 0, 0, 1, 5), 5), 0.6957, 4],
    ['scikit-learn, bad scores', ndcg(ids(2, 3, 4, 1, 5), grades(10, 0, 0, 1, 5), 5), 0.4937, 4],
    ['scikit-learn, k = 4', ndcg(ids(2, 3, 4, 1, 5), grades(10, 0, 0, 1, 5), 4), 0.352, 3],
    // Croft, Metzler & Strohman, "Search Engines" (2015), 8.4.2: two rankings of ten.
    ['average precision 1', averagePrecision(ranks(10, 1, 3, 6, 9, 10), new Set(['r1', 'r3', 'r6', 'r9', 'r10'])), 0.62, 2], // prettier-ignore
    ['average precision 2', averagePrecision(ranks(10, 2, 5, 7), new Set(['r2', 'r5', 'r7'])), 0.44, 2],
    // Wikipedia, "Mean reciprocal rank": cats, tori, viruses at ranks 3, 2 and 1.
    ['rank 3', reciprocalRank(ranks(3, 3), new Set(['r3'])), 1 / 3, 9],
    ['rank 2', reciprocalRank(ranks(3, 2), new Set(['r2'])), 1 / 2, 9],
    ['rank 1', reciprocalRank(ranks(3, 1), new Set(['r1'])), 1, 9],
  ])('%s', (_, is, expected, digits) => {
    expect(is).toBeCloseTo(expected, digits);
  });

  it.each([
    ['nothing is judged', ndcg(ids(1), grades(), 10)],
    ['everything is judged irrelevant', ndcg(ids(1), grades(0, -1), 10)],
    ['k is 0', ndcg(ids(1), grades(1), 0)],
    ['hits of nothing relevant', hitsAtK(ids(1), set(), 5)],
    ['rank of nothing relevant', reciprocalRank(ids(1), set())],
    ['precision of nothing relevant', averagePrecision(ids(1), set())],
  ])('cannot be said: %s', (_, is) => {
    expect(is).toBeUndefined();
  });

  it('takes the ideal from all judged records, in order of grade and not of the list', () => {
    // With the ideal in list order (1, then 3) this would be more than 1.
    expect(ndcg(ids(2, 1), grades(1, 3), 10)).toBe(1);
    expect(ndcg(ids(2), grades(1, 3), 1)).toBe(1);
  });

  it('a record that is repeated earns nothing more', () => {
    expect(ndcg(ids(1, 1, 1), grades(1, 1, 1), 3)).toBeCloseTo(1 / (1 + 1 / Math.log2(3) + 0.5), 12);
    expect(averagePrecision(ids(1, 1), set(1, 2))).toBe(0.5);
    expect(relevantAtK(ids(1, 1, 2), set(1, 2, 3), 2)).toBe(1);
  });

  it('hits count from the first rank on and stop at k', () => {
    expect([1, 2, 3, 4].map((k) => hitsAtK(ids(9, 8, 1), set(1, 2), k))).toEqual([0, 0, 1, 1]);
  });

  it('orders equal scores by descending id, as trec_eval', () => {
    const hits = [
      { id: '10', score: 1 },
      { id: '9', score: 1 },
      { id: '5', score: 2 },
      { id: '11', score: 1 },
    ];
    expect(byScore(hits)).toEqual(['5', '9', '11', '10']);
    expect(byScore([...hits].reverse())).toEqual(byScore(hits));
  });
});

describe('always', () => {
  const records = fc.uniqueArray(fc.integer({ min: 1, max: 40 }).map(String), { maxLength: 30 });
  const judged = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 40 }).map(String), fc.integer({ min: 0, max: 4 })), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 30,
    })
    .map((pairs) => new Map(pairs));
  const gain = fc.constantFrom('linear' as const, 'exponential' as const);
  const depth = fc.integer({ min: 1, max: 35 });

  it('NDCG is within 0..1, also of rankings with repetitions', () => {
    const repeated = fc.array(fc.integer({ min: 1, max: 40 }).map(String), { maxLength: 60 });
    fc.assert(
      fc.property(repeated, judged, depth, gain, (ranking, judgements, k, form) => {
        const value = ndcg(ranking, judgements, k, form);
        if (value !== undefined) expect(value >= 0 && value <= 1 + 1e-12).toBe(true);
      }),
    );
  });

  it('the ideal order has NDCG 1 at every depth', () => {
    fc.assert(
      fc.property(judged, depth, gain, (judgements, k, form) => {
        const ideal = [...judgements].sort(([, a], [, b]) => b - a).map(([id]) => id);
        const value = ndcg(ideal, judgements, k, form);
        if (value !== undefined) expect(value).toBeCloseTo(1, 12);
      }),
    );
  });

  it('moving a better record before a worse one never lowers NDCG, average precision or reciprocal rank', () => {
    fc.assert(
      fc.property(records, judged, depth, gain, fc.nat(), (ranking, judgements, k, form, at) => {
        const i = ranking.length < 2 ? 0 : at % (ranking.length - 1);
        const [a, b] = [ranking[i], ranking[i + 1]];
        if (a === undefined || b === undefined || (judgements.get(a) ?? 0) >= (judgements.get(b) ?? 0))
          return;
        const better = ranking.with(i, b).with(i + 1, a);
        const relevant = new Set([...judgements].filter(([, grade]) => grade > 0).map(([id]) => id));
        const before = [
          ndcg(ranking, judgements, k, form),
          averagePrecision(ranking, relevant),
          reciprocalRank(ranking, relevant),
        ];
        const after = [
          ndcg(better, judgements, k, form),
          averagePrecision(better, relevant),
          reciprocalRank(better, relevant),
        ];
        before.forEach((value, n) => expect((after[n] ?? 0) + 1e-12).toBeGreaterThanOrEqual(value ?? 0));
      }),
    );
  });

  it('hits and relevant records found grow with k, and agree with the reciprocal rank', () => {
    fc.assert(
      fc.property(records, judged, depth, (ranking, judgements, k) => {
        const relevant = new Set(judgements.keys());
        expect(hitsAtK(ranking, relevant, k + 1) ?? 0).toBeGreaterThanOrEqual(
          hitsAtK(ranking, relevant, k) ?? 0,
        );
        expect(relevantAtK(ranking, relevant, k + 1)).toBeGreaterThanOrEqual(
          relevantAtK(ranking, relevant, k),
        );
        const first = reciprocalRank(ranking, relevant) ?? 0;
        expect(hitsAtK(ranking, relevant, k)).toBe(first > 0 && 1 / first <= k + 1e-9 ? 1 : 0);
      }),
    );
  });
});
