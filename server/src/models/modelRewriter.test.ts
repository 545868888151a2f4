/** Drafts of the real runtime with a tiny model, and of a server on this machine that answers what a test says. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RewriteRequest } from '@querent/core/rewriting';
import type { SearchEngine } from '@querent/core/search';
import { createModelHost, createModelRewriter, createOpenAiModel, defaultHostPath } from './index.ts';
import type { ModelHost } from './index.ts';
import type { ModelRewriterOptions } from './modelRewriter.ts';
import { tinyGguf } from './testing/tinyGguf.ts';

const request: RewriteRequest = { title: 'Desmopressin for surgery', seeds: [] };
const never = new AbortController().signal;
/** Drafting asks the model only. */
const engine = undefined as unknown as SearchEngine;

let folder: string;
let modelPath: string;
const hosts: ModelHost[] = [];
let server: Server;
let url: string;
let replies: string[];
let prompts: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-rewriter-'));
  modelPath = join(folder, 'tiny.gguf');
  await writeFile(modelPath, tinyGguf());
  server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      prompts.push(body);
      const message = { content: replies.length > 1 ? replies.shift() : replies[0] };
      response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.dispose())));
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function tiny(path = modelPath): ModelHost {
  const host = createModelHost({
    hostPath: defaultHostPath(),
    modelPath: path,
    gpu: 'off',
    threads: 1,
    idleMinutes: 0,
  });
  hosts.push(host);
  return host;
}

function answering(texts: string[], options: ModelRewriterOptions = {}) {
  replies = texts;
  prompts = [];
  return createModelRewriter(createOpenAiModel({ url, model: 'house model' }), options).draft(
    request,
    engine,
    never,
  );
}

describe('drafts of a model', () => {
  it('carry the name of the model and what it thought, each query once', async () => {
    const same =
      '<think>Two concepts.</think>\n<answer>{"query": "desmopressin[tiab] AND \\"surgery\\"[tiab]"}</answer>';
    const other = '<think>One.</think>\n<answer>{"query": "DDAVP[tiab]"}</answer>';
    const { drafts, rejected } = await answering([same, same, other]);
    expect(rejected).toEqual([]);
    expect(drafts).toEqual([
      {
        origin: 'model',
        source: 'house model',
        query: 'desmopressin[tiab] AND "surgery"[tiab]',
        reasoning: 'Two concepts.',
      },
      { origin: 'model', source: 'house model', query: 'DDAVP[tiab]', reasoning: 'One.' },
    ]);
    expect(prompts).toHaveLength(3);
    expect(prompts[0]).toContain('Desmopressin for surgery');
  });

  it('become one honest rejection where no query can be read', async () => {
    const { drafts, rejected } = await answering([`I am not sure. ${'Really. '.repeat(100)}`]);
    expect(drafts).toEqual([]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ origin: 'model', source: 'house model' });
    expect(rejected[0]?.reason).toMatch(/\S/);
    expect(rejected[0]?.text).toMatch(/^I am not sure\. Really\. .*…$/);
    expect(rejected[0]?.text.length).toBeLessThanOrEqual(201);
  });

  it('are none where the model repeats the example of its instructions', async () => {
    const { drafts, rejected } = await answering(['<think>...</think><answer>{"query": "..."}</answer>']);
    expect(drafts).toEqual([]);
    expect(rejected).toMatchObject([{ reason: expect.stringContaining('repeated the example') as string }]);
  });

  it('are one where more would take too long', async () => {
    await answering(['<think>a</think><answer>{"query": "a[ti]"}</answer>'], { budgetMs: 0 });
    expect(prompts).toHaveLength(1);
  });

  it('can be read even when the model writes noise, thanks to the grammar', async () => {
    const { drafts, rejected } = await createModelRewriter(tiny(), { drafts: 2 }).draft(
      request,
      engine,
      never,
    );
    expect(drafts.length + rejected.length).toBeGreaterThan(0);
    for (const one of [...drafts, ...rejected]) {
      expect(one).toMatchObject({ origin: 'model', source: 'Tiny Test Model' });
    }
    for (const { reason } of rejected) {
      expect(reason).toMatch(/\w/);
    }
  });
});

const real = join(
  process.env['QUERENT_CACHE'] ?? join(import.meta.dirname, '../../../.cache'),
  'models/SmolLM2-135M-Instruct.Q4_1.gguf',
);
if (!existsSync(real)) {
  console.warn(`The real model is not asked: no ${real}. Fetch it with: node scripts/fetch-model.mjs`);
}
describe.skipIf(!existsSync(real))('a real model', () => {
  it('writes a query about the question', { timeout: 120_000 }, async () => {
    const { drafts } = await createModelRewriter(tiny(real)).draft(request, engine, never);
    expect(drafts[0]).toMatchObject({ origin: 'model', source: 'SmolLM2-135M-Instruct.Q4_1' });
    expect(drafts.map(({ query }) => query).join('\n')).toMatch(/desmopressin|surg/i);
  });
});

describe('faults of a model', () => {
  it('leave a rejection with the reason when the process is killed in the middle, and the next request works', async () => {
    const host = tiny();
    let kill = true;
    const rewriter = createModelRewriter(host, {
      drafts: 1,
      onToken: () => {
        if (kill) {
          kill = false;
          process.kill(host.pid ?? 0, 'SIGKILL');
        }
      },
    });
    const { drafts, rejected } = await rewriter.draft(request, engine, never);
    expect(drafts).toEqual([]);
    expect(rejected).toEqual([
      {
        origin: 'model',
        source: 'Tiny Test Model',
        text: '',
        reason: expect.stringMatching(/^The model process was killed.*ask again/) as string,
      },
    ]);
    const again = await rewriter.draft(request, engine, never);
    expect(
      [...again.drafts, ...again.rejected].map((one) => ('reason' in one ? one.reason : '')),
    ).not.toEqual([expect.stringMatching(/process/)]);
  });

  it('leave a rejection when the file is missing', async () => {
    const { drafts, rejected } = await createModelRewriter(tiny(join(folder, 'no.gguf'))).draft(
      request,
      engine,
      never,
    );
    expect(drafts).toEqual([]);
    expect(rejected).toMatchObject([
      { text: '', reason: expect.stringContaining('does not exist') as string },
    ]);
  });

  it('are no rejection when the person cancelled', async () => {
    const abort = new AbortController();
    const rewriter = createModelRewriter(tiny(), { onToken: () => abort.abort() });
    await expect(rewriter.draft(request, engine, abort.signal)).rejects.toMatchObject({ code: 'aborted' });
  });
});
