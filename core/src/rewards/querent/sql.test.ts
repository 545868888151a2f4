import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlFacts } from '../testing/facts.ts';
import { querentSql } from './sql.ts';

const nothing = { isCorrect: false, rowRecall: 0, rowPrecision: 0 } as const;

it.each([
  ['right', { isCorrect: true, rowRecall: 1, rowPrecision: 1 }, 1],
  ['all rows right, in the wrong order', { rowRecall: 1, rowPrecision: 1 }, 0.4],
  ['half of the rows and as many others', {}, 0.2],
  // F1 = 2·0.01 / 1.01
  ['the whole table', { rowRecall: 1, rowPrecision: 0.01 }, (0.4 * 0.02) / 1.01],
  ['ran, all wrong', nothing, 0],
  ['failed', { ...nothing, execution: 'failed' }, -0.3],
  ['took too long', { ...nothing, execution: 'timeout' }, -0.3],
  ['wrong syntax', { ...nothing, execution: 'syntax' }, -0.5],
  ['refused', { ...nothing, execution: 'refused' }, -0.5],
  ['SELECT 1', { ...nothing, loopholes: ['nonsense'] }, -0.75],
  ['a constant that is right', { isCorrect: true, rowRecall: 1, rowPrecision: 1, loopholes: ['nonsense'] }, -0.75], // prettier-ignore
  ['a bad form, though right', { isCorrect: true, isWellFormed: false }, 0.85],
  ['no answer', { ...nothing, answer: 'unreadable', execution: 'none' }, -1],
] as const)('%s', (_, facts, expected) => {
  expect(querentSql(sqlFacts(facts)).reward).toBeCloseTo(expected, 12);
});

describe('always', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('right is far above partly right, which grows with the rows that are right', () => {
    fc.assert(
      fc.property(share, share, share, (rowRecall, rowPrecision, better) => {
        const reward = (facts: Parameters<typeof sqlFacts>[0]): number => querentSql(sqlFacts(facts)).reward;
        const partly = reward({ rowRecall, rowPrecision });
        expect(reward({ isCorrect: true }) - partly).toBeGreaterThanOrEqual(0.6);
        expect(reward({ rowRecall: Math.max(rowRecall, better), rowPrecision })).toBeGreaterThanOrEqual(partly - 1e-12); // prettier-ignore
        expect(reward({ rowRecall, rowPrecision: Math.max(rowPrecision, better) })).toBeGreaterThanOrEqual(partly - 1e-12); // prettier-ignore
        expect(partly - reward({ ...nothing, execution: 'failed' })).toBeGreaterThanOrEqual(0.3);
      }),
    );
  });
});
