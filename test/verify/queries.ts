import { realStrategies } from '../report/realData.ts';
import type { VerifyData } from './data.ts';
import type { VerifyQuery } from './generate.ts';
import { generateQueries } from './generate.ts';

/** The real PubMed queries, filters and blocks, and `count` generated ones. */
export function allQueries(data: VerifyData, count: number, seed: number): readonly VerifyQuery[] {
  return [...realQueries(), ...generateQueries(data, count, seed)];
}

/** The strategies, filters and blocks that people wrote for PubMed. */
export function realQueries(): readonly VerifyQuery[] {
  return realStrategies()
    .filter(({ platform }) => platform === 'pubmed')
    .map(({ id, query }) => ({ name: id, text: query }));
}
