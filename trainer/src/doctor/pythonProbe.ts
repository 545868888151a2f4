import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isAtLeast } from './check.ts';

/** What `querent_engine.probe` prints. */
export interface PythonReport {
  readonly python: string;
  readonly executable: string;
  /** Exactly one of `version` and `error` is null. */
  readonly packages: Readonly<
    Record<string, { readonly version: string | null; readonly error: string | null }>
  >;
  readonly gpus: {
    readonly devices: readonly {
      readonly name: string;
      readonly freeBytes: number;
      readonly totalBytes: number;
    }[];
    readonly cuda: string | null;
    readonly error: string | null;
  };
}

export const MINIMUM_PYTHON = '3.10';
/** Importing torch and transformers from a cold disk takes a while. */
const TIMEOUT_MS = 180_000;

/**
 * Runs the probe in `wanted`, or in the first Python on the PATH that is new enough.
 * @returns the report, or why there is none, in words.
 */
export async function probePython(
  wanted: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<PythonReport | { readonly failure: string }> {
  const candidates =
    wanted === undefined ? ['python3', 'python', 'python3.12', 'python3.11', 'python3.13'] : [wanted];
  const failures: string[] = [];
  let tooOld: PythonReport | undefined;
  for (const candidate of candidates) {
    const report = await run(candidate, environment);
    if ('failure' in report) {
      failures.push(report.failure);
    } else if (isAtLeast(report.python, MINIMUM_PYTHON)) {
      return report;
    } else {
      tooOld ??= report;
    }
  }
  return tooOld ?? { failure: [...new Set(failures)].join('; ') };
}

async function run(
  python: string,
  environment: NodeJS.ProcessEnv,
): Promise<PythonReport | { readonly failure: string }> {
  const folder = packageFolder();
  if (folder === undefined) {
    return { failure: 'the Python part of the trainer (trainer/python) is missing from this installation' };
  }
  try {
    const { stdout } = await promisify(execFile)(python, ['-m', 'querent_engine.probe'], {
      env: { ...environment, PYTHONPATH: folder, PYTHONIOENCODING: 'utf-8' },
      timeout: TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PythonReport;
  } catch (error) {
    const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
    if (code === 'ENOENT') {
      return { failure: `${python} is not installed` };
    }
    if (killed === true) {
      return { failure: `${python} did not answer within ${TIMEOUT_MS / 1000} s` };
    }
    const last = stderr?.trim().split('\n').at(-1) ?? '';
    return { failure: `${python} could not run the probe${last === '' ? '' : ` (${last})`}` };
  }
}

/** `trainer/python`, from the sources or from a bundle in `dist/`. */
function packageFolder(): string | undefined {
  for (
    let folder = dirname(fileURLToPath(import.meta.url));
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    for (const candidate of [join(folder, 'python'), join(folder, 'trainer/python')]) {
      if (existsSync(join(candidate, 'querent_engine/probe.py'))) {
        return candidate;
      }
    }
  }
  return undefined;
}
