import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { isRaw } from '@querent/core/prompting';
import { CliError, EXIT } from '@querent/server/terminal';
import { trainEmbedded } from '../../engines/embedded/index.ts';
import type { EngineEvent } from '../../engines/embedded/index.ts';
import { probePython } from '../../doctor/pythonProbe.ts';
import { chooseEngine, trainVerl } from '../../engines/verl/index.ts';
import type { VerlCommandPaths } from '../../engines/verl/index.ts';
import { embeddedConfig } from '../../plan/index.ts';
import type { RunContext } from '../context.ts';
import { areIntact, describeFiles, filesIn } from '../made.ts';
import { startRewardService } from '../rewardProcess.ts';
import type { RewardProcess } from '../rewardProcess.ts';
import type { MadeBefore, Step } from '../sequence.ts';
import type { StepInputs } from '../state.ts';
import { writeSafely } from '../state.ts';
import { Stopped } from '../stopped.ts';
import { without } from '../without.ts';
import { hashesOfPlaces } from './placesOf.ts';

type Stage = 'sft' | 'ppo';

/** A training process that is killed from outside is started again so often without a step between. */
const mostKills = 3;

/**
 * What of a stage may change without beginning anew, as the engine itself has it: how long it goes on, when it saves and looks at itself, and how the
 * reward service is asked. See `canGoOn` of a {@link Step}.
 */
const mayChange =
  /^plan\.(?:steps|maxSteps|epochs|microBatchSize|rolloutMicroBatch|save|validation|reward\.(?:url|timeoutSeconds|retries|retrySeconds|batchSize|concurrency))(?:\.|$)/u;

/** The supervised start, in the engine of the house, or reinforcement learning, in that or in verl. */
export function trainingStep(context: RunContext, stage: Stage): Step {
  const { plan, paths, template, hashes } = context;
  const folder = paths[stage];
  return {
    name: stage,
    skipped: () =>
      plan[stage] === null
        ? stage === 'sft'
          ? 'The plan has no supervised start (sft).'
          : 'The plan has no reinforcement learning (ppo).'
        : undefined,
    async inputs(made) {
      const { model, machine, tokens, seed } = plan;
      const settings = without((plan[stage] ?? {}) as Readonly<Record<string, unknown>>, 'pairs');
      const start = stage === 'ppo' ? made.sft : undefined;
      return {
        plan: settings,
        model: start === undefined ? await modelInputs(model, hashes) : { sft: weightsOf(start) },
        lora: model.lora,
        reference: model.reference === null ? null : await modelInputs({ path: model.reference }, hashes),
        engine: stage === 'sft' ? 'embedded' : plan.engine,
        machine: { device: machine.device, dtype: machine.dtype },
        ...{ tokens, seed },
        template: { id: template.id, hash: template.hash },
        rows: stage === 'sft' ? made.pairs?.['files'] : made.prompts?.['files'],
        ...(stage === 'ppo' ? { places: await hashesOfPlaces(plan, hashes) } : {}),
      };
    },
    isIntact: ({ files }) => areIntact(paths.folder, files),
    // Of PPO, epochs are passes over each batch: another number is another training.
    canGoOn: (differing) =>
      differing.every((name) => mayChange.test(name) && (stage === 'sft' || name !== 'plan.epochs')),
    clear: () => rm(folder, { recursive: true, force: true }),
    run: (made) => train(context, stage, made),
  };
}

/** What a model is by its content, wherever it lies. */
export async function modelInputs(
  { path, random }: { readonly path: string | null; readonly random?: unknown },
  hashes: RunContext['hashes'],
): Promise<unknown> {
  if (path === null) return { random };
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return { file: await hashes.of(path) };
  if (found?.isDirectory() !== true) return { repository: path };
  const weights = (await filesIn(path)).filter((file) => /\.(?:safetensors|json|model)$/u.test(file));
  return {
    folder: Object.fromEntries(
      await Promise.all(weights.map(async (file) => [file.slice(path.length + 1), await hashes.of(file)])),
    ) as unknown,
  };
}

/** Hashes of what a training has made; null where it was skipped. */
export function weightsOf(made: StepInputs | undefined): unknown {
  return made?.['files'] ?? null;
}

/** The model that a training starts from: what SFT has made, relative to the run folder, else the plan's, absolute; null for random weights. */
function startOf({ plan, paths }: RunContext, stage: Stage, made: MadeBefore): string | null {
  if (stage === 'ppo' && made.sft !== undefined) return relative(paths.folder, join(paths.sft, 'model'));
  return plan.model.path;
}

async function train(context: RunContext, stage: Stage, made: MadeBefore): Promise<StepInputs> {
  const { plan, paths, say, progress } = context;
  const folder = paths[stage];
  await mkdir(folder, { recursive: true });
  let service: RewardProcess | undefined;
  try {
    let rewardUrl: string | undefined;
    if (stage === 'ppo') {
      rewardUrl = plan.ppo?.reward.url ?? undefined;
      if (rewardUrl === undefined) {
        service = await startRewardService({
          ...{ plan, say, logFile: paths.rewardsLog, environment: context.environment },
          onStarted: (pid) => progress.watch('rewards', pid),
        });
        rewardUrl = service.url;
      }
    }
    const config = join(folder, 'config.json');
    const validation = stage === 'sft' ? paths.pairsValidation : paths.promptsValidation;
    // The engine works in the run folder, see `trainEmbedded`.
    const inRun = (path: string): string => relative(paths.folder, path);
    const start = startOf(context, stage, made);
    const values = embeddedConfig(
      plan,
      {
        out: inRun(folder),
        start,
        train: inRun(stage === 'sft' ? paths.pairs : paths.promptsTrain),
        validation: (await isEmpty(validation)) ? null : inRun(validation),
        ...(rewardUrl === undefined ? {} : { rewardUrl }),
      },
      stage,
    );
    await writeSafely(config, `${JSON.stringify(values, null, 2)}\n`);
    const verl = await verlPaths(context, stage, start, rewardUrl);
    await keepTraining(context, stage, config, service, verl);
  } finally {
    await service?.stop();
    progress.watch('engine', undefined);
    progress.watch('rewards', undefined);
  }
  const model = join(folder, 'model');
  return {
    files: await describeFiles(paths.folder, await filesIn(model)),
    steps: await lastStep(join(folder, 'metrics.jsonl')),
  };
}

/** What verl is told of the run, where it does the reinforcement learning; undefined for the embedded engine. */
async function verlPaths(
  { plan, paths, template, python, environment, say }: RunContext,
  stage: Stage,
  start: string | null,
  rewardUrl: string | undefined,
): Promise<VerlCommandPaths | undefined> {
  if (stage === 'sft' || plan.engine === 'embedded' || rewardUrl === undefined) return undefined;
  const report =
    plan.engine === 'auto'
      ? await probePython(python().command, environment)
      : { failure: 'not looked at: the plan names the engine' };
  const { engine, why } = chooseEngine(plan, report);
  say(`Engine: ${engine}. ${why}`);
  if (engine === 'embedded') return undefined;
  return {
    out: paths.ppo,
    start: start === null ? null : resolve(paths.folder, start),
    ...{ train: paths.promptsTrain, rewardUrl },
    validation: (await isEmpty(paths.promptsValidation)) ? null : paths.promptsValidation,
    isRaw: isRaw(template),
    opened: isRaw(template) ? template.opened : '',
  };
}

/** Runs the engine; a process that is killed from outside goes on from its newest checkpoint, and not for ever where it comes to no step. */
async function keepTraining(
  context: RunContext,
  stage: Stage,
  config: string,
  service: RewardProcess | undefined,
  verl: VerlCommandPaths | undefined,
): Promise<void> {
  const { paths, say, progress, signal } = context;
  // A service that cannot be kept running ends the training, which has saved by then.
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  let fault: unknown;
  service?.failed.catch((error: unknown) => {
    fault = error;
    ending.abort();
  });
  let kills = 0;
  let resumedAt = 0;
  for (;;) {
    const common = {
      ...{ python: context.python(), environment: context.environment, signal: either },
      onStarted: (pid: number | undefined) => progress.watch('engine', pid),
      onEvent: (event: EngineEvent) => {
        if (event.event === 'step') kills = 0;
        if (event.event === 'resumed') resumedAt = event.step ?? 0;
        tell(context, event, resumedAt);
      },
    };
    const end =
      verl === undefined
        ? await trainEmbedded({
            ...common,
            ...{ kind: stage, config, folder: paths.folder, log: join(paths[stage], 'engine.log') },
          })
        : await trainVerl({ ...common, plan: context.plan, paths: verl });
    if (end === 'done') return;
    if (end === 'stopped') {
      if (fault !== undefined) throw fault as Error;
      throw new Stopped(signal);
    }
    kills++;
    if (kills > mostKills)
      throw new CliError(
        EXIT.engineFailed,
        `The engine was killed ${kills} times by ${end.killedBy} before it came to a step. Where the machine's memory is full, use smaller micro-batches; the same command goes on from here.`,
      );
    say(`The engine was killed (${end.killedBy}); it goes on from its newest checkpoint.`);
  }
}

function tell({ progress, say }: RunContext, event: EngineEvent, resumedAt: number): void {
  const { step, steps, message } = event;
  switch (event.event) {
    case 'started':
      if (typeof steps === 'number') progress.progress(0, steps, 'steps', 0);
      break;
    case 'resumed':
      say(`Goes on from step ${step ?? '?'}.`);
      if (typeof steps === 'number' && typeof step === 'number')
        progress.progress(step, steps, 'steps', step);
      break;
    case 'step':
      if (typeof steps === 'number' && typeof step === 'number')
        progress.progress(step, steps, 'steps', resumedAt);
      break;
    case 'warning':
      if (typeof message === 'string') say(message);
      break;
    default:
  }
}

async function isEmpty(path: string): Promise<boolean> {
  return ((await stat(path).catch(() => undefined))?.size ?? 0) === 0;
}

async function lastStep(path: string): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  try {
    return (JSON.parse(last) as { readonly step?: number }).step ?? null;
  } catch {
    return null;
  }
}
