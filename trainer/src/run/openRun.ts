import { mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { badInput } from '@querent/server/terminal';
import { version } from '../cli/version.ts';
import { lockRun } from '../evaluation/runLock.ts';
import type { ReadPlan } from '../plan/index.ts';
import { runPaths } from './paths.ts';
import type { RunPaths } from './paths.ts';
import { writeSafely } from './state.ts';

/** The run folder of a plan where none is named: `runs/NAME` beside the plan's file. */
export function defaultRunFolder({ path, plan }: Pick<ReadPlan, 'path' | 'plan'>): string {
  return join(dirname(path), 'runs', plan.name);
}

/** Files by which a folder shows that it is one of a run; others may lie in an empty one. */
const ofRuns =
  /^(?:\.|plan\.(?:yaml|json)$|state\.json$|run\.(?:lock|log)$|hashes\.json$|progress\.json$|rewards\.log$|report\.html$)|\.part$/u;

/** A run folder that this process alone writes into. */
export interface OpenedRun {
  readonly paths: RunPaths;
  /** Gives it free. */
  close(): Promise<void>;
}

/**
 * Makes or opens a run folder and takes it for this process. The plan is copied into it as it was given, and as it was understood with the versions.
 * @throws CliError (exit code 2) when it holds other things than a run, or another process has it
 */
export async function openRun(folder: string, { plan, text, path }: ReadPlan): Promise<OpenedRun> {
  const paths = runPaths(resolve(folder));
  await mkdir(paths.folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' || error.code === 'ENOTDIR')
      throw badInput(`${folder} is a file. Name a folder for the run with --run.`, error);
    throw error;
  });
  const names = await readdir(paths.folder);
  if (!names.includes('state.json')) {
    const others = names.filter((name) => !ofRuns.test(name));
    if (others.length > 0)
      throw badInput(
        `${folder} holds other things than a run (${others.slice(0, 3).join(', ')}). Name another folder with --run.`,
      );
  }
  const unlock = await lockRun(paths.folder, 'or name another run folder with --run');
  try {
    await writeSafely(paths.planText, text);
    await writeSafely(
      paths.plan,
      `${JSON.stringify({ plan, file: path, host: hostname(), versions: { querent: version, node: process.versions.node } }, null, 1)}\n`,
    );
    return { paths, close: unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}
