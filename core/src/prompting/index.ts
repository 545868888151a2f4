export { answerSchema, parseAnswer } from './answer.ts';
export type { Answer, AnswerKey, Unreadable } from './answer.ts';
export { promptOf, promptPart, promptTemplate, withoutMarkup } from './prompt.ts';
export type { Prompt, PromptTemplate, Variant } from './prompt.ts';
export { queryTemplates } from './queryTemplates.ts';
export { sha256 } from './sha256.ts';
export { readStructure } from './structure.ts';
export type { Structure } from './structure.ts';
