import type { Task } from '@querent/core/tasks';
import { builtInTasks } from '@querent/core/tasks';
import type { Finding } from '../problem.ts';
import type { Plan } from '../schema.ts';
import { dataRules } from './data.ts';
import { modelRules, stageRules } from './model.ts';
import { releaseRules } from './release.ts';
import { taskRules } from './task.ts';
import { ppoRules, sftRules } from './training.ts';
import { verlRules } from './verl.ts';

/** What of a task a plan is checked against. */
export type TaskFacts = Pick<Task, 'id' | 'templates' | 'rewardNames'>;

/** What the values of a plan say together, as far as it can be judged without looking at the machine or at a file. */
export function rulesOf(
  plan: Plan,
  tasks: ReadonlyMap<string, TaskFacts> = builtInTasks,
): readonly Finding[] {
  return [
    ...stageRules(plan),
    ...modelRules(plan),
    ...taskRules(plan, tasks),
    ...dataRules(plan),
    ...sftRules(plan),
    ...ppoRules(plan),
    ...verlRules(plan),
    ...releaseRules(plan),
  ];
}
