import fc from 'fast-check';
import type { BooleanFacts, Loophole, RankedFacts, SqlFacts } from '../facts.ts';

/** A good completion that found twelve of twenty relevant records among 400. */
export function booleanFacts(facts: Partial<BooleanFacts> = {}): BooleanFacts {
  const base = { isWellFormed: true, answer: 'read', loopholes: [], isValid: true } as const;
  return { ...base, relevant: 20, found: 12, records: 400, terms: 12, budget: 1500, ...facts };
}

/** A good completion whose first relevant record has rank 20. */
export function rankedFacts(facts: Partial<RankedFacts> = {}): RankedFacts {
  const base = { isWellFormed: true, answer: 'read', loopholes: [], isValid: true } as const;
  return { ...base, rank: 20, ndcg: undefined, words: 9, ...facts };
}

/** A good completion with a statement that gave half of the rows, and as many others. */
export function sqlFacts(facts: Partial<SqlFacts> = {}): SqlFacts {
  const base = { isWellFormed: true, answer: 'read', loopholes: [], execution: 'ran' } as const;
  return { ...base, isCorrect: false, rowRecall: 0.5, rowPrecision: 0.5, ...facts };
}

const loopholes = fc.uniqueArray(fc.constantFrom<Loophole>('injection', 'knowledge', 'endless', 'nonsense'), {
  maxLength: 2,
});
const completion = {
  isWellFormed: fc.boolean(),
  answer: fc.constantFrom('read' as const, 'read' as const, 'empty' as const, 'unreadable' as const),
  loopholes,
};

/** Facts that can be true together. */
export const anyBooleanFacts: fc.Arbitrary<BooleanFacts> = fc
  .record({
    ...completion,
    isValid: fc.boolean(),
    relevant: fc.integer({ min: 1, max: 1000 }),
    found: fc.nat(1000),
    records: fc.oneof(fc.nat(3000), fc.nat(40_000_000)),
    terms: fc.nat(700),
    budget: fc.integer({ min: 1, max: 20_000 }),
  })
  .map((facts) => {
    const isAsked = facts.answer === 'read' && facts.isValid;
    const found = isAsked ? Math.min(facts.found, facts.relevant) : 0;
    const records = isAsked ? Math.max(found, facts.records) : 0;
    const terms = facts.answer === 'read' ? facts.terms : 0;
    return { ...facts, isValid: isAsked, found, records, terms };
  });

/** Facts that can be true together. */
export const anyRankedFacts: fc.Arbitrary<RankedFacts> = fc
  .record({
    ...completion,
    isValid: fc.boolean(),
    rank: fc.option(fc.integer({ min: 1, max: 3000 }), { nil: undefined }),
    ndcg: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    words: fc.nat(700),
  })
  .map((facts) => {
    const isAsked = facts.answer === 'read' && facts.isValid;
    return isAsked ? facts : { ...facts, isValid: false, rank: undefined, ndcg: undefined };
  });

/** Facts that can be true together. */
export const anySqlFacts: fc.Arbitrary<SqlFacts> = fc
  .record({
    ...completion,
    execution: fc.constantFrom('syntax', 'refused', 'failed', 'timeout', 'ran', 'ran', 'ran'),
    isCorrect: fc.boolean(),
    rowRecall: fc.double({ min: 0, max: 1, noNaN: true }),
    rowPrecision: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map((facts) => {
    if (facts.answer !== 'read')
      return { ...facts, execution: 'none', isCorrect: false, rowRecall: 0, rowPrecision: 0 };
    return facts.execution === 'ran' && facts.isCorrect
      ? { ...facts, rowRecall: 1, rowPrecision: 1 }
      : facts.execution === 'ran'
        ? facts
        : { ...facts, isCorrect: false, rowRecall: 0, rowPrecision: 0 };
  });
