/** What the suite `model` measures of the host, a round each. Times in milliseconds. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { below } from '@querent/core/metrics';
import type { Generation, ModelHost } from '../../../server/src/models/index.ts';

const here = dirname(fileURLToPath(import.meta.url));
/** Some text of the field; a tokenizer makes about a token of a word. */
const sentence = 'Exercise and balance training prevent falls of older adults who live in the community. ';
const likeliest = { temperature: 0, repeatPenalty: 1 } as const;

export const raw = (text: string) => ({ kind: 'raw', text }) as const;

/** Tokens per second while writing, of the host and of the bare loop, on the same prompt. */
export interface Speed {
  readonly host: number;
  readonly bare: number;
  /** Processor milliseconds of each process a token; undefined where the system does not tell (other systems than Linux). */
  readonly hostCpu: number | undefined;
  readonly bareCpu: number | undefined;
}

/** Processor time of a process so far, milliseconds. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    // Behind the name, which may hold anything: user and system time in hundredths of a second.
    const fields =
      readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
        .split(') ')
        .at(-1)
        ?.split(' ') ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

async function withCpu(
  pid: number | undefined,
  work: () => Promise<{ readonly rate: number; readonly tokens: number }>,
): Promise<{ readonly rate: number; readonly cpu: number | undefined }> {
  const before = cpuOf(pid);
  const { rate, tokens } = await work();
  const after = cpuOf(pid);
  return { rate, cpu: before === undefined || after === undefined ? undefined : (after - before) / tokens };
}

/** The peer, until it is closed. */
export class BareLoop {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(path: string, threads: number, contextTokens: number, batch: number): Promise<BareLoop> {
    const sizes = [threads, contextTokens, batch].map(String);
    const child = fork(join(here, 'bareLoop.mjs'), [path, ...sizes], { execArgv: [], silent: true });
    await once(child, 'message');
    return new BareLoop(child);
  }

  async run(prompt: string, tokens: number): Promise<{ readonly tokens: number; readonly writeMs: number }> {
    const answer = once(this.#child, 'message');
    this.#child.send({ prompt, tokens });
    const [result] = (await answer) as [{ tokens: number; writeMs: number }];
    return result;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  close(): void {
    this.#child.disconnect();
  }
}

/** One run of each, the order changed from round to round. */
export async function measureSpeed(
  host: ModelHost,
  bare: BareLoop,
  round: number,
  tokens: number,
): Promise<Speed> {
  // The host keeps what it read; so that both read it, each round has a beginning of its own.
  const prompt = `${round}. ${sentence.repeat(2)}`;
  const own = async (): ReturnType<typeof withCpu> =>
    withCpu(host.pid, async () => {
      let first = 0;
      let last = 0;
      const { tokens: written } = await host.generate(raw(prompt), {
        ...likeliest,
        maxTokens: tokens,
        onToken: () => {
          last = performance.now();
          if (first === 0) first = last;
        },
      });
      return { rate: (1000 * (written - 1)) / (last - first), tokens: written };
    });
  const other = async (): ReturnType<typeof withCpu> =>
    withCpu(bare.pid, async () => {
      const { tokens: written, writeMs } = await bare.run(prompt, tokens);
      return { rate: (1000 * (written - 1)) / writeMs, tokens: written };
    });
  const isFirst = round % 2 === 0;
  const before = isFirst ? undefined : await other();
  const mine = await own();
  const peer = before ?? (await other());
  return { host: mine.rate, bare: peer.rate, hostCpu: mine.cpu, bareCpu: peer.cpu };
}

/** A prompt of about `tokens` tokens that begins like no other one, and two of its endings. */
function prompts(tokens: number, label: string): readonly [string, string] {
  const body = `${label}. ${sentence.repeat(Math.ceil(tokens / 16))}`;
  return [`${body}Topic: desmopressin for blood loss.\nQuery:`, `${body}Topic: tai chi for falls.\nQuery:`];
}

/** Time to a whole first proposal, with nothing of the prompt read before, and with all but its topic. */
export async function measureFirstProposal(
  host: ModelHost,
  label: string,
): Promise<{ readonly cold: Generation; readonly warm: Generation }> {
  const [first, second] = prompts(1000, label);
  const options = {
    ...likeliest,
    maxTokens: 48,
    grammar: 'root ::= "{\\"query\\": \\"" [^"\\\\\\n]{40,400} "\\"}"',
  };
  const cold = await host.generate(raw(first), options);
  return { cold, warm: await host.generate(raw(second), options) };
}

/** Milliseconds a token of four answers side by side, and of the same one after the other, on a prompt that is read. */
export async function measureParallel(
  host: ModelHost,
  round: number,
): Promise<{ readonly parallel: number; readonly sequential: number }> {
  const prompt = raw(`Round ${round}. ${sentence.repeat(15)}`);
  const samples = [1, 2, 3, 4].map((seed) => ({ seed: 10 * round + seed }));
  const options = { temperature: 0.8, repeatPenalty: 1, maxTokens: 48 };
  await host.generate(prompt, { maxTokens: 1 });
  const parallelFrom = performance.now();
  const side = await host.generateMany(prompt, { ...options, samples });
  const parallelMs = performance.now() - parallelFrom;
  const sideTokens = side.reduce((sum, { generation }) => sum + (generation?.tokens ?? 0), 0);
  const sequentialFrom = performance.now();
  let tokens = 0;
  for (const sample of samples) tokens += (await host.generate(prompt, { ...options, ...sample })).tokens;
  return { parallel: parallelMs / sideTokens, sequential: (performance.now() - sequentialFrom) / tokens };
}

/** Time from a cancellation until the model is free for the next request: of prompts being read, of one and of four answers being written. */
export async function measureCancel(
  host: ModelHost,
  random: () => number,
  label: string,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < 12; i++) {
    const abort = new AbortController();
    const isReading = i % 2 === 0;
    const text = isReading ? `${label}-${i} ${sentence.repeat(90)}` : sentence;
    const samples = Array.from({ length: i % 4 < 2 ? 1 : 4 }, () => ({}));
    const running = host
      .generateMany(raw(text), { temperature: 0.8, maxTokens: 400, samples, signal: abort.signal })
      .catch(() => undefined);
    await wait(30 + below(500, random));
    const isFree = new Promise<void>((resolve) => {
      const stop = host.onState(({ state }) => {
        if (state !== 'ready') return;
        stop();
        resolve();
      });
    });
    if (host.state.state !== 'busy') throw new Error('An answer had ended before it was cancelled.');
    const from = performance.now();
    abort.abort();
    await isFree;
    times.push(performance.now() - from);
    await running;
  }
  return times;
}
