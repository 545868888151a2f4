import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { CliError, EXIT, badInput } from '@querent/server/terminal';
import type { TrainingEnd } from '../embedded/index.ts';
import type { VerlCommand } from './command.ts';

/** A job of a ray cluster. */
export interface RayJobOptions {
  readonly command: VerlCommand;
  /** Of the dashboard: `http://head:8265`. */
  readonly address: string;
  /** Where the job's id is kept: a run that was killed meets its job again. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly ray?: string;
  /** Between two questions after a job's state, in milliseconds. */
  readonly everyMs?: number;
}

type JobState = 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED' | 'UNKNOWN';

const commandMs = 120_000;
/** Times that the dashboard may be away in a row before the run gives up on it; the job goes on. */
const mostSilence = 60;

/**
 * Sends verl's command to a ray cluster and waits for its end, with its output in our log. A job of this run that is still there is waited for instead of
 * sending another one. Aborting stops the job.
 */
export async function runOnCluster(options: RayJobOptions): Promise<TrainingEnd> {
  const { folder, signal, say, address } = options;
  const kept = join(folder, 'ray-job.json');
  const before = await readFile(kept, 'utf8').then(
    (text) => (JSON.parse(text) as { readonly id?: string }).id,
    () => undefined,
  );
  let id = before;
  const state = before === undefined ? undefined : await stateOf(before, options).catch(() => undefined);
  if (state === 'PENDING' || state === 'RUNNING')
    say(`The job ${before ?? ''} of this run is still at work on ${address}.`);
  else {
    id = `querent-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    await writeFile(kept, JSON.stringify({ id, address }));
    await submit(id, options);
  }
  const job = id ?? '';
  const logs = followLogs(job, options);
  const stop = (): void =>
    void ray(options, ['job', 'stop', '--address', address, job]).catch((error: unknown) =>
      say(
        `The job ${job} could not be stopped (${error instanceof Error ? error.message : String(error)}). Stop it by hand: ray job stop --address ${address} ${job}`,
      ),
    );
  signal.addEventListener('abort', stop, { once: true });
  // While it was sent nobody listened.
  if (signal.aborted) stop();
  try {
    return await endOf(job, options);
  } finally {
    signal.removeEventListener('abort', stop);
    logs.kill();
  }
}

async function submit(id: string, options: RayJobOptions): Promise<void> {
  const [, ...args] = options.command.command;
  const named = args.map((arg, i) => (args[i - 1] === '--submission-id' ? id : arg));
  options.signal.throwIfAborted();
  await ray(options, [...named, ...options.command.arguments]);
}

async function endOf(id: string, options: RayJobOptions): Promise<TrainingEnd> {
  const { signal, everyMs = 5_000 } = options;
  let silence = 0;
  for (;;) {
    let state: JobState;
    try {
      state = await stateOf(id, options);
      if (state !== 'UNKNOWN') silence = 0;
      else if (++silence > mostSilence)
        throw new CliError(
          EXIT.engineFailed,
          `${options.address} does not say how the job ${id} stands. Look with ray job status --address ${options.address} ${id}; the same command goes on with it.`,
        );
    } catch (error) {
      if (++silence > mostSilence) throw error;
      state = 'UNKNOWN';
    }
    if (state === 'SUCCEEDED') return 'done';
    if (state === 'STOPPED') return 'stopped';
    if (state === 'FAILED') {
      if (signal.aborted) return 'stopped';
      throw new CliError(
        EXIT.engineFailed,
        `The job ${id} on ${options.address} failed. engine.log and ray job logs --address ${options.address} ${id} have more.`,
      );
    }
    await new Promise((resume) => setTimeout(resume, everyMs));
  }
}

async function stateOf(id: string, options: RayJobOptions): Promise<JobState> {
  const text = await ray(options, ['job', 'status', '--address', options.address, id]);
  // "Status for job 'ID': RUNNING", "Job 'ID' succeeded" — in capitals or not, by version.
  const found = /\b(PENDING|RUNNING|STOPPED|SUCCEEDED|FAILED)\b/iu
    .exec(text.replaceAll(id, ''))?.[1]
    ?.toUpperCase();
  return (found as JobState | undefined) ?? 'UNKNOWN';
}

function followLogs(id: string, { address, environment, say, ray: program = 'ray' }: RayJobOptions) {
  const child = spawn(program, ['job', 'logs', '--follow', '--address', address, id], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', say);
  return child;
}

async function ray(
  { environment, ray: program = 'ray' }: RayJobOptions,
  args: readonly string[],
): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, {
      env: environment,
      timeout: commandMs,
      maxBuffer: 64 * 1024 * 1024,
    });
    return `${stdout}\n${stderr}`;
  } catch (error) {
    const { code, stderr, message } = error as {
      readonly code?: unknown;
      readonly stderr?: string;
      readonly message: string;
    };
    if (code === 'ENOENT')
      throw badInput(
        'ray is not on the PATH. Install ray of the cluster’s version (pip install ray), or leave out verl.rayAddress.',
      );
    const last = stderr?.trim().split('\n').at(-1) ?? message;
    throw new CliError(EXIT.engineFailed, `ray ${args.slice(0, 2).join(' ')} failed: ${last}`);
  }
}
