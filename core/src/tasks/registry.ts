import { publication } from './publication/index.ts';
import type { Task } from './task.ts';

/** The tasks of the house, one folder each. Further ones are loaded from folders that are named (docs/adding-a-task.md). */
export const builtInTasks: ReadonlyMap<string, Task> = new Map<string, Task>(
  ([publication] as readonly Task[]).map((task) => [task.id, task]),
);
