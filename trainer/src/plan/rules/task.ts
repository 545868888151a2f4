import { isRaw, publishedTemplates } from '@querent/core/prompting';
import { ownTemplates } from '@querent/core/tasks';
import { nearest } from '../issues.ts';
import type { Finding } from '../problem.ts';
import type { Plan } from '../schema.ts';
import { error, warning } from './finding.ts';
import type { TaskFacts } from './index.ts';

/** Task, reward and wording belong together. */
export function taskRules(plan: Plan, tasks: ReadonlyMap<string, TaskFacts>): readonly Finding[] {
  const found: Finding[] = [];
  const task = tasks.get(plan.task);
  if (task === undefined) {
    if (plan.taskFolders.length > 0) return [];
    const near = nearest(plan.task, [...tasks.keys()]);
    found.push(
      error(
        'task',
        `there is no task “${plan.task}”. ${near === undefined ? `There are ${[...tasks.keys()].join(', ')}; others need taskFolders.` : `Did you mean ${near}?`}`,
      ),
    );
  } else {
    const reward = plan.ppo?.reward.name ?? null;
    if (reward !== null && !task.rewardNames.includes(reward)) {
      const near = nearest(reward, task.rewardNames);
      found.push(
        error(
          'ppo.reward.name',
          `the task ${task.id} has no reward “${reward}”. ${near === undefined ? `It has ${task.rewardNames.join(', ')}.` : `Did you mean ${near}?`}`,
        ),
      );
    }
  }
  if (plan.template !== 'auto') found.push(...templateRules(plan, tasks));
  return found;
}

function templateRules(plan: Plan, tasks: ReadonlyMap<string, TaskFacts>): readonly Finding[] {
  const own = [...tasks.values()].flatMap(({ id, templates }) =>
    (['reasoning', 'direct'] as const).map((variant) => ({
      task: id,
      variant,
      template: templates[variant],
    })),
  );
  const published = [...publishedTemplates.values()].map((template) => ({
    task: template.task,
    variant: template.variant,
    template: template,
  }));
  // Wordings beside the two of a task, such as that for small models, are judged as the plan's variant says.
  const others = ownTemplates
    .filter(({ template }) => !own.some((each) => each.template.id === template.id))
    .map(({ task, template }) => ({ task, variant: plan.variant, template }));
  const all = [...own, ...others, ...published];
  const named = all.find(({ template }) => template.id === plan.template);
  if (named === undefined) {
    const ids = all.map(({ template }) => template.id);
    const near = nearest(plan.template, ids);
    const fitting = all.filter(({ task }) => task === plan.task).map(({ template }) => template.id);
    return [
      error(
        'template',
        `there is no prompt template “${plan.template}”. ${near === undefined ? `For ${plan.task} there are ${fitting.join(', ')}, or auto.` : `Did you mean ${near}?`}`,
      ),
    ];
  }
  const found: Finding[] = [];
  if (named.task !== plan.task)
    found.push(
      error(
        'template',
        `${plan.template} is for the task ${named.task}, not for ${plan.task}. Change one of them, or take auto.`,
      ),
    );
  if (named.variant !== plan.variant)
    found.push(
      error(
        'template',
        `${plan.template} asks in the variant ${named.variant}, the plan says ${plan.variant}. Write variant: ${named.variant}.`,
      ),
    );
  if (isRaw(named.template) && plan.sft !== null && plan.sft.pairs.from !== 'file')
    found.push(
      warning(
        'template',
        `${plan.template} is the wording of a published checkpoint; pairs of the deterministic rewriter teach it another style of query.`,
      ),
    );
  return found;
}
