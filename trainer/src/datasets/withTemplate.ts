import { isRaw, taskTitles, templateFor, variantOf } from '@querent/core/prompting';
import type { Variant } from '@querent/core/prompting';
import { ownTemplates } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';

/**
 * The tasks, of which the one that a wording is for is asked with it instead of its own of that variant.
 * @param wanted id of one of our wordings; `auto` changes nothing
 * @throws CliError (exit code 2) for a wording that is not there, of another variant, or of a published checkpoint, whose prompts are no turns
 */
export function withTemplate(
  tasks: ReadonlyMap<string, Task>,
  variant: Variant,
  wanted: string,
): ReadonlyMap<string, Task> {
  if (wanted === 'auto') return tasks;
  const choice = templateFor({ name: 'a dataset' }, ownTemplates, 'publication', wanted);
  if (choice.kind === 'refused')
    throw badInput(choice.reason.replaceAll('querent.model.template', '--template'));
  const { template } = choice;
  if (isRaw(template))
    throw badInput(
      `The template ${template.id} is one text, and rows of a dataset hold turns. Name one of Querent’s own in --template.`,
    );
  const asked = variantOf(template);
  if (asked !== variant)
    throw badInput(
      `The template ${template.id} asks for ${asked === 'direct' ? 'the answer alone' : 'reasoning'}. Write --variant ${asked}.`,
    );
  const task = tasks.get(choice.task);
  if (task === undefined)
    throw badInput(`The template ${template.id} is for ${taskTitles[choice.task]}, which is no task here.`);
  return new Map(tasks).set(task.id, {
    ...task,
    templates: { ...task.templates, [variant]: template },
    prompt: (input, of, other = of === variant ? template : undefined) => task.prompt(input, of, other),
  });
}
