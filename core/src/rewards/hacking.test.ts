import { describe, expect, it } from 'vitest';
import type { BooleanFacts, RankedFacts, SqlFacts } from './index.ts';
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
} from './index.ts';
import { booleanFacts, rankedFacts, sqlFacts } from './testing/facts.ts';

/**
 * What completions that game the measure earn, beside an honest one. The published rewards are held to what they pay too, since whoever
 * chooses one should see it. Under ours no trick pays: the last test of each group.
 */
const earned = (reward: { readonly reward: number }): number => Math.round(reward.reward * 1000) / 1000;

describe('Boolean search: honest work finds 12 of 20 in 400 records', () => {
  const none = { isValid: false, found: 0, records: 0 } as const;
  const tricks: readonly [
    name: string,
    facts: Partial<BooleanFacts>,
    deepRetrieval: number,
    autoBool: number,
    ours: number,
  ][] = [
    ['honest', {}, 5, 27.802, 0.586],
    ['parameters of the request in the query', { loopholes: ['injection'], found: 20, records: 30_000 }, 6, 30.14, -0.75], // prettier-ignore
    ['the same, refused by the parser', { loopholes: ['injection'], ...none }, -3, -20, -0.75],
    ['record numbers from memory', { loopholes: ['knowledge'], found: 20, records: 20 }, 6, 40, -0.75],
    [
      'an author who wrote half of them',
      { loopholes: ['knowledge'], found: 14, records: 60 },
      6,
      31.841,
      -0.75,
    ],
    ['a list of a thousand terms', { loopholes: ['endless'], terms: 1000, found: 20, records: 90_000 }, 6, 30.048, -0.75], // prettier-ignore
    ['a list of 450 terms that nobody flags', { terms: 450, found: 20, records: 3000 }, 6, 31.107, -0.632],
    ['one letter with an asterisk, or all[sb]', { loopholes: ['nonsense'], terms: 1, found: 20, records: 38_000_000 }, 6, 30, -0.75], // prettier-ignore
    ['everything, and nobody flags it', { terms: 1, found: 20, records: 38_000_000 }, 6, 30, 0.105],
    ['one common word', { terms: 1, found: 19, records: 400_000 }, 6, 29.51, 0.142],
    ['brackets that mapping would rescue', none, -3, -20, -0.5],
    ['a query that finds one sure record', { found: 1, records: 1 }, 1.1, 21, 0.055],
    ['a query that finds nothing at all', { found: 0, records: 0 }, -2.5, 0, 0.005],
    ['a second answer to choose from', { isWellFormed: false }, -4, 7.802, 0.436],
    ['an empty answer in good form', { answer: 'empty', terms: 0, ...none }, -3, -40, -1],
    ['no answer', { answer: 'unreadable', isWellFormed: false, terms: 0, ...none }, -4, -40, -1],
  ];

  it.each(tricks)('%s', (_, facts, deepRetrieval, autoBoolPays, ours) => {
    const all = booleanFacts(facts);
    expect([deepRetrievalRecall(all), autoBool(all), querentBoolean(all)].map(earned)).toEqual([
      deepRetrieval,
      autoBoolPays,
      ours,
    ]);
  });

  it('no trick earns as much as honest work under ours, though most do under those', () => {
    const [[, , theirs, other, honest] = ['', {}, NaN, NaN, NaN], ...rest] = tricks;
    for (const [, , , , ours] of rest) expect(ours).toBeLessThan(honest);
    expect(rest.filter(([, , pays]) => pays >= theirs)).toHaveLength(8);
    expect(rest.filter(([, , , pays]) => pays >= other)).toHaveLength(8);
  });
});

describe('ranked search: honest work brings the first answer to rank 20, with an NDCG of 0.2', () => {
  const none = { isValid: false, rank: undefined, ndcg: undefined } as const;
  const tricks: readonly [
    name: string,
    facts: Partial<RankedFacts>,
    rank: number,
    ndcg: number,
    ours: number,
  ][] = [
    ['honest', { ndcg: 0.2 }, 5, 0.3, 0.243],
    ['the answer from memory in the query', { loopholes: ['knowledge'], rank: 1, ndcg: 1 }, 6, 1.1, -0.75],
    ['parameters of the request in the query', { loopholes: ['injection'], rank: 1, ndcg: 1 }, 6, 1.1, -0.75],
    ['an essay of 500 words that nobody flags', { words: 500, rank: 1, ndcg: 0.9 }, 6, 1, -0.698],
    ['one word again and again', { loopholes: ['endless'], words: 400, rank: 3, ndcg: 0.5 }, 6, 0.6, -0.75],
    ['signs without a word', { loopholes: ['nonsense'], ...none }, -3, 0, -0.75],
    ['no word that can be ranked by', none, -3, 0, -0.5],
    ['a second answer to choose from', { isWellFormed: false, ndcg: 0.2 }, -4, -2, 0.093],
    ['no answer', { answer: 'unreadable', isWellFormed: false, words: 0, ...none }, -4, -2, -1],
  ];

  it.each(tricks)('%s', (_, facts, rank, ndcg, ours) => {
    const all = rankedFacts(facts);
    const paid = [deepRetrievalAnswerRank(all), deepRetrievalNdcg(all), querentRanked(all)];
    expect(paid.map(earned)).toEqual([rank, ndcg, ours]);
  });

  it('no trick earns as much as honest work under ours, though some do under those', () => {
    const [honest, ...rest] = tricks;
    for (const [, , , , ours] of rest) expect(ours).toBeLessThan(honest?.[4] ?? NaN);
    expect(rest.filter(([, , rank]) => rank >= 5)).toHaveLength(4);
    expect(rest.filter(([, , , ndcg]) => ndcg >= 0.3)).toHaveLength(4);
  });
});

describe('SQL: honest work gives half of the rows, and as many others', () => {
  const none = { isCorrect: false, rowRecall: 0, rowPrecision: 0 } as const;
  const right = { isCorrect: true, rowRecall: 1, rowPrecision: 1 } as const;
  const tricks: readonly [
    name: string,
    facts: Partial<SqlFacts>,
    bird: number,
    spider: number,
    ours: number,
  ][] = [
    ['honest', {}, 0.4, 0, 0.2],
    ['SELECT 1', { loopholes: ['nonsense'], ...none }, 0, 0, -0.75],
    ['SELECT 42, where the answer is 42', { loopholes: ['nonsense'], ...right }, 1.1, 1.1, -0.75],
    ['the whole table', { rowRecall: 1, rowPrecision: 0.01 }, 0.4, 0, 0.008],
    ['every row with every other', { rowRecall: 1, rowPrecision: 0.00001 }, 0.4, 0, 0],
    ['a row that is surely there', { rowRecall: 0.01, rowPrecision: 1 }, 0.4, 0, 0.008],
    ['another question of the same database', none, 0.4, 0, 0],
    ['a loop that takes too long', { execution: 'timeout', ...none }, 0, 0, -0.3],
    ['DROP TABLE', { execution: 'refused', ...none }, 0, 0, -0.5],
    ['DROP TABLE, and flagged', { execution: 'refused', loopholes: ['injection'], ...none }, 0, 0, -0.75],
    ['a column that is not there', { execution: 'failed', ...none }, 0, 0, -0.3],
    ['no SQL', { execution: 'syntax', ...none }, 0, 0, -0.5],
    ['an empty answer in good form', { answer: 'empty', execution: 'none', ...none }, 0, 0, -1],
    ['no answer', { answer: 'unreadable', isWellFormed: false, execution: 'none', ...none }, -2, -2, -1],
  ];

  it.each(tricks)('%s', (_, facts, bird, spider, ours) => {
    const all = sqlFacts(facts);
    const paid = [deepRetrievalBird(all), deepRetrievalSpider(all), querentSql(all)];
    expect(paid.map(earned)).toEqual([bird, spider, ours]);
  });

  it('no trick earns as much as honest work under ours, nor more than what fails when it is nonsense', () => {
    const [honest, ...rest] = tricks;
    for (const [, , , , ours] of rest) expect(ours).toBeLessThan(honest?.[4] ?? NaN);
    const failing = querentSql(sqlFacts({ execution: 'syntax', isWellFormed: false, ...none })).reward;
    for (const facts of [none, right])
      expect(querentSql(sqlFacts({ loopholes: ['nonsense'], ...facts })).reward).toBeLessThan(failing);
  });
});
