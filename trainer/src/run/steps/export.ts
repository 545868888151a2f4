import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { exportModel } from '../../exporting/index.ts';
import type { ExportOptions, ExportResult } from '../../exporting/index.ts';
import type { PromptRow } from '../../pairs/promptRow.ts';
import type { RunContext } from '../context.ts';
import { areIntact, describeFiles } from '../made.ts';
import type { MadeBefore, Step } from '../sequence.ts';
import type { StepInputs } from '../state.ts';
import { writeSafely } from '../state.ts';
import { resultOf, servedQuantisation, stemOf } from './exported.ts';
import type { RunModel } from './exported.ts';
import { modelInputs, weightsOf } from './training.ts';

/**
 * Makes the files that are served: of the result in every quantisation of the plan, and, since evaluation asks files as they are served, of what it is compared
 * with in the one that is evaluated.
 */
export function exportStep(context: RunContext): Step {
  const { plan, paths, template, hashes } = context;
  return {
    name: 'export',
    skipped: () => (plan.export === null ? 'The plan has no export.' : undefined),
    async inputs(made) {
      return {
        plan: plan.export,
        served: servedQuantisation(plan),
        models: modelsOf(context, made),
        weights: {
          sft: weightsOf(made.sft),
          ppo: weightsOf(made.ppo),
          start: await modelInputs(plan.model, hashes),
        },
        lora: plan.model.lora !== null,
        template: { id: template.id, hash: template.hash },
        prompts: made.prompts?.['files'] ?? null,
        licence: plan.model.licence,
      };
    },
    isIntact: ({ files }) => areIntact(paths.folder, files),
    clear: () => rm(paths.export, { recursive: true, force: true }),
    run: (made) => exportAll(context, made),
  };
}

/** Models that are exported: the result, and those that the evaluation asks. */
function modelsOf({ plan }: RunContext, made: MadeBefore): readonly RunModel[] {
  const asked: readonly string[] = plan.evaluation?.rewriters ?? [];
  const isGguf = plan.model.path?.toLowerCase().endsWith('.gguf') === true;
  const models: RunModel[] = [];
  // A model with random weights has nothing to say before it is trained.
  if (asked.includes('zero-shot') && plan.model.path !== null && !isGguf) models.push('start');
  for (const stage of ['sft', 'ppo'] as const)
    if (made[stage] !== undefined && (asked.includes(stage) || stage === resultOf(plan))) models.push(stage);
  return models;
}

async function exportAll(context: RunContext, made: MadeBefore): Promise<StepInputs> {
  const { plan, paths, say } = context;
  await mkdir(paths.export, { recursive: true });
  const models = modelsOf(context, made);
  const files: string[] = [];
  const served: Record<string, string> = {};
  const results: Record<string, ExportResult> = {};
  for (const [i, model] of models.entries()) {
    const result = await exportOne(context, model, made, `${i + 1} of ${models.length}`);
    results[model] = result;
    for (const file of result.files) files.push(file.path);
    const file = result.files.find(
      ({ kind, quantisation }) => kind === 'model' && quantisation === servedQuantisation(plan),
    );
    if (file !== undefined) served[model] = relative(paths.folder, file.path);
    for (const note of result.notes) say(`${model}: ${note}`);
  }
  const summary = join(paths.export, 'export.json');
  await writeSafely(summary, `${JSON.stringify(results, null, 1)}\n`);
  return { files: await describeFiles(paths.folder, [...files, summary]), models: served };
}

async function exportOne(
  context: RunContext,
  model: RunModel,
  made: MadeBefore,
  place: string,
): Promise<ExportResult> {
  const { plan, paths, task, template, progress, say, signal, environment, python } = context;
  const settings = plan.export;
  if (settings === null) throw new Error('export without a plan for it');
  const isResult = model === resultOf(plan);
  const quantisations = isResult ? settings.quantisations : [servedQuantisation(plan)];
  const { maxLogProbDifference } = settings.parity;
  const steps = model === 'start' ? undefined : made[model]?.['steps'];
  return exportModel({
    ...sourceOf(context, model, made),
    out: paths.export,
    quantisations,
    stem: stemOf(model, plan),
    name: `${plan.name}${isResult ? '' : `-${model}`}`,
    template,
    task: task.id,
    ...(typeof steps === 'number' ? { step: steps } : {}),
    ...(plan.model.licence === null ? {} : { licence: plan.model.licence }),
    prompts: await parityPrompts(paths.promptsValidation, paths.promptsTrain, settings.parity.prompts),
    ...(maxLogProbDifference === null ? {} : { limits: { largest: maxLogProbDifference } }),
    python: python().command,
    ...{ environment, signal },
    onProgress: ({ what, share, message }) => {
      if (message !== undefined) say(message);
      progress.progress(Math.round(100 * (share ?? 0)), 100, `% (${model}, ${place}: ${what})`);
    },
  });
}

/**
 * What is exported of a training. With LoRA its folder holds the adapter and, in `merged`, the whole model with it laid over; the adapter itself is exported
 * where the plan wants it, and belongs to what that training started from.
 */
function sourceOf(
  { plan, paths }: RunContext,
  model: RunModel,
  made: MadeBefore,
): Pick<ExportOptions, 'model' | 'adapter' | 'as'> {
  if (model === 'start') return { model: plan.model.path ?? '' };
  const folder = join(paths[model], 'model');
  if (plan.model.lora === null) return { model: folder };
  const base =
    model === 'ppo' && made.sft !== undefined ? join(paths.sft, 'model', 'merged') : plan.model.path;
  const wantsAdapter = plan.export?.adapter === true && model === resultOf(plan);
  return wantsAdapter && base !== null
    ? { model: base, adapter: folder, as: ['merged', 'adapter'] }
    : { model: join(folder, 'merged') };
}

/** Prompts of this run, on which the served file has to agree with the model that it was made from. */
async function parityPrompts(validation: string, train: string, most: number): Promise<readonly PromptRow[]> {
  for (const path of [validation, train]) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    if (lines.length > 0) return lines.slice(0, most).map((line) => JSON.parse(line) as PromptRow);
  }
  return [];
}
