import { expect, it } from 'vitest';
import { ndcg } from '../../metrics/index.ts';
import { rankedFacts } from '../testing/facts.ts';
import { deepRetrievalNdcg } from './ndcg.ts';

it.each([
  ['the best ranking', { ndcg: 1 }, 1.1],
  ['half of it', { ndcg: 0.5 }, 0.6],
  ['nothing relevant', { ndcg: 0 }, 0],
  ['nothing ranked', { ndcg: undefined }, 0],
  ['words that nothing can be ranked by', { isValid: false }, 0],
  ['an empty answer', { answer: 'empty', isValid: false }, 0],
  ['an answer that cannot be read', { answer: 'unreadable', isValid: false }, -2],
  ['a bad form, though the ranking is the best', { isWellFormed: false, ndcg: 1 }, -2],
] as const)('%s', (_, facts, expected) => {
  expect(deepRetrievalNdcg(rankedFacts(facts)).reward).toBe(expected);
});

it('pays no more for graded judgements whose file is not in order of grade', () => {
  // Theirs takes grades 1, 3 as the ideal order, so the true one would be worth 1.37.
  const best = ndcg(['b', 'a'], new Map([['a', 1], ['b', 3]]), 10); // prettier-ignore
  expect(deepRetrievalNdcg(rankedFacts({ ndcg: best })).reward).toBe(1.1);
});
