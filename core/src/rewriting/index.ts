export type * from './proposal.ts';
export { defaultBudget, deterministicRewriter, draftQueries, methodName } from './deterministic/index.ts';
export type { CitationSource } from './deterministic/index.ts';
export { rarestWordsQuery, titleWordsQuery } from './baselines.ts';
export { proposeRewrites } from './pipeline/index.ts';
export type { Linter, RewriteOptions } from './pipeline/index.ts';
export {
  answerSchema,
  buildPrompt,
  directTemplate,
  parseAnswer,
  thinkingTemplate,
} from './publicationSearch/index.ts';
export type { Answer, Prompt, PromptTemplate, Unreadable } from './publicationSearch/index.ts';
