export type { CitationSource } from './analysis.ts';
export { defaultBudget } from './drafts.ts';
export { deterministicRewriter, proposeDrafts } from './rewriter.ts';
export type { Drafts } from './rewriter.ts';
export { topicOf, wordsOf } from './topic.ts';
