import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How a child process ended. */
export interface ChildEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines on stderr. */
  readonly lastLines: readonly string[];
}

/** A process that works for a run. */
export interface RunningChild {
  readonly pid: number | undefined;
  /** Never rejects; a program that is not there ends with code 127. */
  readonly ended: Promise<ChildEnd>;
  /** SIGTERM; after `ms` milliseconds SIGKILL. Settles when it has ended. */
  stop(ms: number): Promise<ChildEnd>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where it works; here unless told otherwise. */
  readonly folder?: string;
  /** Each line that it writes on stdout. */
  readonly onLine: (line: string) => void;
  /** Each line that it writes on stderr. */
  readonly onError: (line: string) => void;
}

/** So many lines of stderr are kept for messages. */
const keptLines = 20;

/**
 * Starts a process that does not outlive this one: its stdin is a pipe that nothing is written into, and it ends when that is closed, which
 * the system does whatever becomes of us (`--stop-with-stdin` of the reward service, QUERENT_PARENT_PIPE of the engine). It is in a group of its own, so that Ctrl-C of a
 * terminal reaches us alone and we tell it to save and end.
 */
export function startChild({
  command,
  args,
  environment,
  folder,
  onLine,
  onError,
}: ChildOptions): RunningChild {
  const child: ChildProcess = spawn(command, args, {
    env: { ...environment, QUERENT_PARENT_PIPE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  const lastLines: string[] = [];
  child.stdin?.on('error', () => undefined);
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', onLine);
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > keptLines) lastLines.shift();
      onError(line);
    });
  const ended = new Promise<ChildEnd>((done) => {
    child.once('error', (error) => done({ code: 127, signal: null, lastLines: [error.message] }));
    // `close`, not `exit`: the last lines are read then.
    child.once('close', (code, signal) => done({ code, signal, lastLines }));
  });
  return {
    pid: child.pid,
    ended,
    async stop(ms) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), ms);
      const end = await ended;
      clearTimeout(timer);
      return end;
    },
  };
}

/** How this program is started again: the bundle where it is one, else the sources. */
export function ownCommand(): { readonly command: string; readonly args: readonly string[] } {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundle = join(here, 'trainer.cjs');
  const main = existsSync(bundle) ? bundle : join(here, '..', 'cli', 'main.ts');
  return { command: process.execPath, args: [main] };
}
