/** The real node-llama-cpp in the real child process, with a tiny model made here. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModelHost, defaultHostPath, ModelError } from './index.ts';
import type { ModelHost, ModelState } from './index.ts';
import type { ModelHostOptions } from './hostTypes.ts';
import { tinyGguf } from './testing/tinyGguf.ts';

let folder: string;
let modelPath: string;
const hosts: ModelHost[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-model-'));
  modelPath = join(folder, 'tiny.gguf');
  await writeFile(modelPath, tinyGguf());
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.dispose()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(options: Partial<ModelHostOptions> = {}): {
  host: ModelHost;
  states: ModelState[];
  log: string[];
} {
  const log: string[] = [];
  const host = createModelHost({
    hostPath: defaultHostPath(),
    modelPath,
    gpu: 'off',
    threads: 1,
    idleMinutes: 0,
    log: (line) => log.push(line),
    ...options,
  });
  hosts.push(host);
  const states: ModelState[] = [];
  host.onState((state) => states.push(state));
  return { host, states, log };
}

const raw = (text: string) => ({ kind: 'raw', text }) as const;
/** Long enough to be still running when a test interferes. */
const LONG = { maxTokens: 1800 };

async function failure(work: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).message).not.toContain('\n');
  return error as ModelError;
}

describe('a model host', () => {
  it('starts nothing before the first request, then loads, streams and reports its states', async () => {
    const { host, states } = start();
    expect(host.state.state).toBe('idle');
    expect(host.pid).toBeUndefined();
    let streamed = '';
    const answer = await host.generate(
      { kind: 'chat', system: 'You search.', user: 'desmopressin' },
      { maxTokens: 24, onToken: (text) => (streamed += text) },
    );
    expect(answer.text).toBe(streamed);
    expect(answer.tokens).toBeGreaterThan(0);
    expect(answer.tokens).toBeLessThanOrEqual(24);
    expect(states.map(({ state }) => state)).toEqual(expect.arrayContaining(['loading', 'busy', 'ready']));
    expect(host.state).toMatchObject({ state: 'ready', detail: 'Tiny Test Model' });
    const memory = await host.memory();
    expect(memory?.modelBytes).toBeGreaterThan(100_000);
    expect(memory?.processBytes).toBeGreaterThan(memory?.modelBytes ?? 0);
    expect(memory?.runsOn).toMatchObject({ gpu: false, threads: 1, contextTokens: 2048 });
  });

  it('follows a JSON schema and a grammar even when its weights are noise', async () => {
    const { host } = start();
    const schema = { type: 'object', properties: { query: { type: 'string', maxLength: 20 } } };
    const json = await host.generate({ kind: 'chat', user: 'x' }, { maxTokens: 200, jsonSchema: schema });
    expect(JSON.parse(json.text)).toEqual({ query: expect.any(String) as string });
    const grammar = await host.generate(raw('x'), { maxTokens: 50, grammar: 'root ::= "yes" | "no"' });
    expect(['yes', 'no']).toContain(grammar.text);
  });

  it('answers requests in their order, and the same request with the same answer', async () => {
    const { host } = start();
    const order: number[] = [];
    const answers = await Promise.all(
      [0, 1, 2].map(async (index) => {
        const answer = await host.generate(raw('heart failure'), { maxTokens: 12 });
        order.push(index);
        return answer.text;
      }),
    );
    expect(order).toEqual([0, 1, 2]);
    expect(new Set(answers).size).toBe(1);
  });

  it('cancels a running request within a few tokens, and a waiting one at once', async () => {
    const { host } = start();
    const running = new AbortController();
    const waiting = new AbortController();
    let tokens = 0;
    const first = host.generate(raw('a'), {
      ...LONG,
      signal: running.signal,
      onToken: () => {
        tokens += 1;
        if (tokens === 3) {
          waiting.abort();
          running.abort();
        }
      },
    });
    const second = host.generate(raw('b'), { ...LONG, signal: waiting.signal });
    expect((await failure(first)).code).toBe('aborted');
    expect((await failure(second)).code).toBe('aborted');
    expect(tokens).toBe(3);
    expect((await host.generate(raw('c'), { maxTokens: 3 })).tokens).toBeGreaterThan(0);
    const already = await failure(host.generate(raw('d'), { signal: AbortSignal.abort() }));
    expect(already.code).toBe('aborted');
  });

  it('is ready, and says so, after a request that was cancelled while it loaded', async () => {
    const abort = new AbortController();
    const { host } = start();
    host.onState(({ state, detail }) => {
      if (state === 'loading' && detail.startsWith('loading')) abort.abort();
    });
    expect((await failure(host.generate(raw('a'), { signal: abort.signal }))).code).toBe('aborted');
    await expect.poll(() => host.state.state, { timeout: 10_000 }).toBe('ready');
    expect(host.pid).toBeDefined();
  });

  it('is idle, not faulty, after it was unloaded while it loaded', async () => {
    const { host } = start();
    const asked = failure(host.generate(raw('a')));
    await expect.poll(() => host.pid, { interval: 1 }).toBeDefined();
    await host.unload();
    expect((await asked).code).toBe('disposed');
    await expect.poll(() => host.state.state).toBe('idle');
  });

  it('stays for longer than timers can count', async () => {
    const { host } = start({ idleMinutes: 100_000 });
    await host.generate(raw('a'), { maxTokens: 2 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(host.pid).toBeDefined();
    expect(host.state.state).toBe('ready');
  });

  it('survives the death of its process in the middle of an answer', async () => {
    const { host } = start();
    const first = host.generate(raw('a'), { ...LONG, onToken: () => process.kill(host.pid ?? 0, 'SIGKILL') });
    const error = await failure(first);
    expect(error.code).toBe('crashed');
    expect(error.message).toMatch(/^The model process was killed \(SIGKILL\).*ask again/);
    expect(host.state).toMatchObject({ state: 'idle' });
    expect(host.state.explanation).toMatch(/was killed.*next request starts it again/);
    expect((await host.generate(raw('b'), { maxTokens: 3 })).tokens).toBeGreaterThan(0);
    expect(host.state.state).toBe('ready');
  });

  it.skipIf(process.platform !== 'linux')(
    'comes again however often it is killed from outside, loading or writing (other systems do not tell who killed)',
    async () => {
      const { host, log } = start();
      for (let i = 0; i < 2; i++) {
        const error = await failure(
          host.generate(raw('a'), { ...LONG, onToken: () => process.kill(host.pid ?? 0, 'SIGKILL') }),
        );
        expect(error.message).toMatch(/was killed \(SIGKILL\) from outside/);
      }
      // Before anything of the answer had come nothing is lost: it is asked again by itself, once.
      const loading = host.generate(raw('a'), { maxTokens: 2 });
      const killed = await killNext(host, undefined);
      expect((await loading).tokens).toBe(2);
      process.kill(host.pid ?? 0, 'SIGKILL');
      expect(host.pid).not.toBe(killed);
      for (let i = 0; i < 2; i++) {
        const twice = failure(host.generate(raw('a'), { maxTokens: 2 }));
        await killNext(host, await killNext(host, undefined));
        expect((await twice).message).toMatch(/was killed \(SIGKILL\) from outside while loading.*Ask again/);
      }
      expect((await host.generate(raw('a'), { maxTokens: 2 })).tokens).toBeGreaterThan(0);
      expect(log.join('\n')).not.toMatch(/times/);
    },
  );

  it('gives up for a while after it died three times while loading, and says how to go on', async () => {
    const hostPath = join(folder, 'loadCrash.mjs');
    await writeFile(
      hostPath,
      "process.on('message', (m) => m.type === 'load' && process.exit(7)); setInterval(() => {}, 1000);",
    );
    const { host } = start({ hostPath });
    for (let i = 0; i < 3; i++) {
      expect((await failure(host.generate(raw('a')))).message).toMatch(/ended with code 7 while loading/);
    }
    const error = await failure(host.generate(raw('a')));
    expect(error.message).toMatch(/ended 3 times before.*not started again for \d+ s.*querent\.model\.gpu/);
    expect(host.state).toMatchObject({ state: 'error', detail: error.message });
    expect(host.pid).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')(
    'notices a process that hangs (needs SIGSTOP: not on Windows)',
    async () => {
      const { host } = start({ heartbeatMs: 2000 });
      const error = await failure(
        host.generate(raw('a'), { ...LONG, onToken: () => process.kill(host.pid ?? 0, 'SIGSTOP') }),
      );
      expect(error.message).toMatch(/did not answer for/);
      expect((await host.generate(raw('b'), { maxTokens: 3 })).tokens).toBeGreaterThan(0);
    },
  );

  it('falls back to the CPU when loading with a GPU takes the process down', async () => {
    const hostPath = join(folder, 'gpuCrash.mjs');
    const crash = "process.on('message', (m) => m.type === 'load' && m.gpu === 'auto' && process.abort());";
    await writeFile(
      hostPath,
      `${crash}\nawait import(${JSON.stringify(pathToFileURL(defaultHostPath()).href)});\n`,
    );
    const { host, log } = start({ hostPath, gpu: 'auto' });
    expect((await host.generate(raw('a'), { maxTokens: 3 })).tokens).toBeGreaterThan(0);
    expect((await host.memory())?.runsOn.gpu).toBe(false);
    expect(log.join('\n')).toMatch(/with a GPU failed.*SIGABRT.*trying without/);
    expect(host.state.explanation).toMatch(/GPU could not be used/);
  });

  it('frees its memory after a while without use, and loads again', async () => {
    const { host } = start({ idleMinutes: 0.005 });
    await host.generate(raw('a'), { maxTokens: 2 });
    await expect.poll(() => host.state.state, { timeout: 10_000 }).toBe('idle');
    expect(host.pid).toBeUndefined();
    expect(await host.memory()).toBeUndefined();
    expect((await host.generate(raw('a'), { maxTokens: 2 })).tokens).toBeGreaterThan(0);
  });

  it('refuses a prompt that does not fit and keeps running', async () => {
    const { host } = start();
    const error = await failure(host.generate(raw('heart '.repeat(3000))));
    expect(error).toMatchObject({ code: 'too-long' });
    expect(error.message).toMatch(/Tiny Test Model cannot take this request: the prompt has \d+ tokens/);
    expect((await host.generate(raw('a'), { maxTokens: 2 })).tokens).toBeGreaterThan(0);
  });

  it('fails what is running and waiting when it is disposed', async () => {
    const { host } = start();
    const first = host.generate(raw('a'), LONG);
    const second = host.generate(raw('b'), LONG);
    const failures = Promise.all([failure(first), failure(second)]);
    await host.dispose();
    expect((await failures).map(({ code }) => code)).toEqual(['disposed', 'disposed']);
    expect((await failure(host.generate(raw('c')))).code).toBe('disposed');
    expect(host.pid).toBeUndefined();
  });

  it('asks each time whether the file may be loaded, and does not load one that may not', async () => {
    let asked = 0;
    const { host } = start({
      beforeLoad: async () => {
        asked += 1;
        if (asked === 2) throw new Error('The file was changed. Fetch it again.');
      },
    });
    await host.generate(raw('a'), { maxTokens: 1 });
    await host.generate(raw('b'), { maxTokens: 1 });
    expect(asked).toBe(1);
    await host.unload();
    const { code, message } = await failure(host.generate(raw('c'), { maxTokens: 1 }));
    expect({ code, message }).toEqual({
      code: 'load-failed',
      message: 'The file was changed. Fetch it again.',
    });
    expect(host.pid).toBeUndefined();
    await host.generate(raw('d'), { maxTokens: 1 });
    expect(asked).toBe(3);
  });

  it('is gone after unloading', async () => {
    const { host } = start();
    await host.generate(raw('a'), { maxTokens: 2 });
    const pid = host.pid ?? 0;
    await host.unload();
    expect(isAlive(pid)).toBe(false);
    expect(host.state.state).toBe('idle');
  });

  it('ends when its parent is killed', async () => {
    const script = `
      const { createModelHost, defaultHostPath } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});
      const options = { hostPath: defaultHostPath(), modelPath: process.argv[1], gpu: 'off', threads: 1, idleMinutes: 0 };
      const host = createModelHost(options);
      await host.generate({ kind: 'raw', text: 'a' }, { maxTokens: 2 });
      console.log(host.pid);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, modelPath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});

/** Kills the host's process as soon as there is one other than `before`. */
async function killNext(host: ModelHost, before: number | undefined): Promise<number> {
  await expect.poll(() => host.pid !== undefined && host.pid !== before, { interval: 5 }).toBe(true);
  const pid = host.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a model that cannot be served', () => {
  it('is "none" when none is configured', async () => {
    const { host } = start({ modelPath: '' });
    expect(host.state.state).toBe('none');
    expect((await failure(host.generate(raw('a')))).code).toBe('none');
    expect(host.state.state).toBe('none');
  });

  const cases: readonly [string, string, (path: string) => Promise<void>, RegExp][] = [
    ['is missing', 'missing', async () => undefined, /does not exist.*querent\.model\.path/],
    ['is empty', 'not-gguf', (path) => writeFile(path, ''), /is empty.*Download it again/],
    [
      'is something else',
      'not-gguf',
      (path) => writeFile(path, 'PK not a model at all'),
      /is not a GGUF file/,
    ],
    [
      'is truncated',
      'truncated',
      async (path) => {
        await writeFile(path, tinyGguf());
        await truncate(path, 300_000);
      },
      /is truncated: it has 300000 bytes of \d+.*Download it again/,
    ],
  ];
  it.each(cases)('%s', async (_name, code, make, message) => {
    const path = join(folder, `bad-${code}-${Math.random()}.gguf`);
    await make(path);
    const { host } = start({ modelPath: path });
    const error = await failure(host.generate(raw('a')));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(path);
    expect(error.message).toMatch(message);
    expect(host.state).toMatchObject({ state: 'error', detail: error.message });
    expect(host.pid).toBeUndefined();
  });

  const others: readonly [string, Parameters<typeof tinyGguf>[0], RegExp][] = [
    [
      'the image part of one',
      { metadata: { 'general.type': 'mmproj' } },
      /is the image part \(a projector\)/,
    ],
    ['an adapter', { metadata: { 'general.type': 'adapter' } }, /is an adapter \(LoRA\)/],
    ['made for embeddings', { pooling: 1 }, /is made for embeddings.*writes none/],
    ['a reranker', { pooling: 4 }, /is a reranker/],
    [
      'a later part of one',
      { metadata: { 'split.no': 1, 'split.count': 3 } },
      /is part 2 of 3 of a model; choose its first part/,
    ],
    ['a vocabulary without weights', { withoutWeights: true }, /holds a vocabulary only/],
  ];
  it.each(others)('%s: named without starting a process', async (_name, options, message) => {
    const path = join(folder, `other-${Math.random()}.gguf`);
    await writeFile(path, tinyGguf(options));
    const { host } = start({ modelPath: path });
    const error = await failure(host.generate(raw('a')));
    expect(error).toMatchObject({ code: 'unsupported' });
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
    expect(host.pid).toBeUndefined();
  });

  it('is too large for the memory: refused with the numbers and the way out', async () => {
    const path = join(folder, 'long.gguf');
    await writeFile(path, tinyGguf({ contextTokens: 1 << 30 }));
    const { host } = start({ modelPath: path, contextTokens: 1 << 28, samples: 4 });
    const error = await failure(host.generate(raw('a')));
    expect(error).toMatchObject({ code: 'too-large' });
    expect(error.message).toMatch(
      /Tiny Test Model is not loaded, since it takes 13\d\.\d GB \(weights \d+ MB; 268,435,456 tokens of context for one answer 13\d\.\d GB\); [\d.]+ [GM]B free\. Choose a smaller quantisation or model.*querent\.model\.contextTokens to 32768: that would fit\./,
    );
    expect(host.pid).toBeUndefined();
    expect(await host.estimate()).toMatchObject({ fits: 'no', gpuLayers: 0, layers: 2 });
  });

  it.each([
    ['of an architecture that nobody knows', 0, 'unsupported', /its architecture "zzzzz" is not known/],
    ['without a key that it needs', 1, 'load-failed', /could not be loaded/],
  ] as const)('is whole but %s', async (_name, which, code, message) => {
    const bytes = tinyGguf();
    const first = Buffer.from(bytes).indexOf('llama', 0, 'latin1');
    const at = which === 0 ? first : Buffer.from(bytes).indexOf('llama', first + 5, 'latin1');
    bytes.set(new TextEncoder().encode('zzzzz'), at);
    const path = join(folder, 'strange.gguf');
    await writeFile(path, bytes);
    const { host } = start({ modelPath: path });
    const error = await failure(host.generate(raw('a')));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/Choose another GGUF file/);
  });
});
