export type * from './proposal.ts';
export { defaultBudget, draftQueries, methodName } from './deterministic/index.ts';
export type { CitationSource, DraftOptions } from './deterministic/index.ts';
export { rarestWordsQuery, titleWordsQuery } from './baselines.ts';
