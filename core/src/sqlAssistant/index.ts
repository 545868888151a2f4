export { baselineSql } from './baseline/baseline.ts';
export { valueLookup } from './baseline/valueLookup.ts';
export { explainStatement } from './explain/explain.ts';
export type { SqlExplanation } from './explain/explain.ts';
export { sqlPrompt } from './prompt/prompt.ts';
export type { SqlPromptInput } from './prompt/prompt.ts';
export { sampleLines } from './prompt/samples.ts';
export { sqlTemplates } from './prompt/template.ts';
export { questionAt, questionsOf } from './questions.ts';
export type { DocumentQuestion } from './questions.ts';
export { mendSql } from './proposing/mend.ts';
export type { SqlDoubt, SqlMended, SqlMending } from './proposing/mend.ts';
export { methodWriter } from './proposing/method.ts';
export { proposeSql } from './proposing/propose.ts';
export type {
  ProposingOptions,
  SqlAsked,
  SqlCandidate,
  SqlFailed,
  SqlProposals,
  SqlSource,
  SqlTrial,
  SqlWriter,
  SqlWritten,
} from './proposing/types.ts';
