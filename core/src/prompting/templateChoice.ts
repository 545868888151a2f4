import { publishedCheckpoints, publishedTemplates } from './deepRetrieval/index.ts';
import type { PublishedCheckpoint } from './deepRetrieval/index.ts';
import type { RawTemplate, TaskName, Template } from './rawTemplate.ts';

/** Keys of a GGUF's metadata by which our export says what a model was trained on: id and hash of the template, id of the task. */
export const templateKeys = {
  template: 'querent.template',
  hash: 'querent.template.sha256',
  task: 'querent.task',
} as const;

/** What is known of a model before it is asked. */
export interface ModelIdentity {
  /** The name for people, of the file or at the endpoint. */
  readonly name: string;
  /** Of a file: what is made of a checkpoint often keeps the name of its base model inside. */
  readonly path?: string | undefined;
  /** `qwen2`, `llama` */
  readonly architecture?: string | undefined;
  /** Scalar metadata of a GGUF: `general.name`, `general.basename`, the keys of {@link templateKeys}. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** A template of our own and the task that it is for. */
export interface OwnTemplate {
  readonly task: TaskName;
  readonly template: Template;
}

/** With which wording a model is asked. */
export type TemplateChoice =
  | {
      readonly kind: 'template';
      readonly template: Template;
      /** The task that it was trained for, or that the template is for. */
      readonly task: TaskName;
      /** One sentence for people: why this one. */
      readonly why: string;
      /** Whether the model says, or is known, to have been trained with it. */
      readonly isTrained: boolean;
      readonly checkpoint?: PublishedCheckpoint;
    }
  /** It must not be asked with any: it promises a wording that is not the one we have under that name. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Names of tasks for people. */
export const taskTitles: Readonly<Record<TaskName, string>> = {
  publication: 'publication search',
  trials: 'trial search',
  qa: 'question answering',
  ir: 'ranked retrieval',
  sql: 'SQL',
};

/** Tasks of other folders go by their id. */
function titleOf(task: string): string {
  return (taskTitles as Readonly<Record<string, string>>)[task] ?? task;
}

/**
 * Chooses the wording with which a model is asked: the one that is set, else the one that its file promises, else that of a published checkpoint which its name
 * tells, else the first of `own` for the task. A wording that is not, word by word, the one that a file promises is refused.
 * @param wanted id of a template, or `auto`
 * @param own our templates, in the order of preference
 * @param task what it is asked for
 */
export function templateFor(
  model: ModelIdentity,
  own: readonly OwnTemplate[],
  task: TaskName,
  wanted = 'auto',
): TemplateChoice {
  if (wanted !== 'auto' && wanted !== '') return named(wanted, own);
  const { metadata = {} } = model;
  const promised = metadata[templateKeys.template];
  if (typeof promised === 'string' && promised !== '')
    return ofFile(model.name, promised, metadata[templateKeys.hash], own);
  const checkpoint = checkpointOf(model);
  if (checkpoint !== undefined) {
    const template = fitting(checkpoint, model.architecture);
    if (template !== undefined)
      return {
        kind: 'template',
        template,
        task: template.task,
        why: `${model.name} is named like ${checkpoint.repository}, which was trained with ${template.id}.`,
        isTrained: true,
        checkpoint,
      };
  }
  const ours = own.find((each) => each.task === task) ?? own[0];
  return ours === undefined
    ? { kind: 'refused', reason: `There is no prompt for ${titleOf(task)}.` }
    : {
        kind: 'template',
        template: ours.template,
        task: ours.task,
        why: `${model.name} does not say what it was trained on, so it is asked with Querent’s own prompt.`,
        isTrained: false,
      };
}

/**
 * Why a model of this choice should not be asked for `task`, in one sentence with the way out; undefined when it fits. Publication search and trial search
 * are different tasks: their queries have different syntax.
 */
export function taskMismatch(name: string, choice: TemplateChoice, task: TaskName): string | undefined {
  if (choice.kind === 'refused') return choice.reason;
  if (choice.task === task) return undefined;
  const { template } = choice;
  return choice.isTrained
    ? `${name} was trained for ${titleOf(choice.task)} (template ${template.id}), not for ${titleOf(task)}. Choose another model, or a template for ` +
        `${titleOf(task)} in querent.model.template.`
    : `The template ${template.id} is for ${titleOf(choice.task)}, not for ${titleOf(task)}. Choose another in querent.model.template, or auto.`;
}

/** The published checkpoint that a model is by its names; undefined when it is none of them. */
export function checkpointOf(model: ModelIdentity): PublishedCheckpoint | undefined {
  const { name, path, metadata = {} } = model;
  const names = [name, path?.split(/[\\/]/u).at(-1), metadata['general.name'], metadata['general.basename']]
    .filter((each) => typeof each === 'string')
    .map(bare);
  // The longer name first: PubMed-3B-Llama begins like PubMed-3B.
  return [...publishedCheckpoints]
    .sort((a, b) => b.name.length - a.name.length)
    .find((checkpoint) => names.some((each) => each.includes(bare(checkpoint.name))));
}

function fitting(checkpoint: PublishedCheckpoint, architecture: string | undefined): RawTemplate | undefined {
  const ids = [checkpoint.template, ...checkpoint.alternatives];
  const other =
    architecture === undefined || architecture === checkpoint.architecture
      ? undefined
      : ids.find((id) => id.endsWith(`-${architecture.replace(/\d+$/u, '')}`));
  return publishedTemplates.get(other ?? checkpoint.template);
}

function named(id: string, own: readonly OwnTemplate[]): TemplateChoice {
  const found = byId(id, own);
  return found === undefined
    ? {
        kind: 'refused',
        reason: `There is no prompt template ${quoted(id)}. Write auto in querent.model.template, or one of ${knownIds(own).join(', ')}.`,
      }
    : { kind: 'template', ...found, why: `${found.template.id} is set.`, isTrained: false };
}

function ofFile(name: string, id: string, hash: unknown, own: readonly OwnTemplate[]): TemplateChoice {
  const found = byId(id, own);
  if (found === undefined)
    return {
      kind: 'refused',
      reason:
        `${name} was trained with the prompt template ${quoted(id)}, which this version of Querent does not have. Update Querent, or choose a template in ` +
        'querent.model.template to ask it otherwise.',
    };
  if (typeof hash === 'string' && hash !== '' && hash.toLowerCase() !== found.template.hash)
    return {
      kind: 'refused',
      reason:
        `${name} was trained with another wording of the prompt template ${found.template.id} (SHA-256 ${quoted(hash.slice(0, 12))}) than this version of Querent has ` +
        `(${found.template.hash.slice(0, 12)}). Use the version that it was trained with, or choose a template in querent.model.template to ask it otherwise.`,
    };
  return { kind: 'template', ...found, why: `${name} says that it was trained with ${id}.`, isTrained: true };
}

function byId(id: string, own: readonly OwnTemplate[]): OwnTemplate | undefined {
  const ours = own.find(({ template }) => template.id === id);
  if (ours !== undefined) return ours;
  const published = publishedTemplates.get(id);
  return published === undefined ? undefined : { task: published.task, template: published };
}

function knownIds(own: readonly OwnTemplate[]): readonly string[] {
  return [...own.map(({ template }) => template.id), ...publishedTemplates.keys()];
}

/** What a file says goes into messages in short, without what could break a line. */
function quoted(text: string): string {
  return `"${text.slice(0, 60).replace(/[^\x20-\x7e]/gu, '?')}"`;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/gu, '');
}
