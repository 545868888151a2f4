import { execFile } from 'node:child_process';
import { pythonEnvironment } from '../python.ts';
import type { Python } from '../python.ts';
import type { VerlOverride } from '../../plan/index.ts';
import { hydraArguments } from './hydra.ts';

/** What verl's own configuration says to overrides (`python -m querent_engine.verl_schema`). */
export interface OverrideReport {
  readonly ok: boolean;
  /** Of the verl that is installed; null where there is none. */
  readonly version: string | null;
  readonly problems: readonly {
    readonly key: string;
    readonly message: string;
    readonly nearest: string | null;
  }[];
  /** The values as the merged configuration has them. */
  readonly resolved: Readonly<Record<string, unknown>>;
  /** Hydra has composed verl's configuration from the arguments as they are typed. */
  readonly composed: boolean;
}

/** Reading verl's defaults takes seconds, importing torch from a cold disk longer. */
const timeoutMs = 180_000;

/**
 * Checks overrides against the defaults of the verl that is installed; needs no GPU.
 * @param validate verl's own validation judges the whole configuration as well: imports torch, ten seconds and more
 */
export async function checkOverrides(
  overrides: readonly VerlOverride[],
  python: Python,
  options: { readonly validate?: boolean; readonly signal?: AbortSignal } = {},
): Promise<OverrideReport> {
  const asked = { overrides, arguments: hydraArguments(overrides), validate: options.validate === true };
  return new Promise((done) => {
    const child = execFile(
      python.command,
      ['-m', 'querent_engine.verl_schema'],
      {
        env: pythonEnvironment(python),
        timeout: timeoutMs,
        maxBuffer: 64 * 1024 * 1024,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (error, stdout, stderr) => {
        try {
          done(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as OverrideReport);
        } catch {
          const last = stderr.trim().split('\n').at(-1) ?? '';
          const message = `${python.command} could not check the overrides: ${last === '' ? (error?.message ?? 'it said nothing') : last}`;
          done({
            ...{ ok: false, version: null, resolved: {}, composed: false },
            problems: [{ key: '', message, nearest: null }],
          });
        }
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(JSON.stringify(asked));
  });
}
