import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { parseQuery } from '@querent/core/pubmed';
import type { RewriteResult } from '@querent/server/protocol';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { editsOf } from './edits.ts';
import { citations, place, strategy } from './library.ts';

const folder = new TestFolder();
folder.write('citations.jsonl', citations);
const uri = folder.uri('falls.pubmed');
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ folder: folder.path, settings: {} });
  await server.open(uri, strategy);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

describe('querent/rewrite', () => {
  it('gives measured proposals, best first, whose edits put the query into the document', async () => {
    const result = await server.request<RewriteResult>('querent/rewrite', { uri, workDoneToken: 'r' });
    expect(result).toMatchObject({
      version: 1,
      label: '3',
      query: '#1 AND #2',
      original: { count: 3, recall: 0.75 },
    });
    expect(result.proposals.length).toBeGreaterThan(0);
    const [best] = result.proposals;
    expect(best?.origin).toBe('method');
    expect(best?.measurement.recall).toBeGreaterThanOrEqual(0.75);
    expect(best?.measurement.provenance.label).toContain('citations.jsonl');
    for (const proposal of result.proposals) {
      expect(parseQuery(proposal.query).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      const after = edited(strategy, [...proposal.edits]);
      expect(after).toContain(proposal.query);
      // Nothing of the person's own work is lost.
      for (const line of strategy.trimEnd().split('\n')) expect(after).toContain(line);
    }
    const progress = server.received.filter(({ method }) => method === '$/progress');
    expect(progress.at(0)?.params).toMatchObject({ token: 'r', value: { kind: 'begin' } });
    expect(progress.at(-1)?.params).toMatchObject({ token: 'r', value: { kind: 'end' } });
  });

  it('takes a single line', async () => {
    const result = await server.request<RewriteResult>('querent/rewrite', { uri, label: '1' });
    expect(result.label).toBe('1');
    for (const { edits, query } of result.proposals)
      expect(edited(strategy, [...edits])).toBe(
        strategy.replace('elderly[tiab] OR "older people"[tiab] OR "older adults"[tiab]', query),
      );
  });

  it.each<[string, string, object, RegExp]>([
    ['no document', '', { uri: 'file:///nowhere.pubmed' }, /not open/],
    ['no such line', strategy, { label: '99' }, /#99/],
    ['nothing to go by', '---\ndatabase: citations.jsonl\n---\n', {}, /title/],
    ['no database', '#1 falls[tiab]\n', {}, /database/],
    ['a missing database', '---\ndatabase: gone.sqlite\n---\n#1 falls[tiab]\n', {}, /gone\.sqlite/],
  ])('%s: refused in words', async (_, text, params, message) => {
    const other = folder.uri('other.pubmed');
    await server.open(other, text);
    await expect(server.request('querent/rewrite', { uri: other, ...params })).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
    await server.close(other);
  });

  it('is cancelled', async () => {
    const source = new CancellationTokenSource();
    const reply = server.request('querent/rewrite', { uri }, source.token);
    source.cancel();
    await expect(reply).rejects.toMatchObject({ code: -32800 });
  });

  it('a lazily resolved action carries the best proposal with its numbers', async () => {
    const { line, character } = place('#3 #1');
    const at = { line, character: character + 4 };
    interface Action {
      title: string;
      kind: string;
      command?: { command: string; arguments: unknown[] };
      data?: unknown;
      edit?: Record<string, unknown>;
    }
    const actions = await server.request<Action[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: at, end: at },
      context: { diagnostics: [], only: ['refactor'] },
    });
    expect(actions.find(({ command }) => command?.command === 'querent.rewrite')?.command?.arguments).toEqual(
      [uri, '3'],
    );
    const lazy = actions.find(({ title }) => title.startsWith('Rewrite: apply'));
    expect(lazy?.edit).toBeUndefined();
    const resolved = await server.request<Action>('codeAction/resolve', lazy);
    const edit = resolved.edit ?? {};
    expect(edited(strategy, editsOf(edit)).length).toBeGreaterThan(strategy.length);
    expect(JSON.stringify(edit)).toMatch(/"description":"\d+ records/);
    expect(JSON.stringify(edit)).toContain('"needsConfirmation":true');
  });
});
