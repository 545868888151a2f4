export { answerSchema, parseAnswer } from './answer.ts';
export type { Answer, Unreadable } from './answer.ts';
export { buildPrompt } from './prompt.ts';
export type { Prompt } from './prompt.ts';
export { directTemplate, thinkingTemplate } from './template.ts';
export type { PromptTemplate } from './template.ts';
