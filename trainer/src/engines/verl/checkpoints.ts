import { execFile } from 'node:child_process';
import { cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CliError, EXIT } from '@querent/server/terminal';
import { pythonEnvironment } from '../python.ts';
import type { Python } from '../python.ts';

/** A checkpoint of verl: `global_step_N` with `actor/`, and `critic/` where there is one. */
export interface VerlCheckpoint {
  readonly step: number;
  readonly folder: string;
}

/** Merging shards of a large model reads all of them. */
const mergeMs = 3 * 3_600_000;

/** The checkpoint that verl would go on from: the one that `latest_checkpointed_iteration.txt` names, which is written last; undefined where there is none. */
export async function newestVerlCheckpoint(folder: string): Promise<VerlCheckpoint | undefined> {
  const text = await readFile(join(folder, 'latest_checkpointed_iteration.txt'), 'utf8').catch(() => '');
  const step = Number.parseInt(text.trim(), 10);
  if (!Number.isInteger(step)) return undefined;
  const found = join(folder, `global_step_${step}`);
  return (await isFolder(join(found, 'actor'))) ? { step, folder: found } : undefined;
}

/** Steps of the checkpoints that are there, whole or not, in order. */
export async function verlCheckpointSteps(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .flatMap((name) => /^global_step_(\d+)$/u.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The model of a checkpoint as a folder of Hugging Face, whole or not at all: the one that verl has saved beside its shards (`hf_model`), else the shards
 * merged by verl's own merger. Of an adapter, the adapter's folder.
 * @throws CliError (exit code 3) when there are neither, or the merger fails
 */
export async function takeModel(
  { folder }: VerlCheckpoint,
  target: string,
  python: Python,
  options: {
    readonly isAdapter: boolean;
    readonly environment: NodeJS.ProcessEnv;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const saved = join(folder, 'actor', 'huggingface');
  const part = `${target}.part`;
  await rm(part, { recursive: true, force: true });
  if (!options.isAdapter && (await hasWeights(saved))) await cp(saved, part, { recursive: true });
  else {
    const merged = `${target}.merged`;
    await rm(merged, { recursive: true, force: true });
    await merge(join(folder, 'actor'), merged, python, options);
    const adapter = join(merged, 'lora_adapter');
    const whole = options.isAdapter && (await isFolder(adapter)) ? adapter : merged;
    await rename(whole, part);
    await rm(merged, { recursive: true, force: true });
  }
  await rm(target, { recursive: true, force: true });
  await rename(part, target);
}

async function merge(
  shards: string,
  target: string,
  python: Python,
  { environment, signal }: { readonly environment: NodeJS.ProcessEnv; readonly signal?: AbortSignal },
): Promise<void> {
  const args = [
    '-m',
    'verl.model_merger',
    'merge',
    '--backend',
    'fsdp',
    '--local_dir',
    shards,
    '--target_dir',
    target,
  ];
  try {
    await promisify(execFile)(python.command, args, {
      env: pythonEnvironment(python, environment),
      timeout: mergeMs,
      maxBuffer: 64 * 1024 * 1024,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
    const last = stderr?.trim().split('\n').at(-1) ?? message;
    throw new CliError(
      EXIT.engineFailed,
      `verl could not merge ${shards}: ${last}. Run it by hand to see more: python ${args.join(' ')}`,
    );
  }
}

async function hasWeights(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.includes('config.json') && names.some((name) => /\.(?:safetensors|bin)$/u.test(name));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
