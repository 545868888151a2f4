import { expect, it } from 'vitest';
import { rankedFacts } from '../testing/facts.ts';
import { deepRetrievalAnswerRank } from './answerRank.ts';

it.each([
  [1, 6],
  [5, 6],
  [6, 5],
  [20, 5],
  [21, 3],
  [50, 3],
  [51, 2],
  [100, 2],
  [101, 1.5],
  [1000, 1.5],
  [1001, 1.1],
  [3000, 1.1],
  [3001, -2.5],
  [undefined, -2.5],
])('rank %s', (rank, expected) => {
  expect(deepRetrievalAnswerRank(rankedFacts({ rank })).reward).toBe(expected);
  const squad = rank === undefined || rank > 3000 ? -1.5 : expected;
  expect(deepRetrievalAnswerRank(rankedFacts({ rank }), { ladder: 'squad' }).reward).toBe(squad);
});

it.each([
  ['words that nothing can be ranked by', { isValid: false, rank: undefined }, -3, -2],
  ['an answer that cannot be read', { answer: 'unreadable', isValid: false, rank: undefined }, -3, -2],
  ['a bad form, though the answer is first', { isWellFormed: false, rank: 1 }, -4, -4],
] as const)('%s', (_, facts, nq, squad) => {
  expect(deepRetrievalAnswerRank(rankedFacts(facts)).reward).toBe(nq);
  expect(deepRetrievalAnswerRank(rankedFacts(facts), { ladder: 'squad' }).reward).toBe(squad);
});
