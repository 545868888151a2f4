export type { CitationSource } from './analysis.ts';
export { defaultBudget, methodName } from './drafts.ts';
export { estimateWorth } from './estimate.ts';
export type { WorthEstimate, WorthEstimator } from './estimate.ts';
export { deterministicRewriter, draftQueries, editQuery, isIndexed } from './rewriter.ts';
export { topicOf, wordsOf } from './topic.ts';
