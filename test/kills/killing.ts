/**
 * Kills the model process at random during rewrites, over real LSP, and looks whether the server keeps its promise: it answers every other
 * request, each rewrite with the method's proposals, and the next rewrite has the model again.
 */
import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { below, seededRandom } from '@querent/core/metrics';
import type { RewriteResult, StatusParams } from '@querent/server/protocol';
import { startServer, TestFolder, type TestServer } from '../lsp/harness.ts';
import { citations, strategy } from '../lsp/library.ts';

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Bytes of a model, or the path of its file. */
  readonly model: Uint8Array | string;
  readonly log?: (line: string) => void;
}

/** What was seen. Times in milliseconds. */
export interface KillReport {
  readonly kills: number;
  /** Kills by what the status said of the model: it loaded, it wrote, or neither (not asked yet, or done). */
  readonly whileLoading: number;
  readonly whileWriting: number;
  readonly whileIdle: number;
  /** Rewrites that a kill hit, by how they ended. Every one has the method's proposals, or this fails. */
  readonly withRejection: number;
  readonly withModel: number;
  /** Rewrites behind a kill in which the model had its say again. */
  readonly worked: number;
  /** Answers to hovers, hints and diagnostics meanwhile. */
  readonly otherRequests: number;
  readonly otherP50Ms: number;
  readonly otherP95Ms: number;
  readonly otherMaxMs: number;
  /** A rewrite behind a kill, with the model's new start. */
  readonly nextP50Ms: number;
  readonly nextMaxMs: number;
  readonly seconds: number;
}

/** What a rejection says that speaks of the process, not of what the model wrote. */
const ofTheProcess = /model process|not started again|could not be loaded|was shut down|was unloaded/i;
const cases = ['hover', 'hints', 'diagnostics'] as const;

/** @throws Error as soon as a promise is not kept */
export async function killDuringRewrites({ kills, seed, model, log }: KillOptions): Promise<KillReport> {
  const folder = new TestFolder();
  folder.write('citations.jsonl', citations);
  const path = typeof model === 'string' ? model : folder.write('tiny.gguf', model);
  const uri = folder.uri('falls.pubmed');
  const settings = {
    model: { path, threads: 1, gpu: 'off', idleMinutes: 0, samples: 2, contextTokens: 2048 },
  };
  const server = await startServer({ folder: folder.path, settings, trusted: true });
  const random = seededRandom(seed);
  const others = new OtherRequests(server, uri);
  const next: number[] = [];
  const counts = {
    whileIdle: 0,
    whileLoading: 0,
    whileWriting: 0,
    withRejection: 0,
    withModel: 0,
    worked: 0,
  };
  const started = performance.now();
  try {
    await server.open(uri, strategy);
    modelAnswers(await rewrite(server, uri), 'The first rewrite');
    // What a kill may hit: a rewrite with the model loaded already.
    const rewriteMs = await timed(async () => modelAnswers(await rewrite(server, uri), 'The second rewrite'));
    const asking = others.run();
    asking.catch(() => undefined); // it is waited for at the end
    for (let i = 1; i <= kills; i++) {
      const rewriting = rewrite(server, uri);
      rewriting.catch(() => undefined); // it is waited for below
      await wait(below(Math.ceil(rewriteMs), random));
      const pid = await modelProcess(server, rewriting);
      if (pid !== undefined) {
        counts[stateOf(server)] += 1;
        process.kill(pid, 'SIGKILL');
      }
      const hit = await rewriting;
      const said = hit.rejected.find(({ origin, reason }) => origin === 'model' && ofTheProcess.test(reason));
      counts[said === undefined ? 'withModel' : 'withRejection'] += 1;
      const tookMs = await timed(async () =>
        modelAnswers(await rewrite(server, uri), `The rewrite behind kill ${i}`),
      );
      next.push(tookMs);
      counts.worked += 1;
      if (i % 10 === 0) log?.(`${i} of ${kills} kills`);
    }
    await others.stop(asking);
    if ((await server.stop()) !== 0) throw new Error(`The server did not end well.\n${server.stderr}`);
  } finally {
    if (server.process.exitCode === null) server.kill();
    folder.dispose();
  }
  return {
    kills,
    ...counts,
    otherRequests: others.times.length,
    otherP50Ms: quantile(others.times, 0.5),
    otherP95Ms: quantile(others.times, 0.95),
    otherMaxMs: quantile(others.times, 1),
    nextP50Ms: quantile(next, 0.5),
    nextMaxMs: quantile(next, 1),
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
}

/** A rewrite, which always has the method's proposals. */
async function rewrite(server: TestServer, uri: string): Promise<RewriteResult> {
  const result = await server.request<RewriteResult>('querent/rewrite', { uri });
  if (!result.proposals.some(({ origin }) => origin === 'method'))
    throw new Error(`A rewrite had no proposal of the method: ${JSON.stringify(result.rejected)}`);
  if (![...result.proposals, ...result.rejected].some(({ origin }) => origin === 'model'))
    throw new Error('A rewrite said nothing of the model: neither a proposal nor a rejection.');
  return result;
}

/** The model has written, whatever became of it. */
function modelAnswers({ rejected }: RewriteResult, what: string): void {
  const dead = rejected.find(({ origin, reason }) => origin === 'model' && ofTheProcess.test(reason));
  if (dead !== undefined) throw new Error(`${what} went without the model: ${dead.reason}`);
}

/** The other requests of an editor, one after the other, as long as it goes on. */
class OtherRequests {
  readonly #server: TestServer;
  readonly #uri: string;
  #isStopped = false;
  readonly times: number[] = [];

  constructor(server: TestServer, uri: string) {
    this.#server = server;
    this.#uri = uri;
  }

  async run(): Promise<void> {
    const textDocument = { uri: this.#uri };
    for (let i = 0; !this.#isStopped; i++) {
      const from = performance.now();
      const kind = cases[i % cases.length];
      const answer =
        kind === 'hover'
          ? this.#server.request('textDocument/hover', { textDocument, position: { line: 10, character: 4 } })
          : kind === 'hints'
            ? this.#server.request('textDocument/inlayHint', {
                textDocument,
                range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
              })
            : this.#server.request('textDocument/diagnostic', { textDocument });
      if ((await within(answer, 10_000)) === undefined)
        throw new Error(`A request (${kind ?? ''}) was not answered within 10 s.`);
      this.times.push(performance.now() - from);
      await wait(20);
    }
  }

  /** Ends it; what failed meanwhile fails here. */
  async stop(running: Promise<void>): Promise<void> {
    this.#isStopped = true;
    await running;
  }
}

async function within<T>(answer: Promise<T>, ms: number): Promise<{ readonly value: T } | undefined> {
  return Promise.race([answer.then((value) => ({ value })), wait(ms, undefined, { ref: false })]);
}

/** The model process: waits until there is one, or the rewrite is over. */
async function modelProcess(server: TestServer, rewriting: Promise<unknown>): Promise<number | undefined> {
  const over = rewriting.then(
    () => true,
    () => true,
  );
  for (;;) {
    const pid = modelProcesses(server)[0];
    if (pid !== undefined) return pid;
    if (await Promise.race([over, wait(10, false)])) return undefined;
  }
}

function modelProcesses(server: TestServer): readonly number[] {
  try {
    const list = execFileSync(
      'ps',
      ['--no-headers', '-o', 'pid=,args=', '--ppid', String(server.process.pid)],
      {
        encoding: 'utf8',
      },
    );
    return list
      .split('\n')
      .filter((line) => /hostMain\.ts|modelHost\.mjs/.test(line))
      .map((line) => Number.parseInt(line.trim(), 10));
  } catch {
    return [];
  }
}

function stateOf(server: TestServer): 'whileLoading' | 'whileWriting' | 'whileIdle' {
  const last = server.received.findLast(({ method }) => method === 'querent/status');
  const { state } = (last?.params as StatusParams | undefined)?.model ?? {};
  return state === 'busy' ? 'whileWriting' : state === 'loading' ? 'whileLoading' : 'whileIdle';
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
}

/** For people. */
export function describeReport(report: KillReport, model: string): string {
  const { kills, whileLoading, whileWriting, whileIdle, withRejection, withModel, worked, seconds } = report;
  return [
    `${kills} kills of the model process (${basename(join(model))}) in ${seconds} s: ${whileLoading} while it loaded, ${whileWriting} while it wrote, ${whileIdle} before or behind.`,
    `Rewrites that were hit: ${withRejection} told it, ${withModel} had the model's answers already. Rewrites behind: ${worked} of ${kills} with the model; median ${report.nextP50Ms} ms, longest ${report.nextMaxMs} ms.`,
    `Other requests meanwhile: ${report.otherRequests}, all answered; median ${report.otherP50Ms} ms, p95 ${report.otherP95Ms} ms, longest ${report.otherMaxMs} ms.`,
  ].join('\n');
}
