/** What the suite `model` measures of the host, a round each. Times in milliseconds. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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
  const prompt = sentence.repeat(3);
  const runs = {
    host: async (): Promise<number> => {
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
      return (1000 * (written - 1)) / (last - first);
    },
    bare: async (): Promise<number> => {
      const { tokens: written, writeMs } = await bare.run(prompt, tokens);
      return (1000 * (written - 1)) / writeMs;
    },
  };
  if (round % 2 === 0) {
    const own = await runs.host();
    return { host: own, bare: await runs.bare() };
  }
  const other = await runs.bare();
  return { host: await runs.host(), bare: other };
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
