export type { CitationSource } from './analysis.ts';
export { defaultBudget, draftQueries, methodName } from './drafts.ts';
export type { DraftOptions } from './drafts.ts';
export { topicOf, wordsOf } from './topic.ts';
