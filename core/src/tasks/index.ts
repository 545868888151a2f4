export { rankedBaselines } from './ranked/index.ts';
export type { RankedBaseline, RankedBaselineName } from './ranked/index.ts';
export { builtInTasks } from './registry.ts';
export { failed, figureNames, scoreItem } from './scoring.ts';
export type { ScoreContext, ScoredItem, ScoreItem } from './scoring.ts';
export { schemaBudget, schemaText } from './sql/index.ts';
export { defineTask, need, RowError } from './task.ts';
export type { Judged, Measured, RewardFunction, RunOptions, Scored, Task, TaskDefinition } from './task.ts';
export type {
  Databases,
  Embedder,
  Passages,
  SqlCell,
  SqlOutcome,
  SqlSchema,
  SqlTable,
  World,
} from './world.ts';
