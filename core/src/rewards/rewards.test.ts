import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autoBool,
  deepRetrievalAnswerRank,
  deepRetrievalBird,
  deepRetrievalNdcg,
  deepRetrievalRecall,
  deepRetrievalSpider,
  querentBoolean,
  querentRanked,
  querentSql,
  termLimits,
  wordLimits,
} from './index.ts';
import type { Loophole, Reward } from './index.ts';
import { anyBooleanFacts, anyRankedFacts, anySqlFacts } from './testing/facts.ts';

/** Checks a reward of any facts: its parts, its bounds, and that it is the same for a copy of the facts. */
function holds<F>(facts: fc.Arbitrary<F>, reward: (facts: F) => Reward, low: number, high: number): void {
  fc.assert(
    fc.property(facts, (each) => {
      const paid = reward(each);
      const { format, validity, outcome, cost, penalty } = paid.components;
      expect(Object.is(paid.reward, format + validity + outcome + cost + penalty)).toBe(true);
      expect(paid.reward >= low && paid.reward <= high).toBe(true);
      expect(cost <= 0 && penalty <= 0).toBe(true);
      expect(Object.values(paid.components).some((part) => Object.is(part, -0))).toBe(false);
      expect(reward(structuredClone(each))).toStrictEqual(paid);
    }),
    { numRuns: 300 },
  );
}

describe('the parts of every reward add up to it exactly, within its bounds, and the same facts earn the same bits', () => {
  it.each([
    ['DeepRetrieval, recall', deepRetrievalRecall, -4, 6],
    ['AutoBool', autoBool, -40, 40],
    ['AutoBool, alpha 3', (facts: Parameters<typeof autoBool>[0]) => autoBool(facts, { alpha: 3 }), -40, 40],
    ['Querent, Boolean', querentBoolean, -1, 1],
  ] as const)('%s', (_, reward, low, high) => {
    holds(anyBooleanFacts, reward, low, high);
  });

  it.each([
    ['DeepRetrieval, rank', deepRetrievalAnswerRank, -4, 6],
    ['DeepRetrieval, NDCG', deepRetrievalNdcg, -2, 1.1],
    ['Querent, ranked', querentRanked, -1, 1],
    ['Querent, by rank', (facts: Parameters<typeof querentRanked>[0]) => querentRanked(facts, { by: 'rank' }), -1, 1], // prettier-ignore
  ] as const)('%s', (_, reward, low, high) => {
    holds(anyRankedFacts, reward, low, high);
  });

  it.each([
    ['DeepRetrieval, BIRD', deepRetrievalBird, -2, 1.1],
    ['DeepRetrieval, Spider', deepRetrievalSpider, -2, 1.1],
    ['Querent, SQL', querentSql, -1, 1],
  ] as const)('%s', (_, reward, low, high) => {
    holds(anySqlFacts, reward, low, high);
  });
});

/** Kinds of completions, worst first, as Querent's rewards order them whatever else is true. */
type Kind = 'no query' | 'games' | 'invalid' | 'failed' | 'valid';
const order: readonly Kind[] = ['no query', 'games', 'invalid', 'failed', 'valid'];

interface Told {
  readonly answer: string;
  readonly loopholes: readonly Loophole[];
}

function kindOf(facts: Told, isValid: boolean, isFailed = false): Kind {
  if (facts.answer !== 'read') return 'no query';
  if (facts.loopholes.length > 0) return 'games';
  return isValid ? 'valid' : isFailed ? 'failed' : 'invalid';
}

describe('ours order completions: valid, failed, invalid, gaming, no query', () => {
  const ordered = <F>(
    facts: fc.Arbitrary<F>,
    reward: (facts: F) => Reward,
    kind: (facts: F) => Kind,
  ): void => {
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        const ranks = [kind(a), kind(b)].map((each) => order.indexOf(each)) as [number, number];
        const earned = [reward(a).reward, reward(b).reward] as const;
        if (ranks[0] > ranks[1]) expect(earned[0]).toBeGreaterThan(earned[1]);
        if (ranks[0] < ranks[1]) expect(earned[0]).toBeLessThan(earned[1]);
      }),
      { numRuns: 1000 },
    );
  };

  it('Boolean', () => {
    const short = anyBooleanFacts.map((facts) => ({
      ...facts,
      terms: Math.min(facts.terms, termLimits.free),
    }));
    ordered(short, querentBoolean, (facts) => kindOf(facts, facts.isValid));
  });

  it('ranked', () => {
    const short = anyRankedFacts.map((facts) => ({
      ...facts,
      words: Math.min(facts.words, wordLimits.free),
    }));
    ordered(short, querentRanked, (facts) => kindOf(facts, facts.isValid));
  });

  it('SQL', () => {
    ordered(anySqlFacts, querentSql, (facts) =>
      kindOf(facts, facts.execution === 'ran', ['failed', 'timeout'].includes(facts.execution)),
    );
  });
});
