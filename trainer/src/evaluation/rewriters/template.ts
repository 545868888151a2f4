import { taskMismatch, templateFor, variantOf } from '@querent/core/prompting';
import type { TaskName, Variant } from '@querent/core/prompting';
import { ownTemplates } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import type { OpenedModel } from './textModels.ts';

/**
 * The model with the wording that it is asked with: the one of `--template`, else the one that it was trained with as far as its file or name tells, else
 * the task's own.
 * @throws CliError (exit code 2) for a template that is not there, is not what the model promises, or is for another task or variant
 */
export async function asTrained(
  opened: OpenedModel,
  task: Task,
  variant: Variant,
  wanted: string,
): Promise<OpenedModel> {
  const description = await opened.model.describe();
  const own = { task: task.id as TaskName, template: task.templates[variant] };
  const choice = templateFor(description, [own, ...ownTemplates], own.task, wanted);
  const problem = taskMismatch(description.name, choice, own.task);
  if (problem !== undefined || choice.kind === 'refused')
    throw badInput((problem ?? '').replaceAll('querent.model.template', '--template'));
  const { template } = choice;
  if (template.id === own.template.id) return opened;
  const asked = variantOf(template);
  if (asked !== variant)
    throw badInput(
      `The template ${template.id} asks for ${asked === 'direct' ? 'the answer alone' : 'reasoning'}. Write --variant ${asked}, so that its answers are judged so.`,
    );
  return { ...opened, template };
}
