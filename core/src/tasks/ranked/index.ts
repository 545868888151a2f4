export { rankedBaselines } from './baselines.ts';
export type { RankedBaseline, RankedBaselineName } from './baselines.ts';
export { rankedFacts } from './facts.ts';
export { judgeQuestion, wordsOf } from './loopholes.ts';
export { rankedFailure } from './outcome.ts';
export type { RankedOutcome } from './outcome.ts';
export { questionPrompt, readQuestion } from './question.ts';
export type { Question } from './question.ts';
export { mostRanks, runRanked } from './run.ts';
