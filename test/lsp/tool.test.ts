import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { ToolResult } from '@querent/server/protocol';
import { startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, strategy } from './library.ts';

const folder = new TestFolder();
folder.write('citations.jsonl', citations);
folder.write('other.pubmed', 'falls[tiab]\n');
const outside = new TestFolder();
const path = outside.write('citations.jsonl', citations);
const uri = folder.uri('falls.pubmed');
let server: TestServer;

beforeAll(async () => {
  const settings = { library: { path: 'citations.jsonl' }, rewrite: { budget: 2 } };
  server = await startServer({ folder: folder.path, settings });
  await server.open(uri, strategy);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
  outside.dispose();
});

const tool = async (name: string, input: unknown, document?: string): Promise<string> => {
  const params = { name, arguments: input, ...(document === undefined ? {} : { uri: document }) };
  return (await server.request<ToolResult>('querent/tool', params)).text;
};

describe('querent/tool', () => {
  it('means the strategy that is open, as it is in the editor', async () => {
    expect(await tool('querent_count', {}, uri)).toContain(
      'The strategy (#3) finds **3 records, 3 of 4 seeds (recall 0.75)',
    );
    expect(await tool('querent_check', {}, uri)).toMatch(/problems?/);
    expect(await tool('querent_explain', { line: '1' }, uri)).toContain('## Block 1');
    const changed = folder.uri('changed.pubmed');
    await server.open(changed, 'falls[tiab');
    expect(await tool('querent_check', {}, changed)).toContain('**error**');
  });

  it('takes the library and the budget of the settings', async () => {
    expect(await tool('querent_count', { strategy: 'falls[tiab]' })).toMatch(
      /Measured in citation file citations\.jsonl/,
    );
    const text = await tool('querent_rewrite', {}, uri);
    expect(text).toContain('## Proposal 1');
    expect(text).toContain('It finds 3 records; at most 2 are wanted.');
  });

  it('reads files of the workspace, and none beyond it but the libraries that are named', async () => {
    expect(await tool('querent_count', { file: 'other.pubmed' })).toContain('records');
    await expect(tool('querent_count', { strategy: 'falls[tiab]', library: path })).rejects.toThrow(
      /lies outside the folders/,
    );
    const elsewhere = folder.uri('elsewhere.pubmed');
    await server.open(elsewhere, `---\ndatabase: ${path}\n---\nfalls[tiab]\n`);
    expect(await tool('querent_count', {}, elsewhere)).toContain('Measured in citation file citations.jsonl');
  });

  it.each<[string, unknown, RegExp]>([
    ['querent_nothing', {}, /There is no tool "querent_nothing"/],
    ['querent_count', { strategy: 'a[ti]', budget: 1 }, /budget: there is no such argument/],
    ['querent_count', {}, /neither is given/],
    ['querent_check', null, /neither is given/],
    ['querent_check', [1], /the arguments: /],
  ])('tells %s %j the way out', async (name, input, message) => {
    await expect(tool(name, input)).rejects.toThrow(message);
  });

  it('asks no service in a workspace that is not trusted', async () => {
    const careful = await startServer({ folder: folder.path, settings: {}, trusted: false });
    const params = { name: 'querent_count', arguments: { strategy: 'a[ti]', library: 'pubmed' } };
    await expect(careful.request('querent/tool', params)).rejects.toThrow(
      /PubMed is not asked here.*trust this workspace/,
    );
    expect(await careful.stop()).toBe(0);
  });

  it('stops when cancelled', async () => {
    const source = new CancellationTokenSource();
    const lines = Array.from({ length: 300 }, (_, i) => `#${i + 1} word${i}*[tiab] OR fall*[tiab]`).join(
      '\n',
    );
    const params = { name: 'querent_count', arguments: { strategy: lines } };
    const call = server.request('querent/tool', params, source.token);
    source.cancel();
    await expect(call).rejects.toThrow(/cancelled/);
    expect(await tool('querent_count', { strategy: 'falls[tiab]' })).toContain('records');
  });
});
