import { expect, it } from 'vitest';
import { booleanFacts } from '../testing/facts.ts';
import { deepRetrievalRecall } from './recall.ts';

it.each([
  ['all', 20, 6],
  ['0.7', 14, 6],
  ['0.65', 13, 5],
  ['0.5', 10, 5],
  ['0.45', 9, 4],
  ['0.4', 8, 4],
  ['0.35', 7, 2],
  ['0.3', 6, 2],
  ['0.25', 5, 1.5],
  ['0.1', 2, 1.5],
  ['0.05', 1, 1.1],
  ['none', 0, -2.5],
])('recall of %s', (_, found, expected) => {
  const { reward, components } = deepRetrievalRecall(booleanFacts({ found }));
  expect(reward).toBe(expected);
  const outcome = expect.closeTo(expected - 1, 12) as number;
  expect(components).toEqual({ format: 1, validity: 0, outcome, cost: 0, penalty: 0 });
});

it.each([
  ['less than one in twenty', { found: 1, relevant: 21 }, -2.5],
  ['one relevant record, found', { found: 1, relevant: 1 }, 6],
  ['one relevant record, missed', { found: 0, relevant: 1 }, -2.5],
  ['one of four', { found: 1, relevant: 4 }, 1.5],
  ['a query that cannot be asked', { isValid: false, found: 0, records: 0 }, -3],
  ['an answer that cannot be read', { answer: 'unreadable', isValid: false, found: 0 }, -3],
  ['an empty answer', { answer: 'empty', isValid: false, found: 0 }, -3],
  ['a bad form, though all is found', { isWellFormed: false, found: 20 }, -4],
] as const)('%s', (_, facts, expected) => {
  expect(deepRetrievalRecall(booleanFacts(facts)).reward).toBe(expected);
});
