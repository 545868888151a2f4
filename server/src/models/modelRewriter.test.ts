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
let paths: string[];
/** Longest request that the server takes, characters. */
let longest = Infinity;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-rewriter-'));
  modelPath = join(folder, 'tiny.gguf');
  await writeFile(modelPath, tinyGguf());
  server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      if (incoming.method === 'GET') {
        response.end('{"data": []}');
        return;
      }
      prompts.push(body);
      paths.push(incoming.url ?? '');
      if (body.length > longest) {
        const message = "This model's maximum context length is 1024 tokens.";
        response.writeHead(400).end(JSON.stringify({ error: { message } }));
        return;
      }
      const text = replies.length > 1 ? replies.shift() : replies[0];
      response.end(
        JSON.stringify({ choices: [{ message: { content: text }, text, finish_reason: 'stop' }] }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void (longest = Infinity));
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

function rewriter(texts: string[], options: ModelRewriterOptions = {}, model = 'house model') {
  replies = texts;
  prompts = [];
  paths = [];
  return createModelRewriter(createOpenAiModel({ url, model }), options);
}

function answering(texts: string[], options: ModelRewriterOptions = {}) {
  return rewriter(texts, options).draft(request, engine, never);
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
        shownSeeds: [],
      },
      { origin: 'model', source: 'house model', query: 'DDAVP[tiab]', reasoning: 'One.', shownSeeds: [] },
    ]);
    expect(prompts).toHaveLength(3);
    expect(prompts[0]).toContain('Desmopressin for surgery');
  });

  it('are asked for with a shorter prompt where a server has less room than it tells', async () => {
    longest = 1_600;
    const query = Array.from({ length: 200 }, (_, i) => `term${i}[tiab]`).join(' OR ');
    const { drafts, rejected } = await rewriter(['<answer>{"query": "aa[ti]"}</answer>']).draft(
      { ...request, query },
      engine,
      never,
    );
    expect(rejected).toEqual([]);
    expect(drafts.map((draft) => draft.query)).toEqual(['aa[ti]']);
    expect(Math.max(...prompts.map((body) => body.length))).toBeGreaterThan(longest);
    longest = 10;
    const none = await answering(['<answer>{"query": "aa[ti]"}</answer>']);
    expect(none.drafts).toEqual([]);
    expect(none.rejected).toMatchObject([{ reason: expect.stringContaining('Shorten the query') as string }]);
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

  it('are as many as are asked for, the first the likeliest, and others when asked again', async () => {
    const model = rewriter(['<think>a</think><answer>{"query": "aa[ti]"}</answer>'], { drafts: 2 });
    await model.draft(request, engine, never);
    await model.draft(request, engine, never);
    const asked = prompts.map((body) => JSON.parse(body) as { temperature: number; seed?: number });
    expect(asked.map(({ temperature, seed }) => [temperature, seed])).toEqual([
      [0, undefined],
      [0.7, 1],
      [0.7, 2],
      [0.7, 3],
    ]);
  });

  it('tell which seeds the model was shown', async () => {
    const model = rewriter(['<think>a</think><answer>{"query": "aa[ti]"}</answer>'], { drafts: 1 });
    const seeds = ['11111111', '22222222', '33333333', '44444444'];
    const seedRecords = seeds.map((id) => ({ id, title: `Trial ${id} of desmopressin` }));
    const { drafts } = await model.draft({ ...request, seeds, seedRecords }, engine, never);
    expect(drafts[0]?.shownSeeds).toEqual(['11111111', '33333333']);
    expect(prompts[0]).toContain('[2] Trial … of desmopressin');
    expect(prompts[0]).not.toMatch(/[1-4]{8}/u);
  });

  it('are told while they are written', async () => {
    const seen: string[] = [];
    await rewriter(['<think>a</think><answer>{"query": "aa[ti]"}</answer>'], {
      drafts: 2,
      onWriting: (samples) => seen.push(samples.map(({ text }) => text.length).join('+')),
    }).draft(request, engine, never);
    expect(seen).toHaveLength(2);
    expect(seen.at(-1)).toMatch(/^(\d\d)\+\1$/u);
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
    const { drafts } = await createModelRewriter(tiny(real), { drafts: 2 }).draft(request, engine, never);
    expect(drafts[0]).toMatchObject({ origin: 'model', source: 'SmolLM2-135M-Instruct.Q4_1' });
    expect(drafts.map(({ query }) => query).join('\n')).toMatch(/desmopressin|surg/i);
  });
});

describe('the wording that a model is asked with', () => {
  const pico = { population: 'adults', intervention: 'desmopressin', outcome: 'bleeding' };

  it('is that of the published model that its name tells, continued as it is', async () => {
    const model = rewriter(
      ['Bleeding.\n</think>\n<answer>\n{\n    "query": "(DDAVP OR desmopressin)"\n}\n</answer>'],
      { drafts: 1 },
      'DeepRetrieval/DeepRetrieval-PubMed-3B',
    );
    const { drafts, rejected } = await model.draft({ pico, seeds: [] }, engine, never);
    expect(rejected).toEqual([]);
    expect(drafts).toMatchObject([{ query: '(DDAVP OR desmopressin)', reasoning: 'Bleeding.' }]);
    expect(paths[0]).toMatch(/\/completions$/u);
    expect(paths[0]).not.toMatch(/chat/u);
    const { prompt } = JSON.parse(prompts[0] ?? '') as { prompt: string };
    expect(prompt.startsWith('<|im_start|>system\nA conversation between User and Assistant.')).toBe(true);
    expect(
      prompt.endsWith(
        'P: adults\nI: desmopressin\nC: N/A\nO: bleeding\n<|im_end|>\n<|im_start|>assistant\n\nAssistant: Let me solve this step by step. \n<think>\n',
      ),
    ).toBe(true);
  });

  it.each([
    [
      'a model that was trained for something else',
      'DeepRetrieval-SQL-7B',
      {},
      { pico },
      /was trained for SQL .* not for publication search/u,
    ],
    [
      'a block, of one that writes whole queries',
      'DeepRetrieval-PubMed-3B',
      {},
      { pico, isBlock: true },
      /a single block is left to the method/u,
    ],
    [
      'a query without a question',
      'DeepRetrieval-PubMed-3B',
      {},
      { query: 'falls' },
      /asks for a PICO or a title/u,
    ],
    [
      'with a template that is not there',
      'x',
      { template: 'pubmed/9' },
      { pico },
      /There is no prompt template "pubmed\/9"/u,
    ],
    ['with a template for something else', 'x', { template: 'sql/1' }, { pico }, /sql\/1 is for SQL/u],
  ] as const)('does not ask %s', async (_, name, options, asked, reason) => {
    const { drafts, rejected } = await rewriter(['x'], options, name).draft(
      { seeds: [], ...asked },
      engine,
      never,
    );
    expect(drafts).toEqual([]);
    expect(rejected).toMatchObject([{ source: name, text: '' }]);
    expect(rejected[0]?.reason).toMatch(reason);
    expect(prompts).toEqual([]);
  });

  it('is refused where it is not what a file promises', async () => {
    const path = join(folder, 'trained.gguf');
    const metadata = {
      'querent.template': 'publication-search/1',
      'querent.template.sha256': 'a'.repeat(64),
    };
    await writeFile(path, tinyGguf({ name: 'Trained', metadata }));
    const { drafts, rejected } = await createModelRewriter(tiny(path)).draft(request, engine, never);
    expect(drafts).toEqual([]);
    expect(rejected).toMatchObject([
      { reason: expect.stringMatching(/^Trained was trained with another wording/u) as string },
    ]);
  });

  it('of a file is written out with its marks, and its answers come to an end and can be read', async () => {
    const path = join(folder, 'published.gguf');
    await writeFile(path, tinyGguf({ name: 'Noise', metadata: { 'querent.template': 'deepretrieval/nq' } }));
    const asked = createModelRewriter(tiny(path), { drafts: 1, template: 'deepretrieval/pubmed-llama' });
    const { drafts, rejected } = await asked.draft({ ...request, pico }, engine, never);
    expect(drafts.length + rejected.length).toBe(1);
    for (const { reason } of rejected)
      expect(reason).toMatch(/holds no word|ended at its limit|cut off|broken/u);
  });

  it('shortens what does not fit into a small context', async () => {
    const path = join(folder, 'small.gguf');
    await writeFile(path, tinyGguf({ contextTokens: 1024 }));
    const query = Array.from({ length: 200 }, (_, i) => `(w${i}[tiab] OR x${i}[tiab])`).join(' AND ');
    const host = tiny(path);
    const { drafts, rejected } = await createModelRewriter(host, { drafts: 1 }).draft(
      { ...request, query },
      engine,
      never,
    );
    expect([...drafts, ...rejected].map((one) => ('reason' in one ? one.reason : ''))).not.toEqual([
      expect.stringMatching(/tokens and the model's context/u),
    ]);
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
