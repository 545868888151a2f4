import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, EXIT, badInput } from '@querent/server/terminal';
import { comparedMetrics, withComparisons } from '../../evaluation/comparisons.ts';
import type { EvaluationDocument } from '../../evaluation/document.ts';
import { evaluateFile } from '../../evaluation/runEvaluation.ts';
import type { EvaluateOptions } from '../../evaluation/options.ts';
import { OtherSettingsError } from '../../evaluation/runFolder.ts';
import type { RunContext } from '../context.ts';
import { areIntact, describeFiles } from '../made.ts';
import type { MadeBefore, Step } from '../sequence.ts';
import type { StepInputs } from '../state.ts';
import { writeSafely } from '../state.ts';
import { without } from '../without.ts';
import { exportedFile, exportedOf, resultOf } from './exported.ts';
import { exactQuantisation } from './margin.ts';
import type { ExactEvaluation } from './margin.ts';
import { hashesOfPlaces, placesOf } from './placesOf.ts';

/** `evaluation/summary.json`. */
export interface EvaluationSummary {
  readonly topics: number;
  /** What it was measured on, one line. */
  readonly on: string;
  /** One a system, under the names of the plan, with its comparisons with all others. */
  readonly systems: readonly EvaluationDocument[];
  /** Of a release that is smaller than its weights: what those do. It is no system of the plan, and is compared with what is published alone. */
  readonly exact?: ExactEvaluation;
}

type SystemName = NonNullable<RunContext['plan']['evaluation']>['rewriters'][number];

/** The file of topics that systems are compared on; undefined when none is held out. */
export function topicsFile({ evaluation, data }: RunContext['plan']): string | undefined {
  return evaluation?.topics ?? data.heldOut ?? undefined;
}

/** Compares what was trained with what it started from and with the rewriters that need no model, on topics that nobody trained on. */
export function evaluationStep(context: RunContext): Step {
  const { plan, paths, template, hashes } = context;
  const exact = exactQuantisation(plan);
  return {
    name: 'evaluation',
    skipped: () =>
      plan.evaluation === null
        ? 'The plan has no evaluation.'
        : topicsFile(plan) === undefined
          ? 'No topics are held out (data.heldOut, evaluation.topics).'
          : undefined,
    async inputs(made) {
      return {
        plan: {
          ...without(plan.evaluation ?? { topics: null }, 'topics'),
          seed: plan.seed,
          variant: plan.variant,
          tokens: plan.tokens.completion,
        },
        topics: await hashes.of(topicsFile(plan) ?? ''),
        places: await hashesOfPlaces(plan, hashes),
        template: { id: template.id, hash: template.hash },
        models: made.export?.['files'] ?? null,
        ...(exact === undefined ? {} : { exact }),
      };
    },
    isIntact: ({ files }) => areIntact(paths.folder, files),
    // Systems are evaluated in folders of their own: what has not changed for one of them is kept.
    clear: () => rm(paths.summary, { force: true }),
    run: (made) => evaluateAll(context, made),
  };
}

async function evaluateAll(context: RunContext, made: MadeBefore): Promise<StepInputs> {
  const { plan, paths, task, say, signal } = context;
  await mkdir(paths.evaluation, { recursive: true });
  const documents: EvaluationDocument[] = [];
  const missing: string[] = [];
  const names = [...new Set(plan.evaluation?.rewriters ?? [])];
  for (const [i, name] of names.entries()) {
    signal.throwIfAborted();
    const rewriter = rewriterOf(context, name, made);
    if (rewriter === undefined) {
      missing.push(name);
      continue;
    }
    documents.push(await evaluateOne(context, { name, rewriter, place: `${i + 1} of ${names.length}` }));
  }
  if (documents.length === 0)
    throw badInput(
      `Nothing can be evaluated: ${missing.join(', ')} need exported models, which are not there. Add original or deterministic to evaluation.rewriters.`,
    );
  if (missing.length > 0) say(`Not evaluated, since there is no such model here: ${missing.join(', ')}.`);
  const systems = withComparisons(documents, [], comparedMetrics(task.metricNames), plan.seed);
  const { budget, seeds, limit } = plan.evaluation ?? { budget: 0, seeds: 0, limit: null };
  const topics = documents[0]?.n ?? 0;
  const exact = await evaluateExact(context, documents);
  const summary: EvaluationSummary = {
    topics,
    on: `${topics} held-out topics${limit === null ? '' : ` (the first ${limit})`}, at most ${budget.toLocaleString('en-US')} records${seeds === 0 ? '' : `, ${seeds} seeds given`}`,
    systems,
    ...(exact === undefined ? {} : { exact }),
  };
  await writeSafely(paths.summary, `${JSON.stringify(summary)}\n`);
  for (const { rewriter, metrics } of systems) {
    const [first = ''] = comparedMetrics(task.metricNames);
    say(`${rewriter}: ${first} ${(metrics[first] ?? 0).toFixed(3)} on ${topics} topics.`);
  }
  return {
    files: await describeFiles(paths.folder, [paths.summary]),
    topics,
    missing,
    figures: Object.fromEntries(systems.map(({ rewriter, metrics }) => [rewriter, metrics])),
  };
}

/** A rewriter of `evaluate` for a system of the plan; undefined when its model is not there. */
function rewriterOf({ plan, paths }: RunContext, name: SystemName, made: MadeBefore): string | undefined {
  const at = (model: 'start' | 'sft' | 'ppo'): string | undefined => exportedFile(plan, paths, model, made);
  const of = (kind: string, file: string | undefined): string | undefined =>
    file === undefined ? undefined : `${kind}:${file}`;
  switch (name) {
    case 'zero-shot':
      return of('model', at('start'));
    case 'sft':
    case 'ppo':
      return of('model', at(name));
    case 'combined':
      return of('combined', at('ppo') ?? at('sft'));
    default:
      return name;
  }
}

/** Measures the weights of a release that is published in something smaller, in the same way; undefined where there is nothing to compare. */
async function evaluateExact(
  context: RunContext,
  documents: readonly EvaluationDocument[],
): Promise<ExactEvaluation | undefined> {
  const { plan, paths } = context;
  const result = resultOf(plan);
  const quantisation = exactQuantisation(plan);
  if (quantisation === undefined || !documents.some(({ rewriter }) => rewriter === result)) return undefined;
  const exported = await exportedOf(paths, result);
  const file = exported?.files.find((each) => each.kind === 'model' && each.quantisation === quantisation);
  if (file === undefined)
    throw new CliError(
      EXIT.engineFailed,
      `There is no ${quantisation} of ${result} to hold ${plan.publish?.file ?? 'the release'} against. Run the command with --from export.`,
    );
  const document = await evaluateOne(context, {
    ...{ name: result, rewriter: `model:${file.path}`, place: quantisation },
    folder: `${result}-${quantisation}`,
  });
  return { quantisation, document };
}

async function evaluateOne(
  context: RunContext,
  {
    name,
    rewriter,
    place,
    folder = name,
  }: {
    readonly name: SystemName;
    readonly rewriter: string;
    readonly place: string;
    /** Its own in the folder of evaluations; default: its name. */
    readonly folder?: string;
  },
): Promise<EvaluationDocument> {
  const { plan, paths, task, template, progress, say, signal } = context;
  const settings = plan.evaluation;
  const topics = topicsFile(plan);
  if (settings === null || topics === undefined) throw new Error('evaluation without topics');
  const options: EvaluateOptions = {
    ...placesOf(plan),
    ...{
      task: task.id,
      taskFolder: plan.taskFolders,
      rewriter: [rewriter],
      out: join(paths.evaluation, folder),
    },
    ...(task.id === 'sql' ? { questions: topics } : { topics }),
    ...{ seeds: settings.seeds, budget: settings.budget, form: settings.form },
    ...(settings.limit === null ? {} : { limit: settings.limit }),
    ...(settings.heldOnly ? { heldOnly: true as const } : {}),
    ...{ samples: isSampled(name) ? settings.samples : 1, seed: plan.seed },
    ...(isSampled(name) ? { temperature: settings.temperature } : {}),
    ...{ maxTokens: plan.tokens.completion, variant: plan.variant, template: template.id, concurrency: 1 },
  };
  const run = (): ReturnType<typeof evaluateFile> =>
    evaluateFile(options, {
      signal,
      wayOut: 'The same command goes on from here.',
      onProgress: ({ done, total }) => progress.progress(done, total, `topics (${name}, ${place})`),
    });
  const { documents } = await run().catch(async (error: unknown) => {
    // Its settings have changed: what was measured with others says nothing here.
    if (!(error instanceof OtherSettingsError)) throw error;
    say(`${name}: was measured with other settings, and is measured anew.`);
    await rm(join(paths.evaluation, folder), { recursive: true, force: true });
    return run();
  });
  const [document] = documents;
  if (document === undefined)
    throw new CliError(
      EXIT.engineFailed,
      `The evaluation of ${name} gave no result. This is a fault of the program.`,
    );
  return { ...document, rewriter: name, comparisons: [] };
}

function isSampled(name: SystemName): boolean {
  return ['zero-shot', 'sft', 'ppo', 'combined'].includes(name);
}

/** Reads `evaluation/summary.json`; undefined while there is none. */
export async function readSummary(path: string): Promise<EvaluationSummary | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as EvaluationSummary);
}
