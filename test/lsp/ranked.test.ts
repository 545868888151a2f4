import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, strategy } from './library.ts';

interface Ranked {
  count: number;
  translation: string;
  warnings: { code: string; message: string }[];
  provenance: { label: string };
  items: { id: string; title: string; score: number; isSeed: boolean; url?: string }[];
}

const folder = new TestFolder();
const cache = mkdtempSync(join(tmpdir(), 'querent-lsp-cache-'));
let server: TestServer;
let uri = '';

const method = 'querent/rankRecords';

beforeAll(async () => {
  server = await startServer({
    folder: folder.path,
    settings: { library: { path: 'citations.jsonl' } },
    environment: { ...process.env, QUERENT_INDEX_CACHE: cache },
  });
  folder.write('citations.jsonl', citations);
  uri = folder.uri('falls.pubmed');
  await server.open(uri, strategy);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
  rmSync(cache, { recursive: true, force: true });
});

describe('querent/rankRecords', () => {
  it('lists the records that fit a question, best first, with their addresses, and marks seeds', async () => {
    const found = await server.request<Ranked>(method, {
      uri,
      question: 'Does tai chi prevent falls?',
      limit: 3,
      workDoneToken: 'rank',
    });
    expect(found).toMatchObject({ count: 6, translation: 'tai chi prevent fall', warnings: [] });
    expect(found.provenance.label).toMatch(/citations\.jsonl, 12 records/);
    expect(found.items.map(({ id, isSeed }) => [id, isSeed])).toEqual([
      ['91000001', true],
      ['91000003', true],
      ['91000004', false],
    ]);
    expect(found.items[0]).toMatchObject({
      title: 'Exercise for preventing falls in older people',
      url: 'https://pubmed.ncbi.nlm.nih.gov/91000001/',
    });
    const scores = found.items.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(server.received).toContainEqual({
      method: '$/progress',
      params: { token: 'rank', value: { kind: 'end' } },
    });
    expect(readdirSync(cache, { recursive: true }).filter((name) => String(name).endsWith('.index'))).toHaveLength(1); // prettier-ignore
  });

  it('without a document the library of the settings is asked', async () => {
    const found = await server.request<Ranked>(method, { question: 'desmopressin' });
    expect(found.items.map(({ id, isSeed }) => [id, isSeed])).toEqual([['91000009', false]]);
  });

  it('tells words that are nowhere, and takes a Boolean query for its words', async () => {
    const found = await server.request<Ranked>(method, { uri, question: '(aspirin[tiab] AND zither[ti]) NOT falls[tiab]' }); // prettier-ignore
    expect(found.items.map(({ id }) => id)).toEqual(['91000012']);
    expect(found.warnings.map(({ code }) => code)).toEqual(['boolean-query-ranked', 'word-not-found']);
  });

  it.each<[string, object, RegExp]>([
    ['an empty question', { question: ' ' }, /empty/],
    ['only stop words', { question: 'what is the' }, /only words that say nothing/],
    ['no question', {}, /needs a question/],
    ['nonsense', { question: 7, limit: 'x' }, /needs a question/],
  ])('%s is refused in words', async (_, params, message) => {
    await expect(server.request(method, { uri, ...params })).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
    });
  });

  it('PubMed itself is not ranked', async () => {
    const live = folder.uri('live.pubmed');
    await server.open(live, '---\ndatabase: pubmed\n---\nfalls\n');
    await expect(server.request(method, { uri: live, question: 'falls' })).rejects.toMatchObject({
      message: expect.stringMatching(/citation library|not asked in Restricted Mode/) as string,
    });
    await server.close(live);
  });

  it('a question of 100 kB is answered, and a cancelled one is given up', async () => {
    const long = Array.from({ length: 15_000 }, (_, i) => `word${i}`).join(' ');
    const found = await server.request<Ranked>(method, { uri, question: `aspirin ${long}` });
    expect(found.items[0]?.id).toBe('91000012');
    const source = new CancellationTokenSource();
    const asked = server.connection.sendRequest(method, { uri, question: 'falls' }, source.token);
    source.cancel();
    await expect(asked).rejects.toMatchObject({ message: expect.stringMatching(/cancelled/) as string });
    expect((await server.request<Ranked>(method, { uri, question: 'falls' })).count).toBeGreaterThan(0);
  });
});
