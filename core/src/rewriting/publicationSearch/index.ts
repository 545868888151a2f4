export { buildPrompt } from './prompt.ts';
export { directTemplate, thinkingTemplate } from './template.ts';
