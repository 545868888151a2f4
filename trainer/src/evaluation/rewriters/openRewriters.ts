import type { LocalEngine } from '@querent/core/connectors';
import type { ProposalForm } from '@querent/core/rewriting';
import type { SearchEngine } from '@querent/core/search';
import type { Task, World } from '@querent/core/tasks';
import type { OpenedDatabases } from '@querent/server/databases';
import { badInput } from '@querent/server/terminal';
import type { EvaluationItem } from '../items/item.ts';
import { combinedRewriter } from './combined.ts';
import { methodRewriter } from './deterministic.ts';
import type { MethodSettings } from './deterministic.ts';
import { modelRewriter } from './model.ts';
import type { SamplingSettings } from './model.ts';
import { originalRewriter } from './original.ts';
import { rarestRewriter } from './rarest.ts';
import { rankedRewriter } from './ranked.ts';
import type { BaselineWorld } from './ranked.ts';
import { recordedRewriter } from './recorded/recorded.ts';
import type { Attempt, EvaluatedRewriter } from './rewriter.ts';
import { sqlRewriter } from './sql.ts';
import { asTrained } from './template.ts';
import { openTextModel } from './textModels.ts';
import type { OpenedModel } from './textModels.ts';
import { asTrialExpression } from './trialExpression.ts';

/** What rewriters are opened with. */
export interface RewriterContext {
  readonly task: Task;
  readonly world: World & { readonly databases?: OpenedDatabases };
  /** The library of `world`, where rewriters look words up; undefined where only live services are asked. */
  readonly library: LocalEngine | undefined;
  readonly items: readonly EvaluationItem[];
  readonly form: ProposalForm;
  readonly budget: number;
  readonly sampling: Omit<SamplingSettings, 'isHeldToForm'>;
  /** Id of the wording that models are asked with, or `auto`. */
  readonly template: string;
}

/** The kinds of tasks, as far as rewriters differ by them. */
function kindOfTask({ id, answerKey }: Task): 'boolean' | 'ranked' | 'sql' | 'other' {
  if (id === 'publication' || id === 'trials') return 'boolean';
  if (id === 'qa' || id === 'ir') return 'ranked';
  return answerKey === 'sql' ? 'sql' : 'other';
}

const forms: readonly string[] = ['recall', 'readable', 'precise'] satisfies readonly ProposalForm[];

/**
 * Opens what `--rewriter` names. One model behind several rewriters is opened once.
 * @throws CliError (exit code 2) for a name that is none, or a rewriter that has no meaning for the task; ModelError for a model
 */
export async function openRewriters(
  names: readonly string[],
  context: RewriterContext,
): Promise<readonly EvaluatedRewriter[]> {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badInput(`--rewriter ${twice} is named twice. Name it once.`);
  const models = new Map<string, OpenedModel>();
  const model = async (place: string): Promise<OpenedModel> => {
    const opened = models.get(place) ?? (await openTextModel(place));
    models.set(place, opened);
    return asTrained(opened, context.task, context.sampling.variant, context.template);
  };
  const rewriters: EvaluatedRewriter[] = [];
  try {
    for (const name of names) rewriters.push(await open(name, context, model));
    return rewriters;
  } catch (error) {
    for (const opened of models.values()) await opened.close();
    throw error;
  }
}

async function open(
  name: string,
  context: RewriterContext,
  model: (place: string) => Promise<OpenedModel>,
): Promise<EvaluatedRewriter> {
  const { task, world, items } = context;
  const kind = kindOfTask(task);
  const colon = name.indexOf(':');
  const what = colon < 0 ? name : name.slice(0, colon);
  const place = colon < 0 ? '' : name.slice(colon + 1);
  switch (what) {
    case 'original':
      plainOnly(name, place);
      return forTrials(originalRewriter(name, kind), task);
    case 'rarest':
      plainOnly(name, place);
      if (kind === 'ranked') return rankedRewriter(name, 'rarest', ranking(name, world));
      if (kind !== 'boolean')
        throw noMeaning(name, task, 'words of a question side by side ask for something in a search only');
      return forTrials(rarestRewriter(name, indexed(name, context)), task);
    case 'deterministic':
      return deterministic(name, place, context);
    case 'model':
    case 'grammar':
      return modelRewriter(name, await model(needed(name, place)), task, {
        ...context.sampling,
        isHeldToForm: what === 'grammar',
      });
    case 'combined':
      if (kind === 'sql')
        return sqlRewriter(name, databases(name, world), {
          opened: await model(needed(name, place)),
          sampling: context.sampling,
          template: context.template,
        });
      if (task.id !== 'publication')
        throw noMeaning(
          name,
          task,
          'drafts are chosen by what they find in a library of citations, which says nothing here',
        );
      return combinedRewriter(
        name,
        await model(needed(name, place)),
        task,
        citations(name, world),
        method('', context),
        { ...context.sampling, isHeldToForm: true },
      );
    case 'recorded':
      return recordedRewriter(name, needed(name, place), items, world, kind === 'ranked');
    default:
      throw badInput(
        `There is no rewriter ${name}. There are original, rarest, deterministic, model:PATH_OR_URL, grammar:PATH_OR_URL, combined:PATH_OR_URL and recorded:FILE.`,
      );
  }
}

async function deterministic(
  name: string,
  settings: string,
  context: RewriterContext,
): Promise<EvaluatedRewriter> {
  const { task, world, library } = context;
  switch (kindOfTask(task)) {
    case 'boolean': {
      const engine = task.id === 'trials' ? world.trials : (library ?? world.citations);
      if (engine === undefined) throw noMeaning(name, task, 'there is nothing to search in');
      return forTrials(methodRewriter(name, engine, method(settings, context)), task);
    }
    case 'ranked':
      plainOnly(name, settings);
      return rankedRewriter(name, 'deterministic', ranking(name, world));
    case 'sql':
      plainOnly(name, settings);
      return sqlRewriter(name, databases(name, world));
    case 'other':
      throw noMeaning(name, task, 'there is no method for it that needs no model');
  }
}

/** `deterministic[:FORM][,title]` */
function method(settings: string, { form, budget }: RewriterContext): MethodSettings {
  const parts = settings.split(',').filter((part) => part !== '');
  const other = parts.find((part) => part !== 'title' && !forms.includes(part));
  if (other !== undefined)
    throw badInput(
      `deterministic:${settings}: “${other}” is neither a form (${forms.join(', ')}) nor “title”.`,
    );
  const wanted = parts.find((part) => part !== 'title') as ProposalForm | undefined;
  return { form: wanted ?? form, budget, titleOnly: parts.includes('title') };
}

function plainOnly(name: string, settings: string): void {
  if (settings !== '')
    throw badInput(
      `--rewriter ${name}: there is nothing to set. Write ${name.slice(0, name.indexOf(':'))} alone.`,
    );
}

function databases(name: string, { databases: folder }: RewriterContext['world']): OpenedDatabases {
  if (folder === undefined)
    throw badInput(`--rewriter ${name} reads databases. Name their folder with --databases.`);
  return folder;
}

function ranking(name: string, { ranking: engine, passages }: World): BaselineWorld {
  if (engine === undefined)
    throw badInput(`--rewriter ${name} needs a library to rank. Name one with --corpus.`);
  return { ranking: engine, ...(passages === undefined ? {} : { passages }) };
}

function citations(name: string, { citations: engine }: World): SearchEngine {
  if (engine === undefined)
    throw badInput(`--rewriter ${name} needs a library of citations. Name one with --corpus.`);
  return engine;
}

/** The library of a Boolean task with its index, which counts words. */
function indexed(name: string, { task, world, library }: RewriterContext): LocalEngine {
  const engine = task.id === 'trials' ? world.trials : library;
  if (engine === undefined || !('index' in engine))
    throw badInput(`--rewriter ${name} counts words in a library. Name one with --corpus.`);
  return engine as LocalEngine;
}

/** What is written for PubMed, in the language of the task. */
function forTrials(rewriter: EvaluatedRewriter, task: Task): EvaluatedRewriter {
  if (task.id !== 'trials') return rewriter;
  return {
    ...rewriter,
    async attempt(...args): Promise<Attempt> {
      const attempt = await rewriter.attempt(...args);
      return attempt.kind === 'query' ? { ...attempt, query: asTrialExpression(attempt.query) } : attempt;
    },
  };
}

function needed(name: string, place: string): string {
  if (place !== '') return place;
  throw badInput(
    `--rewriter ${name} names nothing. Write ${name.replace(':', '')}:${name.startsWith('recorded') ? 'FILE' : 'PATH_OR_URL'}.`,
  );
}

function noMeaning(name: string, { id }: Task, why: string): Error {
  return badInput(`--rewriter ${name} has no meaning for the task ${id}: ${why}.`);
}
