import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { eventIn } from '../engines/embedded/launch.ts';
import { pythonEnvironment } from '../engines/python.ts';
import type { Python } from '../engines/python.ts';
import { startChild } from '../run/children.ts';
import type { ChildEnd } from '../run/children.ts';

/** An event of `python -m querent_engine.export`; see its `__main__.py`. */
export type ExporterEvent = Readonly<Record<string, unknown>> & { readonly event: string };

export interface ExporterRun {
  readonly python: Python;
  readonly environment: NodeJS.ProcessEnv;
  readonly command: 'convert' | 'reference';
  readonly config: object;
  /** A folder for the configuration. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: ExporterEvent) => void;
}

/** A stopped exporter removes its unfinished files within this time. */
const stoppingMs = 10_000;

/**
 * Runs the Python side of an export to its end.
 * @returns its last event, `done`
 * @throws CliError with its message and way out: exit code 2 for what is wrong with the model or the wishes, 3 for what failed, 130 when it was stopped
 */
export async function runExporter(run: ExporterRun): Promise<ExporterEvent> {
  const { python, environment, command, config, scratch, signal, onEvent } = run;
  const isStopped = (): boolean => signal?.aborted === true;
  if (isStopped()) throw stopped();
  const path = join(scratch, `${command}.json`);
  await writeFile(path, JSON.stringify(config));
  let done: ExporterEvent | undefined;
  const child = startChild({
    command: python.command,
    args: ['-m', 'querent_engine.export', command, '--config', path],
    environment: pythonEnvironment(python, environment),
    onLine: (line) => {
      const event = eventIn(line);
      if (event?.event === 'done') done = event;
      else if (event !== undefined) onEvent(event);
    },
    onError: () => undefined, // its last lines are kept for the message
  });
  const stop = (): void => void child.stop(stoppingMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const end = await child.ended;
    if (end.code === 0 && done !== undefined) return done;
    throw isStopped() ? stopped() : failure(end, run);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function stopped(): CliError {
  return new CliError(EXIT.interrupted, 'Interrupted; no file was made.');
}

function failure({ code, signal, lastLines }: ChildEnd, { python, command }: ExporterRun): CliError {
  if (code === 127)
    return badInput(
      `${python.command} (${python.from}) cannot be started: ${lastLines.at(-1) ?? 'there is no such program'}. Name another Python with --python or QUERENT_PYTHON.`,
    );
  const fault = faultIn(lastLines);
  if (fault !== undefined)
    return new CliError(code === EXIT.badInput ? EXIT.badInput : EXIT.engineFailed, fault);
  const lines = lastLines.map((line) => line.trim()).filter((line) => line !== '');
  const last = lines.at(-1) ?? 'it said nothing';
  if (/^ModuleNotFoundError:/.test(last))
    return badInput(
      `${python.command} (${python.from}) lacks a package of the exporter: ${last}. Name another Python with --python or QUERENT_PYTHON, or install trainer/python with its extra "train".`,
    );
  return new CliError(
    EXIT.engineFailed,
    signal === 'SIGKILL'
      ? `The exporter was killed (${command}), perhaps for want of memory. Export on a machine with more, or stop other programs.`
      : `The exporter ended ${signal === null ? `with exit code ${code ?? '?'}` : `by ${signal}`} (${command}): ${last}.`,
  );
}

/** The message of the last line that says what is wrong. */
function faultIn(lines: readonly string[]): string | undefined {
  for (const line of [...lines].reverse()) {
    if (!line.startsWith('{')) continue;
    try {
      const { error } = JSON.parse(line) as {
        readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly fix?: unknown };
      };
      if (typeof error?.message !== 'string') continue;
      return typeof error.fix === 'string' && error.fix !== ''
        ? `${error.message} ${error.fix}`
        : error.message;
    } catch {
      // A line of something else.
    }
  }
  return undefined;
}
