import { basename } from 'node:path';
import { isRaw, taskMismatch, templateFor } from '@querent/core/prompting';
import type { TaskName, Template } from '@querent/core/prompting';
import { ownTemplates } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import type { Plan } from '../plan/index.ts';

/**
 * The wording that a plan trains on: the one that it names, else that of the published checkpoint which it starts from, else the task's own.
 * @throws CliError (exit code 2) for one that is not there or is for another task or variant
 */
export function trainedTemplate({ template: wanted, variant, model }: Plan, task: Task): Template {
  const own = { task: task.id as TaskName, template: task.templates[variant] };
  const path = model.path?.replace(/^hf:/u, '');
  const name = path === undefined ? 'a model with random weights' : basename(path);
  const choice = templateFor(
    path === undefined ? { name } : { name, path },
    [own, ...ownTemplates],
    own.task,
    wanted,
  );
  const problem = taskMismatch(name, choice, own.task);
  if (problem !== undefined || choice.kind === 'refused')
    throw badInput(`template: ${(problem ?? '').replaceAll('querent.model.template', 'the plan')}`);
  if (isRaw(choice.template) && choice.template.variant !== variant)
    throw badInput(
      `template: ${choice.template.id} asks in the variant ${choice.template.variant}. Write variant: ${choice.template.variant} in the plan.`,
    );
  return choice.template;
}
