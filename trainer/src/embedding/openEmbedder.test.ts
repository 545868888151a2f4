/** The real runtime on a tiny model made here, and an OpenAI-compatible server on this machine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDenseEngine, memoryEngine, rankedSource } from '@querent/core/connectors';
import { SearchError } from '@querent/core/search';
import { CliError } from '@querent/server/terminal';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { citation } from '../../../core/src/corpus/testing/records.ts';
import { tinyGguf } from '../../../server/src/models/testing/tinyGguf.ts';
import { openDense } from './openDense.ts';
import { openEmbedder } from './openEmbedder.ts';
import type { EmbedderOptions, OpenedEmbedder } from './openEmbedder.ts';

let folder: string;
let modelPath: string;
const opened: OpenedEmbedder[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-embedder-'));
  modelPath = join(folder, 'tiny.gguf');
  await writeFile(modelPath, tinyGguf());
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((embedder) => embedder.close()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function openIt(model: string, options: EmbedderOptions = {}): Promise<OpenedEmbedder> {
  const embedder = await openEmbedder(model, { gpu: 'off', threads: 1, ...options });
  opened.push(embedder);
  return embedder;
}

describe('an embedding model in a file', () => {
  it('has an id by name and content, ranks records, and tells once of texts that are cut', async () => {
    const log: string[] = [];
    const embedder = await openIt(modelPath, { contextTokens: 64, warn: (line) => log.push(line) });
    expect(embedder.id).toMatch(/^Tiny Test Model#[0-9a-f]{16}\/64$/);
    const records = ['falls in older people', 'desmopressin', `hip ${'protector '.repeat(200)}`].map(
      (title, i) => citation({ id: `${i}`, title }),
    );
    const source = rankedSource(memoryEngine(records, { label: 'small' }));
    const { hits } = await createDenseEngine({ embedder, source }).rank('falls in older people');
    expect(hits[0]).toEqual({ id: '0', score: 1 });
    await embedder.embed([`hip ${'protector '.repeat(200)}`]);
    expect(log).toEqual([
      expect.stringMatching(/^Tiny Test Model is not made for embeddings/),
      expect.stringMatching(/^Some texts are longer/),
    ]);
  });

  it('is pooled as its file says, and refused when it is a reranker', async () => {
    const [mean, rank] = [join(folder, 'mean.gguf'), join(folder, 'rank.gguf')];
    await writeFile(mean, tinyGguf({ pooling: 1 }));
    await writeFile(rank, tinyGguf({ pooling: 4 }));
    const log: string[] = [];
    const pooled = await openIt(mean, { warn: (line) => log.push(line) });
    const plain = await openIt(modelPath);
    const [texts, opposite] = [['falls in older people'], ['people older in falls']];
    expect(await pooled.embed(texts)).not.toEqual(await plain.embed(texts));
    expect(await pooled.embed(opposite)).not.toEqual(await pooled.embed(texts));
    expect(log).toEqual([]);
    await expect(openEmbedder(rank)).rejects.toThrow(/is a reranker/);
  });

  it('ranks a library whose vectors are kept for the next time', async () => {
    const records = Array.from({ length: 40 }, (_, i) =>
      citation({ id: `${i}`, title: `falls and word ${i}` }),
    );
    const library = memoryEngine(records, { label: 'small' });
    const options = { model: modelPath, library, path: 'small.jsonl', cachePath: join(folder, 'cache'), gpu: 'off', threads: 1 } as const; // prettier-ignore
    const first = await openDense(options);
    const ranked = await first.dense?.rank('falls and word 17');
    expect(ranked?.hits[0]).toEqual({ id: '17', score: 1 });
    await first.close();
    await expect(first.dense?.rank('falls')).rejects.toMatchObject({ code: 'internal' });
    const second = await openDense(options);
    opened.push(second.embedder);
    const progress: unknown[] = [];
    const again = await second.dense?.rank('falls and word 17', {
      onProgress: (each) => progress.push(each),
    });
    expect(again?.hits).toEqual(ranked?.hits);
    expect(progress).toEqual([]); // nothing had to be embedded
    const alone = await openDense({ model: modelPath, cachePath: folder, gpu: 'off', threads: 1 });
    opened.push(alone.embedder);
    expect(alone.dense).toBeUndefined();
  });

  it('has another id when its weights are others', async () => {
    const other = join(folder, 'other.gguf');
    await writeFile(other, tinyGguf({ seed: 7 }));
    const [first, second] = [await openIt(modelPath), await openIt(other)];
    expect(first.id).toMatch(/^Tiny Test Model#[0-9a-f]{16}$/);
    expect(second.id).not.toBe(first.id);
  });

  it('is refused when it is none; without an answer there is an error, never a vector', async () => {
    await expect(openEmbedder(join(folder, 'nowhere.gguf'))).rejects.toThrow(CliError);
    await expect(openEmbedder(folder)).rejects.toThrow(
      /There is no embedding model .* Name a GGUF file, or the address/,
    );
    const text = join(folder, 'text.gguf');
    await writeFile(text, 'no model');
    await expect(openEmbedder(text)).rejects.toMatchObject({ name: 'CliError', exitCode: 2 });
    const embedder = await openIt(modelPath);
    await expect(embedder.embed(['a', ''])).rejects.toMatchObject({ code: 'unsupported', retryable: false });
    await expect(embedder.embed(['a'], AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    await embedder.close();
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('an embedding model behind an address', () => {
  let server: Server;
  let url: string;
  const keys = new Set<string | undefined>();
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        keys.add(request.headers.authorization);
        if (request.url === '/v1/models') return response.end('{"data":[{"id":"e5"}]}');
        const { model, input } = JSON.parse(body) as { model: string; input: string[] };
        if (model === 'broken') return response.writeHead(500).end('{"error":"SECRET is broken"}');
        const data = input.map((text, index) => ({ index, embedding: [text.length, 1] }));
        return response.end(JSON.stringify({ data }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is the first that the server lists, or the one behind #; the key comes from the environment', async () => {
    const env = { QUERENT_EMBEDDING_KEY: 'SECRET' };
    const first = await openIt(url, { env });
    expect(first.id).toBe(`${new URL(url).host}#e5`);
    expect(await first.embed(['abc'])).toEqual([Float32Array.of(3, 1)]);
    expect((await openIt(`${url}/v1#other%20model`, { env })).id).toBe(`${new URL(url).host}#other model`);
    expect([...keys]).toEqual(['Bearer SECRET']);
  });

  it('gives errors that say whether to try again, without the key', async () => {
    const broken = await openIt(`${url}#broken`, { env: { QUERENT_EMBEDDING_KEY: 'SECRET' } });
    const error: unknown = await broken.embed(['a']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SearchError);
    expect((error as Error).message).toMatch(/refused \(HTTP 500\)/);
    expect((error as Error).message).not.toContain('SECRET');
    await expect(openEmbedder('http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'network',
      retryable: true,
    });
    await expect(openEmbedder('http://me:pw@127.0.0.1')).rejects.toThrow(/no user name, key/);
  });
});
