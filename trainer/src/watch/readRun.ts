import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { badInput } from '@querent/server/terminal';
import { followRows } from '../engines/embedded/index.ts';
import type { Plan } from '../plan/index.ts';
import { runPaths } from '../run/paths.ts';
import { freshState, stateFile } from '../run/state.ts';
import type { RunState } from '../run/state.ts';
import { stepNames, stepTitles } from '../run/stepNames.ts';
import { readJson } from './readJson.ts';
import { trainingOf } from './training.ts';
import type { RunProgress, WatchDocument, WatchedEvaluation, WatchedRelease, WatchedStep } from './types.ts';

/** Reads a run again and again; only what was added to its files is read anew. */
export interface RunReader {
  /** @throws CliError (exit code 2) when the folder is none of a run */
  read(now?: Date): Promise<WatchDocument>;
}

/** Lines of the log that are shown. */
const mostMessages = 20;
/** Of `run.log` its end is read. */
const logBytes = 16 * 1024;
/** Without news for so long, a process of another machine, which cannot be looked at, is taken to be gone. */
const silentMs = 60_000;

/** A reader of a run folder, whether the run is going on or has ended. */
export function runReader(folder: string): RunReader {
  const paths = runPaths(resolve(folder));
  const follow = (...parts: string[]) => followRows(join(paths.folder, ...parts));
  const files = {
    sft: follow('sft', 'metrics.jsonl'),
    ppo: follow('ppo', 'metrics.jsonl'),
    samples: followRows(join(paths.ppo, 'samples.jsonl'), 200),
  };
  return {
    async read(now = new Date()) {
      const file = (await readJson(paths.plan)) as
        { readonly plan?: Plan; readonly file?: string } | undefined;
      const plan = file?.plan;
      const known = await stateFile(paths.folder).read();
      if (known === undefined && plan === undefined)
        throw badInput(
          `${folder} holds no run: there is neither plan.json nor state.json. Name the folder of querent-trainer run.`,
        );
      const state = known ?? freshState(now);
      const progress = (await readJson(paths.progress)) as RunProgress | undefined;
      const isAlive = progress !== undefined && (await isAtWork(paths.folder, progress, now));
      const steps = stepNames.map((name) => stepOf(name, state, progress, isAlive, now));
      const [sft, ppo] = [await files.sft.rows(), await files.ppo.rows()];
      const failed = steps.find(({ state: each }) => each === 'failed');
      const isDone = steps.every(({ state: each }) => each === 'done' || each === 'skipped');
      return {
        schema: 1,
        run: {
          folder: paths.folder,
          name: plan?.name ?? basename(paths.folder),
          task: plan?.task ?? '',
          engine: plan?.engine ?? '',
          model: modelOf(plan),
          state: isAlive ? 'running' : failed !== undefined ? 'failed' : isDone ? 'done' : 'stopped',
          problem: isAlive ? null : (failed?.message ?? null),
          startedAt: state.startedAt,
          updatedAt: progress?.time ?? state.startedAt,
          seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
          pid: isAlive ? progress.pid : null,
          command: progress?.command ?? `querent-trainer run ${file?.file ?? 'PLAN'} --run ${folder}`,
        },
        steps,
        sft: trainingOf('sft', sft, [], stepsOf(state, 'sft', progress, null)),
        ppo: trainingOf(
          'ppo',
          ppo,
          await files.samples.rows(),
          stepsOf(state, 'ppo', progress, plan?.ppo?.steps ?? null),
        ),
        evaluation: await evaluationOf(paths.summary),
        release: await releaseOf(join(paths.publish, 'release.json')),
        machine: progress?.machine ?? null,
        messages: await messagesOf(paths.log),
      };
    },
  };
}

function modelOf(plan: Plan | undefined): string {
  if (plan === undefined) return '';
  const { path, name, random } = plan.model;
  return name ?? (path === null ? (random === null ? '' : 'random weights') : basename(path));
}

/** Whether the process that wrote the progress is still there; of another machine's the time of its last news tells. */
async function isAtWork(folder: string, { pid, host, time }: RunProgress, now: Date): Promise<boolean> {
  // It is taken away at the end.
  if ((await stat(join(folder, 'run.lock')).catch(() => undefined)) === undefined) return false;
  if (host !== hostname()) return now.getTime() - Date.parse(time) < silentMs;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function stepOf(
  name: WatchedStep['name'],
  state: RunState,
  progress: RunProgress | undefined,
  isAlive: boolean,
  now: Date,
): WatchedStep {
  const { status, seconds, attempts, message, startedAt } = state.steps[name];
  const isCurrent = isAlive && status === 'running';
  const spent = isCurrent && startedAt !== null ? (now.getTime() - Date.parse(startedAt)) / 1000 : 0;
  const told = isCurrent && progress?.step === name ? progress : undefined;
  return {
    name,
    title: stepTitles[name],
    // One that was begun and that nobody works on is to be gone on with.
    state: status === 'running' && !isCurrent ? 'pending' : status,
    seconds: seconds + Math.max(0, spent),
    attempts,
    progress: told?.progress ?? null,
    etaSeconds: told === undefined ? null : etaOf(told, now),
    message: told?.message ?? message,
  };
}

/** Seconds that the rest takes by the pace of what this process has done; null where there is none. */
export function etaOf({ progress, doneBefore, stepStartedAt }: RunProgress, now: Date): number | null {
  if (progress === null || stepStartedAt === null) return null;
  const done = progress.done - doneBefore;
  const spent = (now.getTime() - Date.parse(stepStartedAt)) / 1000;
  if (done <= 0 || spent <= 0 || progress.total < progress.done) return null;
  return (spent / done) * (progress.total - progress.done);
}

/** How many steps a training is to have: what its engine says, else the plan, else what it had in the end. */
function stepsOf(
  state: RunState,
  name: 'sft' | 'ppo',
  progress: RunProgress | undefined,
  planned: number | null,
): number | null {
  if (progress?.step === name && progress.progress?.unit === 'steps') return progress.progress.total;
  const made = state.steps[name].outputs?.['steps'];
  return planned ?? (typeof made === 'number' ? made : null);
}

async function evaluationOf(path: string): Promise<WatchedEvaluation | null> {
  const summary = (await readJson(path)) as
    | (Pick<WatchedEvaluation, 'topics' | 'on'> & {
        readonly systems: readonly {
          readonly rewriter: string;
          readonly metrics: WatchedEvaluation['systems'][number]['metrics'];
          readonly intervals: WatchedEvaluation['systems'][number]['intervals'];
          readonly comparisons: WatchedEvaluation['comparisons'];
        }[];
      })
    | undefined;
  if (summary === undefined) return null;
  const told = new Set<string>();
  return {
    topics: summary.topics,
    on: summary.on,
    systems: summary.systems.map(({ rewriter, metrics, intervals }) => ({
      name: rewriter,
      metrics,
      intervals,
    })),
    // Every pair once.
    comparisons: summary.systems.flatMap(({ comparisons }) =>
      comparisons.flatMap(({ a, b, metric, n, difference, interval, wins, losses, ties, p, pHolm }) => {
        if (told.has(JSON.stringify([b, a, metric]))) return [];
        told.add(JSON.stringify([a, b, metric]));
        return [{ a, b, metric, n, difference, interval, wins, losses, ties, p, pHolm }];
      }),
    ),
  };
}

async function releaseOf(path: string): Promise<WatchedRelease | null> {
  const release = (await readJson(path)) as
    | {
        readonly version: string;
        readonly channel: string;
        readonly target: string;
        readonly status: string;
        readonly gate: { readonly decision: string; readonly reason: string };
        readonly release: { readonly gate: { readonly decision: string; readonly reason: string } } | null;
      }
    | undefined;
  if (release === undefined) return null;
  const gate = release.release?.gate ?? release.gate;
  const { version, channel, target } = release;
  return { version, channel, to: target, decision: gate.decision, reason: gate.reason };
}

async function messagesOf(path: string): Promise<WatchDocument['messages']> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  // The log of a run is small: a line a message.
  const text = (await readFile(path)).subarray(Math.max(0, found.size - logBytes)).toString('utf8');
  return text
    .split('\n')
    .flatMap((line) => {
      try {
        const { time, message } = JSON.parse(line) as { readonly time?: unknown; readonly message?: unknown };
        return typeof time === 'string' && typeof message === 'string' ? [{ time, text: message }] : [];
      } catch {
        return [];
      }
    })
    .slice(-mostMessages);
}
