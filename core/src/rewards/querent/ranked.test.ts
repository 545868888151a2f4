import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankedFacts } from '../testing/facts.ts';
import { querentRanked } from './ranked.ts';

it.each([
  ['rank 1', { rank: 1 }, {}, 1],
  ['rank 20 of 3,000', { rank: 20 }, {}, 1 - Math.log(20) / Math.log(3001)],
  ['the middle of the way, in logarithms', { rank: 10 }, { depth: 99 }, 0.5],
  ['the last rank', { rank: 99 }, { depth: 99 }, 1 - Math.log(99) / Math.log(100)],
  ['beyond what was looked at', { rank: 200 }, { depth: 99 }, 0],
  ['no rank', { rank: undefined }, {}, 0],
  ['NDCG and the rank', { rank: 10, ndcg: 0.4 }, { depth: 99 }, 0.9 * 0.4 + 0.1 * 0.5],
  ['the rank, though there is NDCG', { rank: 10, ndcg: 0.4 }, { depth: 99, by: 'rank' }, 0.5],
  ['the best ranking', { rank: 1, ndcg: 1 }, {}, 1],
  ['NDCG of nothing', { rank: undefined, ndcg: undefined }, { by: 'ndcg' }, 0],
  ['one rank only', { rank: 1 }, { depth: 1 }, 1],
  ['words that nothing can be ranked by', { isValid: false, rank: undefined }, {}, -0.5],
  ['a bad form', { isWellFormed: false, rank: 1 }, {}, 0.85],
  ['the answer in the query', { loopholes: ['knowledge'], rank: 1 }, {}, -0.75],
  ['half way to an endless text', { rank: 1, words: 320 }, {}, (1 - 0.75) / 2],
  ['no answer', { answer: 'unreadable', isValid: false, rank: undefined }, {}, -1],
] as const)('%s', (_, facts, options, expected) => {
  expect(querentRanked(rankedFacts(facts), options).reward).toBeCloseTo(expected, 12);
});

describe('always', () => {
  const rank = fc.integer({ min: 1, max: 2999 });
  const share = fc.double({ min: 0, max: 0.99, noNaN: true });

  it('falls with the rank and grows with NDCG, to the very end', () => {
    fc.assert(
      fc.property(rank, share, (first, ndcg) => {
        const at = (facts: Parameters<typeof rankedFacts>[0]): number =>
          querentRanked(rankedFacts(facts)).reward;
        expect(at({ rank: first })).toBeGreaterThan(at({ rank: first + 1 }));
        expect(at({ rank: first })).toBeGreaterThan(at({ rank: undefined }));
        expect(at({ rank: first, ndcg })).toBeGreaterThan(at({ rank: first + 1, ndcg }));
        expect(at({ rank: first, ndcg: ndcg + 0.01 })).toBeGreaterThan(at({ rank: first, ndcg }));
      }),
    );
  });

  it('has no step where records come into the ranking', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (depth) => {
        const last = querentRanked(rankedFacts({ rank: depth }), { depth }).reward;
        expect(last - querentRanked(rankedFacts({ rank: undefined }), { depth }).reward).toBeLessThan(1.45 / (depth * Math.log(depth + 1))); // prettier-ignore
      }),
    );
  });
});
