export { completion } from './complete.ts';
export { describeSubject } from './documentation.ts';
export type { CompletionKind, CompletionSubject } from './item.ts';
