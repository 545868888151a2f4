import { promptTemplate } from '@querent/core/prompting';
import type { PromptTemplate } from '@querent/core/prompting';
import { defineTask } from '@querent/core/tasks';
import type { Task, TaskDefinition } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';

type Kind = 'text' | 'function' | 'object' | 'list of names';
type Fields = Readonly<Record<string, Kind>>;

/** What definitions and ready tasks have in common. */
const COMMON = {
  id: 'text',
  title: 'text',
  ability: 'text',
  answerKey: 'text',
  templates: 'object',
  metricNames: 'list of names',
} as const satisfies Fields;
const DEFINITION: Fields = {
  ...COMMON,
  readInput: 'function',
  readTarget: 'function',
  prompt: 'function',
  run: 'function',
  rewards: 'object',
  metrics: 'function',
  failure: 'function',
} satisfies Record<keyof TaskDefinition<unknown, unknown, unknown>, Kind>;
const TASK: Fields = {
  ...COMMON,
  rewardNames: 'list of names',
  prompt: 'function',
  checkTarget: 'function',
  score: 'function',
  measure: 'function',
} satisfies Record<keyof Task, Kind>;

/** What an id looks like: it stands in file names, on command lines and in rows. */
const ID = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * A task from what a module exports: a definition, which is closed by `defineTask`, or a task that is ready.
 * @param where names the module in messages
 * @throws CliError that lists every field that is missing or of the wrong kind
 */
export function readTask(value: unknown, where: string): Task {
  if (typeof value !== 'object' || value === null)
    throw badInput(
      `${where}: the default export is ${value === null ? 'null' : `of type ${typeof value}`}. Export the definition of a task, or a function that returns it.`,
    );
  const fields = value as Readonly<Record<string, unknown>>;
  const isReady = typeof fields['score'] === 'function';
  const faults = faultsOf(fields, isReady ? TASK : DEFINITION);
  if (faults.length === 0) faults.push(...valueFaults(fields, isReady));
  if (faults.length > 0)
    throw badInput(
      `${where}: the task cannot be used: ${faults.join('; ')}. docs/adding-a-task.md shows a whole one.`,
    );
  return isReady ? (value as Task) : defineTask(value as TaskDefinition<unknown, unknown, unknown>);
}

function faultsOf(fields: Readonly<Record<string, unknown>>, wanted: Fields): string[] {
  const missing = Object.keys(wanted).filter((name) => fields[name] === undefined);
  const wrong = Object.entries(wanted)
    .filter(([name, kind]) => fields[name] !== undefined && !isOf(fields[name], kind))
    .map(([name, kind]) => `${name} must be a ${kind}`.replace('a object', 'an object'));
  return missing.length === 0 ? wrong : [`it lacks ${missing.join(', ')}`, ...wrong];
}

function isOf(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string' && value.trim() !== '';
    case 'list of names':
      return Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '');
    case 'function':
      return typeof value === 'function';
    case 'object':
      return typeof value === 'object' && value !== null;
  }
}

/** Faults of fields that are all there and of the right kind. */
function valueFaults(fields: Readonly<Record<string, unknown>>, isReady: boolean): string[] {
  const { id, answerKey, templates, metricNames } = fields as unknown as Task;
  const faults: string[] = [];
  if (!ID.test(id)) faults.push(`its id “${id}” is not made of lower-case letters, digits and hyphens`);
  if (answerKey !== 'query' && answerKey !== 'sql') faults.push('answerKey is neither "query" nor "sql"');
  for (const variant of ['reasoning', 'direct'] as const)
    faults.push(...templateFaults(templates[variant], `templates.${variant}`));
  if (metricNames.length === 0) faults.push('metricNames is empty: name at least one figure');
  if (new Set(metricNames).size < metricNames.length) faults.push('metricNames names a figure twice');
  const rewards = isReady
    ? (fields['rewardNames'] as readonly string[])
    : Object.keys(fields['rewards'] ?? {});
  if (rewards.length === 0) faults.push('it has no reward: name at least one, the first is the default');
  if (!isReady)
    for (const name of rewards)
      if (typeof (fields['rewards'] as Readonly<Record<string, unknown>>)[name] !== 'function')
        faults.push(`the reward ${name} must be a function`);
  return faults;
}

/** A template's hash is its proof towards models that were trained on it, so it must be that of its words. */
function templateFaults(template: unknown, name: string): readonly string[] {
  if (typeof template !== 'object' || template === null) return [`${name} is missing`];
  const { id, hash, system, instruction } = template as Partial<PromptTemplate>;
  if (typeof id !== 'string' || typeof system !== 'string' || typeof instruction !== 'string')
    return [`${name} lacks id, system or instruction; make it with prompting.promptTemplate()`];
  return promptTemplate(id, system, instruction).hash === hash
    ? []
    : [`the hash of ${name} is not that of its words; make it with prompting.promptTemplate()`];
}
