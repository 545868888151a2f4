export { answerRank, answerSpanHit, hasAnswer } from './answerSpans.ts';
export { averagePrecision, byScore, hitsAtK, ndcg, reciprocalRank, relevantAtK } from './ranking.ts';
export type { Gain, Judgements } from './ranking.ts';
export { fBeta, numberNeededToRead, precision, recall } from './retrieval.ts';
export { cosineSimilarity } from './similarity.ts';
export { matchRows } from './rowMatch.ts';
export type { RowCell, RowMatch, Rows } from './rowMatch.ts';
