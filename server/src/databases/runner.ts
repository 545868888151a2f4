import { fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { DatabaseMessage, DatabaseRequest, StatementLimits } from './protocol.ts';
import { nativePath, workerPath } from './workerPath.ts';

/** Megabytes of JavaScript values in one thread; SQLite's own memory is bounded by its heap limit. */
const scriptMegabytes = 512;

/** Something that answers requests outside of this thread, and can be ended at any moment. */
export interface Runner {
  post(request: DatabaseRequest): void;
  /** Whether it keeps this process alive. */
  hold(isHeld: boolean): void;
  end(): Promise<void>;
}

export interface RunnerEvents {
  readonly heard: (message: DatabaseMessage) => void;
  /** It is gone, though nobody ended it. */
  readonly lost: (reason: string) => void;
}

/** A copy in memory in a worker thread: WebAssembly can be ended with its thread. Or the file itself in a process: a native statement cannot. */
export type RunnerKind = 'memory' | 'native';

export function startRunner(kind: RunnerKind, limits: StatementLimits, events: RunnerEvents): Runner {
  return kind === 'memory' ? startThread(limits, events) : startProcess(limits, events);
}

function startThread(limits: StatementLimits, { heard, lost }: RunnerEvents): Runner {
  const worker = new Worker(workerPath(), {
    workerData: limits,
    resourceLimits: { maxOldGenerationSizeMb: scriptMegabytes },
  });
  worker.on('message', heard);
  worker.on('error', (error: Error) => lost(error.message));
  worker.on('exit', (code) => lost(`exit code ${code}`));
  return {
    post: (request) => worker.postMessage(request),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    end: async () => void (await worker.terminate()),
  };
}

function startProcess(limits: StatementLimits, { heard, lost }: RunnerEvents): Runner {
  const child = fork(nativePath(), [JSON.stringify(limits)], {
    execArgv: [],
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // bigints and bytes as they are
    serialization: 'advanced',
  });
  let lastWords = '';
  // Its words are no reason to wait for it.
  (child.stderr as Socket | null)?.unref();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  });
  const gone = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      lost(error.message);
      resolve();
    });
    child.on('close', (code, signal) => {
      lost(`${signal ?? `exit code ${code ?? 'unknown'}`}${lastWords === '' ? '' : `; ${lastWords}`}`);
      resolve();
    });
  });
  child.on('message', (message) => heard(message as DatabaseMessage));
  return {
    post: (request) => {
      // A broken channel shows as the end of the process.
      if (child.connected) child.send(request, () => undefined);
    },
    hold: (isHeld) => {
      if (isHeld) child.ref();
      else child.unref();
      if (isHeld) child.channel?.ref();
      else child.channel?.unref();
    },
    end: () => {
      // Whoever waits for the end is kept alive until it has come.
      child.ref();
      child.kill('SIGKILL');
      return gone;
    },
  };
}

/** What a process needs of ours: it runs as Node under Electron, and finds where temporary files go. Nothing else is any business of it. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'SQLITE_TMPDIR', 'NODE_COMPILE_CACHE'];
  return {
    ...Object.fromEntries(
      kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    ELECTRON_RUN_AS_NODE: '1',
  };
}
