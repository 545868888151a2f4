/** Several answers, the prompt that is read once, budgets and ends: on the real runtime with a tiny model made here. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelHost, defaultHostPath, ModelError } from './index.ts';
import type { Generation, ModelHost, SampleResult } from './index.ts';
import { tinyGguf } from './testing/tinyGguf.ts';

let folder: string;
let host: ModelHost;
const log: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-writing-'));
  const modelPath = join(folder, 'tiny.gguf');
  await writeFile(modelPath, tinyGguf());
  host = createModelHost({
    hostPath: defaultHostPath(),
    modelPath,
    gpu: 'off',
    threads: 1,
    idleMinutes: 0,
    samples: 4,
    log: (line) => log.push(line),
  });
});
afterAll(async () => {
  await host.dispose();
  await rm(folder, { recursive: true, force: true });
});

const raw = (text: string) => ({ kind: 'raw', text }) as const;
const chat = (user: string) => ({ kind: 'chat', system: 'You write searches. '.repeat(20), user }) as const;
/** A text of about 900 tokens for the tiny model, one a letter. */
const long = 'exercise for falls '.repeat(50);

function written(results: readonly SampleResult[]): readonly Generation[] {
  return results.map(({ generation, failure }) => {
    if (generation === undefined) throw failure;
    return generation;
  });
}

describe('several answers to a prompt', () => {
  it('are made side by side, each with its own seed, and told piece by piece with their place', async () => {
    const streamed = ['', '', '', ''];
    const counts = [0, 0, 0, 0];
    const order: number[] = [];
    const answers = written(
      await host.generateMany(raw('heart failure'), {
        maxTokens: 30,
        temperature: 1,
        samples: [{ temperature: 0 }, { seed: 1 }, { seed: 2 }, { seed: 1, maxTokens: 10 }],
        onToken: (index, text, tokens) => {
          streamed[index] += text;
          counts[index] = tokens;
          order.push(index);
        },
      }),
    );
    expect(answers.map(({ text }) => text)).toEqual(streamed);
    expect(answers.map(({ tokens }) => tokens)).toEqual([30, 30, 30, 10]);
    // The last tokens may be part of a character that is not complete.
    for (const [i, { tokens }] of answers.entries()) expect(tokens - (counts[i] ?? 0)).toBeLessThan(8);
    expect(new Set(streamed.slice(0, 3)).size).toBe(3);
    expect(streamed[1]?.startsWith(streamed[3] ?? '?')).toBe(true);
    // Side by side: the second began before the first had ended.
    expect(order.indexOf(1)).toBeLessThan(order.lastIndexOf(0));
    expect(log.join('\n')).toMatch(/4 answers side by side/);
  });

  it('are the same as one after the other, also where there are more than fit at once', async () => {
    const samples = [{ temperature: 0 }, ...[1, 2, 3, 4, 5].map((seed) => ({ seed, temperature: 0.8 }))];
    const together = written(await host.generateMany(raw('falls'), { maxTokens: 12, samples }));
    const apart: Generation[] = [];
    for (const sample of samples) apart.push(await host.generate(raw('falls'), { maxTokens: 12, ...sample }));
    expect(together.map(({ text }) => text)).toEqual(apart.map(({ text }) => text));
  });

  it('have each a grammar of their own', async () => {
    const answers = written(
      await host.generateMany(raw('x'), {
        maxTokens: 20,
        samples: [
          { grammar: 'root ::= "yes"' },
          { grammar: 'root ::= "no"' },
          { grammar: 'root ::= "may" "be"' },
        ],
      }),
    );
    expect(answers.map(({ text }) => text)).toEqual(['yes', 'no', 'maybe']);
  });

  it('are refused for a number that makes no sense, and for a grammar that is none; the next works', async () => {
    for (const samples of [[], Array.from({ length: 65 }, () => ({}))])
      await expect(host.generateMany(raw('x'), { samples })).rejects.toMatchObject({ code: 'refused' });
    await expect(host.generate(raw('x'), { grammar: 'root ::= (' })).rejects.toBeInstanceOf(ModelError);
    expect((await host.generate(raw('x'), { maxTokens: 2 })).tokens).toBe(2);
  });
});

describe('the beginning of a prompt', () => {
  it('is not read again when an earlier request began the same way, whatever came between', async () => {
    const first = await host.generate(raw(`${long} one`), { maxTokens: 2 });
    expect(first.promptTokens).toBeGreaterThan(900);
    await host.generate(raw('something else'), { maxTokens: 2 });
    await host.generate(chat('a'), { maxTokens: 2 });
    const again = await host.generate(raw(`${long} two`), { maxTokens: 2 });
    expect(again.cachedTokens).toBeGreaterThan(900);
    expect(again.cachedTokens).toBeLessThan(again.promptTokens);
    const turns = await host.generate(chat('b'), { maxTokens: 2 });
    expect(turns.cachedTokens).toBeGreaterThan(turns.promptTokens - 40);
  });

  it('changes nothing about the answer', async () => {
    const cold = await host.generate(raw(`only here ${long}`), { maxTokens: 20 });
    const warm = await host.generate(raw(`only here ${long}`), { maxTokens: 20 });
    expect(warm.cachedTokens).toBe(warm.promptTokens - 1);
    expect(cold.cachedTokens).toBeLessThan(40);
    expect(warm.text).toBe(cold.text);
  });
});

describe('the end of an answer', () => {
  it('is the first stop string, which belongs to it', async () => {
    const free = await host.generate(raw('abc'), { maxTokens: 40 });
    const stop = free.text.slice(7, 10);
    const pieces: string[] = [];
    const stopped = await host.generate(raw('abc'), {
      maxTokens: 40,
      stop: ['never in there', stop],
      onToken: (text) => pieces.push(text),
    });
    expect(stopped.stopReason).toBe('stop');
    expect(stopped.text).toBe(free.text.slice(0, free.text.indexOf(stop) + stop.length));
    expect(pieces.join('')).toBe(stopped.text);
  });

  it('is the limit of tokens, or of time', async () => {
    expect(await host.generate(raw('abc'), { maxTokens: 5 })).toMatchObject({
      stopReason: 'maxTokens',
      tokens: 5,
    });
    const timed = await host.generate(raw('abc'), { maxMs: 150 });
    expect(timed.stopReason).toBe('time');
    expect(timed.totalMs).toBeLessThan(2000);
  });

  it('is never behind the context, so that its beginning is not forgotten', async () => {
    const answer = await host.generate(raw(long.repeat(2)), {});
    expect(answer.promptTokens + answer.tokens).toBeLessThan(2048);
    expect(answer.stopReason).not.toBe('time');
  });
});

describe('a budget for thinking', () => {
  it.each([
    ['opened by the prompt', 'q <think>', undefined],
    ['opened by the answer', 'q', 'root ::= "<think>" [a-z]+ "</think><answer>" [a-z] "</answer>"'],
  ])('closes what was %s', async (_name, prompt, grammar) => {
    const answer = await host.generate(raw(prompt), {
      maxTokens: 120,
      thinkTokens: 20,
      temperature: 1,
      seed: 3,
      stop: ['</answer>'],
      ...(grammar === undefined ? {} : { grammar }),
    });
    expect(answer.thinkingCut).toBe(true);
    const thought = answer.text.slice(0, answer.text.indexOf('</think>'));
    expect(thought.length).toBeGreaterThan(5);
    expect(answer.tokens).toBeGreaterThan(20);
    if (grammar !== undefined) expect(answer.text).toMatch(/^<think>[a-z]+<\/think><answer>[a-z]<\/answer>$/);
  });

  it('leaves an answer alone that does not think', async () => {
    const free = await host.generate(raw('abc'), { maxTokens: 40 });
    const held = await host.generate(raw('abc'), { maxTokens: 40, thinkTokens: 5 });
    expect(held.text).toBe(free.text);
    expect(held.thinkingCut).toBeUndefined();
  });
});

describe('a cancelled request', () => {
  it('ends all its answers, also while the prompt is read, and frees the model for the next', async () => {
    for (const stopAt of [1, 40]) {
      const abort = new AbortController();
      const states: string[] = [];
      const stop = host.onState(({ state }) => states.push(state));
      setTimeout(() => abort.abort(), stopAt);
      await expect(
        host.generateMany(raw(`${stopAt} ${long.repeat(2)}`), {
          samples: [{}, {}, {}, {}],
          signal: abort.signal,
        }),
      ).rejects.toMatchObject({ code: 'aborted' });
      const after = performance.now();
      const next = await host.generateMany(raw('b'), { maxTokens: 3, samples: [{}, {}, {}, {}] });
      expect(written(next).map(({ tokens }) => tokens)).toEqual([3, 3, 3, 3]);
      expect(performance.now() - after).toBeLessThan(5000);
      stop();
    }
  });
});

it('the state tells speed and memory after a request', async () => {
  await host.generate(raw('abc'), { maxTokens: 20 });
  expect(host.state.tokensPerSecond).toBeGreaterThan(1);
  expect(host.state.memoryBytes).toBeGreaterThan(30e6);
  expect(host.state.explanation).toMatch(/[\d.]+ tokens per second\. \d+ MB of memory/);
});
