export { sqlCompletion, sqlOpensByItself } from './complete.ts';
export { describeSqlItem } from './describe.ts';
export type { SqlCompletionItem, SqlCompletionKind, SqlCompletions, SqlSubject } from './item.ts';
