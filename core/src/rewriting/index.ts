export type * from './proposal.ts';
export {
  defaultBudget,
  deterministicRewriter,
  draftQueries,
  editQuery,
  estimateWorth,
  methodName,
} from './deterministic/index.ts';
export type { CitationSource, WorthEstimate, WorthEstimator } from './deterministic/index.ts';
export { injectionIn, loopholesOf, termsOf } from './loopholes.ts';
export type { QueryLoophole, QueryLoopholeKind } from './loopholes.ts';
export { rarestWordsQuery, titleWordsQuery } from './baselines.ts';
export { faultsOf, proposeRewrites } from './pipeline/index.ts';
export type { Linter, RewriteOptions } from './pipeline/index.ts';
export {
  buildPrompt,
  buildTermPrompt,
  compactTemplate,
  directTemplate,
  hasQuestion,
  readTerms,
  termTemplate,
  thinkingTemplate,
} from './publicationSearch/index.ts';
export type { PromptOptions, TermRequest } from './publicationSearch/index.ts';
export {
  armsOf,
  completenessInWords,
  completenessOf,
  diagnoseMissedSeeds,
  diagnosisInWords,
  evidenceOf,
  missedSeeds,
} from './evidence/index.ts';
export type {
  Completeness,
  EvidenceOptions,
  MissedSeed,
  SearchArms,
  SeedDiagnosis,
} from './evidence/index.ts';
