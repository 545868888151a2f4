export type { CitationSource } from './analysis.ts';
export { defaultBudget, methodName } from './drafts.ts';
export { deterministicRewriter, draftQueries } from './rewriter.ts';
export { topicOf, wordsOf } from './topic.ts';
