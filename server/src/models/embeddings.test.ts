/** Vectors from the real node-llama-cpp in the real child process, and from an OpenAI-compatible server on this machine. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddingHost, createOpenAiEmbeddings, defaultHostPath } from './index.ts';
import type { EmbeddingHost } from './index.ts';
import { ModelError } from './modelError.ts';
import { tinyGguf } from './testing/tinyGguf.ts';

async function failure(work: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).message).not.toContain('\n');
  return error as ModelError;
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0);
  return a === undefined || b === undefined ? NaN : dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe('embeddings of a model file', () => {
  let folder: string;
  let modelPath: string;
  const hosts: EmbeddingHost[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'querent-embedding-'));
    modelPath = join(folder, 'tiny.gguf');
    await writeFile(modelPath, tinyGguf());
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.dispose()));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const options = (path = modelPath, contextTokens?: number) => ({
    hostPath: defaultHostPath(),
    modelPath: path,
    gpu: 'off' as const,
    threads: 1,
    idleMinutes: 0,
    ...(contextTokens === undefined ? {} : { contextTokens }),
  });
  function start(path?: string, contextTokens?: number): EmbeddingHost {
    const host = createEmbeddingHost(options(path, contextTokens));
    hosts.push(host);
    return host;
  }

  it('are the same for the same text whatever stands beside it, and in another process', async () => {
    const host = start();
    const { vectors, cut } = await host.embed(['falls', 'hip fracture', 'falls']);
    expect(vectors.map(({ length }) => length)).toEqual([64, 64, 64]);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
    expect(cut).toEqual([]);
    expect((await start().embed(['falls'])).vectors[0]).toEqual(vectors[0]);
    expect(await host.embed([])).toEqual({ vectors: [], cut: [] });
    expect(host.state).toMatchObject({ state: 'ready', detail: 'Tiny Test Model' });
  });

  it('cut what is longer than the context at a token, and say so', async () => {
    const host = start(undefined, 64);
    const long = 'hip '.repeat(500);
    const { vectors, cut } = await host.embed(['falls', long, `${long} and more`]);
    expect(cut).toEqual([1, 2]);
    expect(vectors[2]).toEqual(vectors[1]); // the same beginning
    expect((await host.memory())?.runsOn.contextTokens).toBe(64);
  });

  it('stop between texts when cancelled; the next request is answered', async () => {
    const host = start();
    await host.embed(['warm']);
    const abort = new AbortController();
    const many = host.embed(
      Array.from({ length: 5000 }, (_, i) => `hip fracture ${i}`),
      { signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 50);
    expect((await failure(many)).code).toBe('aborted');
    const started = performance.now();
    expect((await host.embed(['falls'])).vectors).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(3000);
    expect((await failure(host.embed(['falls'], { signal: AbortSignal.abort() }))).code).toBe('aborted');
  });

  it('refuse an empty text by its place, and keep running', async () => {
    const host = start();
    const error = await failure(host.embed(['falls', '']));
    expect(error.code).toBe('refused');
    expect(error.message).toBe('Tiny Test Model cannot take this request: text 2 of 2 is empty.');
    expect((await host.embed(['falls'])).vectors).toHaveLength(1);
  });

  it('come again after the process was killed', async () => {
    const host = start();
    const texts = Array.from({ length: 500 }, (_, i) => `hip fracture ${i}`);
    await host.embed(['warm']);
    const killed = host.pid;
    const running = host.embed(texts);
    process.kill(killed ?? 0, 'SIGKILL');
    // A process that is killed from outside before it has answered anything is asked once more.
    expect((await running).vectors).toHaveLength(500);
    expect(host.pid).not.toBe(killed);
  });

  const real = join(
    process.env['QUERENT_CACHE'] ?? join(import.meta.dirname, '../../../.cache'),
    'models/SmolLM2-135M-Instruct.Q4_1.gguf',
  );
  if (!existsSync(real)) {
    console.warn(`The real model is not asked: no ${real}. Fetch it with: node scripts/fetch-model.mjs`);
  }
  it.skipIf(!existsSync(real))('of a real model tell texts apart', { timeout: 120_000 }, async () => {
    const texts = [
      'Exercise to prevent falls in older people living at home.',
      'Exercise for preventing falls in elderly people at home.',
      'def quicksort(xs): return xs if len(xs) < 2 else xs',
    ];
    const { vectors } = await start(real).embed([...texts, texts[0] ?? '']);
    expect(vectors[3]).toEqual(vectors[0]);
    expect(cosine(vectors[0], vectors[0])).toBeCloseTo(1, 12);
    expect(cosine(vectors[0], vectors[1])).toBeGreaterThan(cosine(vectors[0], vectors[2]));
  });
});

describe('embeddings of a server', () => {
  let server: Server;
  let url: string;
  let seen: { path: string; body: { model?: string; input?: string[] }; key: string | undefined }[];
  let answer: (response: ServerResponse, input: readonly string[]) => void;
  const json =
    (body: unknown, status = 200) =>
    (response: ServerResponse) =>
      void response.writeHead(status).end(JSON.stringify(body));
  /** Each text as the number of its characters. */
  const vectorOf = (text: string): readonly number[] => [text.length, 1];
  const data = (input: readonly string[]) =>
    input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const parsed = (body === '' ? {} : JSON.parse(body)) as { input?: string[] };
        seen.push({ path: request.url ?? '', body: parsed, key: request.headers.authorization });
        if (request.url === '/v1/models') json({ data: [{ id: '/models/e5.gguf' }] })(response);
        else answer(response, parsed.input ?? []);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    seen = [];
    // In any order: the index counts.
    answer = (response, input) => json({ data: data(input).reverse() })(response);
  });

  it('are asked for in batches, and put in the order of their index', async () => {
    const model = createOpenAiEmbeddings({ url: `${url}/v1/embeddings`, apiKey: 'SECRET' });
    const texts = Array.from({ length: 150 }, (_, i) => 'x'.repeat(i + 1));
    const { vectors, cut } = await model.embed(texts);
    expect(vectors.map((vector) => [...vector])).toEqual(texts.map(vectorOf));
    expect(cut).toEqual([]);
    expect(await model.describe()).toEqual({ name: 'e5.gguf' });
    const [, ...batches] = seen;
    expect(batches.map(({ path }) => path)).toEqual(Array(3).fill('/v1/embeddings'));
    expect(batches.map(({ body }) => body.input?.length)).toEqual([64, 64, 22]);
    expect(batches[0]).toMatchObject({ key: 'Bearer SECRET', body: { model: '/models/e5.gguf' } });
  });

  it('are in the order of the answer where it has no index', async () => {
    answer = (response, input) =>
      json({ data: input.map((text) => ({ embedding: vectorOf(text) })) })(response);
    const { vectors } = await createOpenAiEmbeddings({ url, model: 'm' }).embed(['a', 'bb']);
    expect(vectors.map(([length]) => length)).toEqual([1, 2]);
  });

  const row = (embedding: unknown, index: unknown = 0) => ({ index, embedding });
  const faults: readonly [string, unknown, RegExp][] = [
    ['too few', [row([1])], /gave 1 vectors for 2 texts/],
    ['one twice', [row([1]), row([1])], /gave two vectors for text 0 of 2/],
    ['one for a text that is not there', [row([1]), row([1], 2)], /gave a vector for text 2 of 2/],
    ['an index that is no number', [row([1]), row([1], 'x')], /gave a vector for text "x" of 2/],
    ['texts for numbers', [row([1]), row(['1'], 1)], /not made of numbers/],
    ['nothing in a vector', [row([]), row([], 1)], /not made of numbers/],
    ['base64', [row('AAAA'), row('AAAA', 1)], /not made of numbers/],
    ['vectors of two lengths', [row([1]), row([1, 2], 1)], /a vector of 2 numbers after one of 1/],
    ['no list', { a: 1 }, /gave 0 vectors for 2 texts/],
  ];
  it.each(faults)('are refused when there are %s', async (_name, items, message) => {
    answer = json({ data: items });
    const error = await failure(createOpenAiEmbeddings({ url, model: 'm' }).embed(['a', 'b']));
    expect(error.code).toBe('refused');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/Is it OpenAI-compatible, with one embedding model\?$/);
  });

  it('are refused when their length changes between requests', async () => {
    const model = createOpenAiEmbeddings({ url, model: 'm' });
    await model.embed(['a']);
    answer = json({ data: [row([1, 2, 3])] });
    expect((await failure(model.embed(['a']))).message).toMatch(/3 numbers after one of 2/);
  });

  it('fail in one line without the key, and stop when cancelled', async () => {
    answer = json({ error: { message: 'bad key SECRET' } }, 401);
    const model = createOpenAiEmbeddings({ url, apiKey: 'SECRET', model: 'm' });
    const error = await failure(model.embed(['a']));
    expect(error.message).toMatch(/HTTP 401\)\. It wants a key/);
    expect(inspect(error, { depth: 20 })).not.toContain('SECRET');
    const abort = new AbortController();
    answer = () => abort.abort();
    expect((await failure(model.embed(['a'], { signal: abort.signal }))).code).toBe('aborted');
  });
});
