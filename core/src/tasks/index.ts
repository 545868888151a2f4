export { rankedBaselines } from './ranked/index.ts';
export type { RankedBaseline, RankedBaselineName } from './ranked/index.ts';
export { runBoolean } from './boolean/index.ts';
export { readPubMedQuery } from './publication/readQuery.ts';
export { translateExpression } from './trials/translate.ts';
export { builtInTasks, ownTemplates } from './registry.ts';
export { idOf, listOf, neededTextIn, objectOf, relevantIds, textIn } from './rows.ts';
export { failed, figureNames, scoreItem } from './scoring.ts';
export type { ScoreContext, ScoredItem, ScoreItem } from './scoring.ts';
export { baselineSql, schemaText } from './sql/index.ts';
export { defineTask, need, RowError } from './task.ts';
export { queryTemplates } from '../prompting/index.ts';
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
