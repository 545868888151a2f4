import { appendFileSync } from 'node:fs';
import { CliError, EXIT, badInput } from '@querent/server/terminal';
import { startChild } from '../../run/children.ts';
import type { ChildEnd } from '../../run/children.ts';
import { pythonEnvironment } from '../python.ts';
import type { Python } from '../python.ts';

/** One line that the engine writes on stdout. */
export interface EngineEvent {
  readonly event: string;
  readonly step?: number;
  readonly steps?: number;
  readonly message?: string;
  readonly [key: string]: unknown;
}

export interface LaunchOptions {
  readonly kind: 'sft' | 'ppo';
  readonly python: Python;
  /** The configuration, a file; absolute. */
  readonly config: string;
  /** What paths in it are relative to: of a run, so that its folder may be moved while it is interrupted. */
  readonly folder: string;
  /** What the engine writes on stderr is added to it. */
  readonly log: string;
  readonly environment: NodeJS.ProcessEnv;
  /** When it aborts, the engine is told to save and end, and waited for. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onStarted?: (pid: number | undefined) => void;
}

/** How a training ended that did not fail: it is whole, it was told to stop and has saved, or its process was killed. */
export type TrainingEnd = 'done' | 'stopped' | { readonly killedBy: NodeJS.Signals };

/** Exit code of an engine that has saved and can be gone on with (sysexits' EX_TEMPFAIL). */
const stoppedCode = 75;
/** Saving the optimizers of a large model takes minutes. */
const savingMs = 900_000;

/**
 * Runs `python -m querent_engine KIND --config FILE` to its end. It goes on by itself from its newest complete checkpoint.
 * @throws CliError with the engine's own message and way out: exit code 2 for configuration and data, 3 for what failed
 */
export async function trainEmbedded(options: LaunchOptions): Promise<TrainingEnd> {
  const { kind, python, config, folder, log, environment, signal, onEvent } = options;
  signal.throwIfAborted();
  const child = startChild({
    command: python.command,
    args: ['-m', 'querent_engine', kind, '--config', config],
    environment: pythonEnvironment(python, environment),
    folder,
    onLine: (line) => {
      const event = eventIn(line);
      if (event === undefined) appendFileSync(log, `${line}\n`);
      else onEvent(event);
    },
    onError: (line) => appendFileSync(log, `${line}\n`),
  });
  options.onStarted?.(child.pid);
  const stop = (): void => void child.stop(savingMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return endOf(await child.ended, options);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function endOf(end: ChildEnd, { python, kind, log, signal }: LaunchOptions): TrainingEnd {
  if (end.code === 0) return 'done';
  if (end.code === stoppedCode) return 'stopped';
  if (signal.aborted) return 'stopped';
  if (end.signal !== null) return { killedBy: end.signal };
  if (end.code === 127)
    throw badInput(
      `${python.command} (${python.from}) cannot be started: ${end.lastLines.at(-1) ?? 'there is no such program'}. Install Python, or name one with --python or QUERENT_PYTHON.`,
    );
  const fault = faultIn(end.lastLines);
  const last = end.lastLines.filter((line) => line.trim() !== '').at(-1) ?? 'it said nothing';
  const message =
    fault === undefined
      ? `The engine ended with exit code ${end.code ?? '?'} (${kind}): ${last}. ${log} has more.`
      : `${fault.message}${fault.fix === '' ? '' : ` ${fault.fix}`}`;
  throw new CliError(end.code === EXIT.badInput ? EXIT.badInput : EXIT.engineFailed, message);
}

/** The event of a line; undefined for what a library prints. */
export function eventIn(line: string): EngineEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Partial<EngineEvent>;
    return typeof value.event === 'string' ? (value as EngineEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** The last line on stderr that says what is wrong, as every command of our Python package ends with. */
function faultIn(lines: readonly string[]): { readonly message: string; readonly fix: string } | undefined {
  for (const line of [...lines].reverse()) {
    if (!line.startsWith('{')) continue;
    try {
      const { error } = JSON.parse(line) as { readonly error?: { message?: unknown; fix?: unknown } };
      if (typeof error?.message === 'string')
        return { message: error.message, fix: typeof error.fix === 'string' ? error.fix : '' };
    } catch {
      // A line of something else.
    }
  }
  return undefined;
}
