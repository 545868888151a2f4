export { booleanTask } from './booleanTask.ts';
export type { BooleanOutcome } from './outcome.ts';
export { runBoolean } from './run.ts';
export type { ReadQuery } from './run.ts';
export type { BooleanTarget } from './target.ts';
export type { Topic } from './topic.ts';
