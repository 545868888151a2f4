import type { ChildProcess } from 'node:child_process';
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const main = resolve(import.meta.dirname, '../../server/src/cli/main.ts');

// What the person at this machine has kept, or another test, is no part of a test.
if (process.env.QUERENT_INDEX_CACHE === undefined) {
  const cache = mkdtempSync(join(tmpdir(), 'querent-cli-cache-'));
  process.env.QUERENT_INDEX_CACHE = cache;
  afterAll(() => rmSync(cache, { recursive: true, force: true }));
}

/** How a run of the command ended. */
export interface RunResult {
  /** 130 also where the signal of Ctrl-C ended the process, as shells have it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a run. */
export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Input that is held back, input end included, until stdout has shown this. */
  readonly then?: { readonly after: RegExp; readonly input: string };
  /** A process of its own, as people start the command. Implied by `cwd`, `then`, `interruptAt` and `env`. */
  readonly ownProcess?: boolean;
  /** Sends SIGINT when stderr or stdout has shown this. */
  readonly interruptAt?: RegExp;
  /** Added to the environment. Implies a process of its own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What the host is told to run; `input` is base64. */
export interface HostRequest {
  readonly args: readonly string[];
  readonly input: string;
}
export type HostResult = RunResult;

let host: ChildProcess | undefined;
/** The host runs one command at a time. */
let queue: Promise<unknown> = Promise.resolve();

/** Runs the real `querent` command from its sources: in a process that several commands share, or in one of its own. */
export function querent(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { ownProcess = false, cwd, then, interruptAt, env } = options;
  if (ownProcess || [cwd, then, interruptAt, env].some((each) => each !== undefined))
    return querentProcess(args, options);
  const result = queue.then(() => inHost(args, options.input ?? ''));
  queue = result.catch(() => undefined);
  return result;
}

function inHost(args: readonly string[], input: string | Uint8Array): Promise<RunResult> {
  host ??= fork(resolve(import.meta.dirname, 'host.mts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const child = host;
  return new Promise((done, fail) => {
    const ended = (code: number | null): void => {
      host = undefined;
      fail(new Error(`querent ${args.join(' ')} ended the process with ${code}`));
    };
    child.once('exit', ended);
    child.once('message', (result: HostResult) => {
      child.off('exit', ended);
      done(result);
    });
    child.send({ args, input: Buffer.from(input as string).toString('base64') } satisfies HostRequest);
  });
}

function querentProcess(args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let pending = options.then;
    let interrupted = false;
    const watch = (): void => {
      if (interrupted || options.interruptAt?.test(Buffer.concat([...out, ...err]).toString()) !== true)
        return;
      interrupted = true;
      child.kill('SIGINT');
    };
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      watch();
      if (pending?.after.test(Buffer.concat(out).toString()) === true) {
        child.stdin.end(pending.input);
        pending = undefined;
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err.push(chunk);
      watch();
    });
    child.on('error', fail);
    child.on('close', (code, signal) =>
      done({
        code: signal === 'SIGINT' ? 130 : code,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      }),
    );
    child.stdin.on('error', () => undefined); // A command that refuses its arguments does not read its input.
    if (pending === undefined) child.stdin.end(options.input ?? '');
    else child.stdin.write(options.input ?? '');
  });
}

/** Runs the command, expects the exit code, and reads the one JSON document that it printed. */
export async function querentJson<T>(
  args: readonly string[],
  options: RunOptions & { code?: number } = {},
): Promise<T> {
  const result = await querent(args, options);
  if (result.code !== (options.code ?? 0))
    throw new Error(`querent ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
  return JSON.parse(result.stdout) as T;
}
