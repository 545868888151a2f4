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
    // pytrec_eval, README: trec_eval's own figures of two topics.
    ['trec_eval, NDCG of topic 1', ndcg(['d3', 'd1', 'd2'], new Map([['d1', 0], ['d2', 1], ['d3', 0]]), 3), 0.5, 9], // prettier-ignore
    ['trec_eval, NDCG of topic 2', ndcg(['d1', 'd3', 'd2'], new Map([['d2', 1], ['d3', 1]]), 3), 0.6934264036172708, 12], // prettier-ignore
    ['trec_eval, map of topic 1', averagePrecision(['d3', 'd1', 'd2'], new Set(['d2'])), 0.3333333333333333, 12], // prettier-ignore
    ['trec_eval, map of topic 2', averagePrecision(['d1', 'd3', 'd2'], new Set(['d2', 'd3'])), 0.5833333333333333, 12], // prettier-ignore
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

/** Every order of `items`. */
function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

describe('against another implementation, slow and simple, with ties and graded gains', () => {
  const hits = fc.uniqueArray(
    fc.record({ id: fc.integer({ min: 1, max: 14 }).map(String), score: fc.constantFrom(0.5, 1, 1, 2) }),
    { selector: ({ id }) => id, maxLength: 12 },
  );
  const judged = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 14 }).map(String), fc.integer({ min: -1, max: 3 })),
    { selector: ([id]) => id, maxLength: 5 },
  );
  type Hit = { readonly id: string; readonly score: number };
  /** Rank of a record: one more than are better, or as good and named later. */
  const rankOf = (all: readonly Hit[], id: string): number => {
    const mine = all.find((hit) => hit.id === id);
    return mine === undefined
      ? Infinity
      : 1 + all.filter(({ id: other, score }) => score > mine.score || (score === mine.score && other > id)).length; // prettier-ignore
  };
  const gainOf = (grade: number, form: string): number =>
    grade <= 0 ? 0 : form === 'linear' ? grade : Math.pow(2, grade) - 1;

  it('NDCG is the gain, over the greatest gain of any order of what is judged', () => {
    fc.assert(
      fc.property(
        hits,
        judged,
        fc.integer({ min: 1, max: 13 }),
        fc.constantFrom('linear' as const, 'exponential' as const),
        (all, pairs, k, form) => {
          const sum = (ranked: readonly (readonly [rank: number, grade: number])[]): number =>
          ranked.reduce((total, [rank, grade]) => total + (rank > k ? 0 : (gainOf(grade, form) * Math.LN2) / Math.log(1 + rank)), 0); // prettier-ignore
          const best = Math.max(
            0,
            ...orders(pairs).map((order) => sum(order.map(([, grade], i) => [i + 1, grade]))),
          );
          const value = ndcg(byScore(all), new Map(pairs), k, form);
          if (best === 0) expect(value).toBeUndefined();
          else
            expect(value).toBeCloseTo(sum(pairs.map(([id, grade]) => [rankOf(all, id), grade])) / best, 10);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('average precision, reciprocal rank and hits follow from the ranks of the relevant records', () => {
    fc.assert(
      fc.property(hits, judged, fc.integer({ min: 1, max: 13 }), (all, pairs, k) => {
        fc.pre(pairs.length > 0);
        const relevant = new Set(pairs.map(([id]) => id));
        const found = [...relevant].map((id) => rankOf(all, id)).filter((rank) => rank < Infinity);
        const precisions = found.map((rank) => found.filter((other) => other <= rank).length / rank);
        const ranking = byScore(all);
        expect(averagePrecision(ranking, relevant)).toBeCloseTo(precisions.reduce((a, b) => a + b, 0) / relevant.size, 12); // prettier-ignore
        expect(reciprocalRank(ranking, relevant)).toBe(found.length === 0 ? 0 : 1 / Math.min(...found));
        expect(hitsAtK(ranking, relevant, k)).toBe(found.some((rank) => rank <= k) ? 1 : 0);
        expect(relevantAtK(ranking, relevant, k)).toBe(found.filter((rank) => rank <= k).length);
      }),
      { numRuns: 300 },
    );
  });
});
