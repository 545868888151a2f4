import type { OwnTemplate, TaskName } from '../prompting/index.ts';
import { compactTemplate } from '../rewriting/index.ts';
import { ir } from './ir/index.ts';
import { publication } from './publication/index.ts';
import { qa } from './qa/index.ts';
import { sql } from './sql/index.ts';
import type { Task } from './task.ts';
import { trials } from './trials/index.ts';

/** The tasks of the house, one folder each. Further ones are loaded from folders that are named (docs/adding-a-task.md). */
export const builtInTasks: ReadonlyMap<string, Task> = new Map<string, Task>(
  ([publication, trials, qa, ir, sql] as readonly Task[]).map((task) => [task.id, task]),
);

/**
 * The wordings of the tasks of the house, each task's with reasoning first, then those that a task has beside its two: what a model may say that it was
 * trained with.
 */
export const ownTemplates: readonly OwnTemplate[] = [
  ...[...builtInTasks.values()].flatMap(({ id, templates }) =>
    [templates.reasoning, templates.direct].map((template) => ({ task: id as TaskName, template })),
  ),
  { task: 'publication', template: compactTemplate },
];
