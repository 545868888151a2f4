import { expect, it } from 'vitest';
import { sqlFacts } from '../testing/facts.ts';
import { deepRetrievalBird, deepRetrievalSpider } from './sql.ts';

const nothing = { isCorrect: false, rowRecall: 0, rowPrecision: 0 } as const;

it.each([
  ['right', { isCorrect: true, rowRecall: 1, rowPrecision: 1 }, 1.1, 1.1, 1.1],
  ['ran, half right', {}, 0.4, 0.4, 0],
  ['ran, all wrong', nothing, 0.4, 0.4, 0],
  ['SELECT 1', { ...nothing, loopholes: ['nonsense'] }, 0, 0, 0],
  ['failed', { ...nothing, execution: 'failed' }, 0, 0.2, 0],
  ['wrong syntax', { ...nothing, execution: 'syntax' }, 0, 0, 0],
  ['refused', { ...nothing, execution: 'refused' }, 0, 0, 0],
  ['took too long', { ...nothing, execution: 'timeout' }, 0, 0, 0],
  ['an empty answer', { ...nothing, answer: 'empty', execution: 'none' }, 0, 0, 0],
  ['an answer that cannot be read', { ...nothing, answer: 'unreadable', execution: 'none' }, -2, -2, -2],
  ['a bad form, though right', { isWellFormed: false, isCorrect: true }, -2, -2, -2],
] as const)('%s', (_, facts, bird, birdDirect, spider) => {
  expect(deepRetrievalBird(sqlFacts(facts)).reward).toBe(bird);
  expect(deepRetrievalBird(sqlFacts(facts), { isDirect: true }).reward).toBeCloseTo(birdDirect, 12);
  expect(deepRetrievalSpider(sqlFacts(facts)).reward).toBe(spider);
});
