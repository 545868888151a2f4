export { answerRank, answerSpanHit, hasAnswer } from './answerSpans.ts';
export { averagePrecision, byScore, hitsAtK, ndcg, reciprocalRank, relevantAtK } from './ranking.ts';
export type { Gain, Judgements } from './ranking.ts';
export { fBeta, numberNeededToRead, precision, recall } from './retrieval.ts';
