import { appendFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, EXIT, badInput } from '@querent/server/terminal';
import type { Plan } from '../../plan/index.ts';
import { startChild } from '../../run/children.ts';
import type { ChildEnd } from '../../run/children.ts';
import type { EngineEvent, TrainingEnd } from '../embedded/index.ts';
import { pythonEnvironment } from '../python.ts';
import type { Python } from '../python.ts';
import { checkOverrides } from './checkOverrides.ts';
import { newestVerlCheckpoint, takeModel } from './checkpoints.ts';
import { verlCommand } from './command.ts';
import type { VerlCommand, VerlCommandPaths } from './command.ts';
import { writeVerlRows } from './dataFiles.ts';
import { followVerlLog } from './followLog.ts';
import { runOnCluster } from './rayJob.ts';
import { verlOverrides } from '../../plan/index.ts';

/** What a training with verl is given. */
export interface VerlOptions {
  readonly plan: Plan;
  /** `out` is the `ppo/` folder: metrics.jsonl, checkpoints and the resulting `model/` go there. */
  readonly paths: VerlCommandPaths;
  readonly python: Python;
  readonly environment: NodeJS.ProcessEnv;
  /** When it aborts, verl is ended; it goes on from its newest checkpoint the next time. */
  readonly signal: AbortSignal;
  /** The events of the embedded engine: `started`, `resumed`, `step`, `warning`. */
  readonly onEvent: (event: EngineEvent) => void;
  readonly onStarted?: (pid: number | undefined) => void;
  /** The command, where another one stands for ray's. */
  readonly ray?: string;
}

/** verl's launcher waits a minute for its processes. */
const stopMs = 90_000;

/**
 * Trains a plan with verl, on this machine or on the plan's ray cluster, and leaves what the embedded engine leaves: `metrics.jsonl` with the same keys,
 * and `model/`. The same call goes on from verl's newest checkpoint.
 * @throws CliError: exit code 2 when verl's own configuration refuses the plan, 3 when it fails
 */
export async function trainVerl(options: VerlOptions): Promise<TrainingEnd> {
  const { plan, paths, python, environment, signal, onEvent } = options;
  if (plan.ppo === null) throw new RangeError('the plan has no ppo');
  signal.throwIfAborted();
  const folder = join(paths.out, 'verl');
  await mkdir(folder, { recursive: true });
  const command = verlCommand(plan, { ...paths, python: python.command, starts: await startsBefore(folder) });
  await prepare(options, command);
  const before = await newestVerlCheckpoint(join(paths.out, 'checkpoints'));
  const { steps } = plan.ppo;
  onEvent({ event: 'started', kind: 'ppo', steps });
  if (before !== undefined) onEvent({ event: 'resumed', step: before.step, steps });
  if (before === undefined || before.step < steps) {
    const follower = followVerlLog(command.log, join(paths.out, 'metrics.jsonl'), {
      sequences: plan.ppo.promptsPerStep * plan.ppo.samplesPerPrompt,
      from: before?.step ?? 0,
      onStep: (step, reward) =>
        onEvent({ event: 'step', step, steps, ...(reward === null ? {} : { reward }) }),
    });
    const log = join(paths.out, 'engine.log');
    const say = (line: string): void => appendFileSync(log, `${line}\n`);
    const end =
      plan.verl.rayAddress === null
        ? endOf(await onThisMachine(options, command, say), signal, log)
        : await runOnCluster({ ...options, command, address: plan.verl.rayAddress, folder, say });
    await follower.close();
    if (end !== 'done') return end;
  }
  const newest = await newestVerlCheckpoint(join(paths.out, 'checkpoints'));
  if (newest === undefined)
    throw new CliError(
      EXIT.engineFailed,
      `verl ended without a checkpoint in ${join(paths.out, 'checkpoints')}. engine.log has more.`,
    );
  await takeModel(newest, join(paths.out, 'model'), python, {
    isAdapter: plan.model.lora !== null,
    environment,
    signal,
  });
  onEvent({ event: 'done', step: newest.step, steps });
  return 'done';
}

/** verl's rows, and its own word on the overrides, before anything is started. */
async function prepare({ plan, paths, python, signal }: VerlOptions, command: VerlCommand): Promise<void> {
  await writeVerlRows(paths.train, command.paths.train);
  if (paths.validation !== null && command.paths.validation !== null)
    await writeVerlRows(paths.validation, command.paths.validation);
  const overrides = verlOverrides(plan, command.paths);
  await writeFile(
    join(paths.out, 'config.json'),
    `${JSON.stringify({ engine: 'verl', overrides, command: [...command.command, ...command.arguments] }, null, 2)}\n`,
  );
  const report = await checkOverrides(overrides, python, { signal });
  signal.throwIfAborted();
  if (!report.ok)
    throw badInput(
      [
        `verl${report.version === null ? '' : ` ${report.version}`} refuses what the plan gives it:`,
        ...report.problems.map(({ key, message }) => (key === '' ? message : `${key}: ${message}`)),
      ].join('\n'),
    );
}

async function onThisMachine(
  { python, environment, signal, onStarted }: VerlOptions,
  { command, arguments: args, environment: own }: VerlCommand,
  say: (line: string) => void,
): Promise<ChildEnd> {
  const [program = '', ...first] = command;
  const child = startChild({
    command: program,
    args: [...first, ...args],
    environment: { ...pythonEnvironment(python, environment), ...own },
    onLine: say,
    onError: say,
  });
  onStarted?.(child.pid);
  const stop = (): void => void child.stop(stopMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await child.ended;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function endOf(end: ChildEnd, signal: AbortSignal, log: string): TrainingEnd {
  if (end.code === 0) return 'done';
  if (signal.aborted || end.code === 75) return 'stopped';
  if (end.signal !== null) return { killedBy: end.signal };
  // The launcher tells a signal that ended verl as shells do.
  if (end.code === 137) return { killedBy: 'SIGKILL' };
  const last = end.lastLines.filter((line) => line.trim() !== '').at(-1) ?? 'it said nothing';
  throw new CliError(
    EXIT.engineFailed,
    `verl ended with exit code ${end.code ?? '?'}: ${last}. ${log} has more.`,
  );
}

/** How often verl was started in this folder: each start has a log of its own, since verl empties the one that is there. */
async function startsBefore(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => /^metrics-\d+\.jsonl$/u.test(name)).length;
}
