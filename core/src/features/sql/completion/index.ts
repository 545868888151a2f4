export { sqlCompletion } from './complete.ts';
export type { SqlCompletionItem, SqlCompletionKind, SqlCompletions } from './item.ts';
