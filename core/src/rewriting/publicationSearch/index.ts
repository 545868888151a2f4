export { buildPrompt, hasQuestion } from './prompt.ts';
export type { PromptOptions } from './prompt.ts';
export { compactTemplate, directTemplate, thinkingTemplate } from './template.ts';
export { buildTermPrompt, readTerms, termTemplate } from './terms.ts';
export type { TermRequest } from './terms.ts';
