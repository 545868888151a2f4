import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RewriteResult, StatusParams } from '@querent/server/protocol';
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';
import { hintText, startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, strategy } from './library.ts';

const folder = new TestFolder();
const uri = folder.uri('falls.pubmed');
const bytes = tinyGguf();

beforeAll(() => {
  folder.write('citations.jsonl', citations);
  folder.write('tiny.gguf', bytes);
  folder.write('cut.gguf', bytes.subarray(0, 2_000));
  folder.write('text.gguf', 'this is no model');
});
afterAll(() => folder.dispose());

async function start(model: string, trusted = true): Promise<TestServer> {
  const path = model === '' ? '' : join(folder.path, model);
  // One answer and no second round: what is tested is who is asked, not how well.
  const settings = {
    model: { path, threads: 1, gpu: 'off', idleMinutes: 1, samples: 1 },
    rewrite: { rounds: 0 },
  };
  const server = await startServer({ folder: folder.path, settings, trusted });
  await server.open(uri, strategy);
  return server;
}

async function modelStatus(
  server: TestServer,
  wanted: (model: StatusParams['model']) => boolean,
): Promise<StatusParams['model']> {
  const message = await server.message(
    ({ method, params }) => method === 'querent/status' && wanted((params as StatusParams).model),
  );
  return (message.params as StatusParams).model;
}

async function deterministicFeaturesWork(server: TestServer): Promise<void> {
  const hints = await server.until(
    () =>
      server.request<{ label: unknown }[]>('textDocument/inlayHint', {
        textDocument: { uri },
        range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
      }),
    (answer) => answer.every((hint) => /\d/.test(hintText(hint))),
    'Hints',
  );
  expect(hints).toHaveLength(3);
}

describe('a model', () => {
  it('has its say in a rewrite: a proposal marked as its own, or an honest rejection', async () => {
    const server = await start('tiny.gguf');
    await modelStatus(server, ({ state }) => state === 'idle' || state === 'ready');
    const result = await server.request<RewriteResult>('querent/rewrite', { uri });
    expect(result.proposals.some(({ origin }) => origin === 'method')).toBe(true);
    const own = [...result.proposals, ...result.rejected].filter(({ origin }) => origin === 'model');
    expect(own.length).toBeGreaterThan(0);
    for (const rejection of result.rejected) expect(rejection.reason).not.toBe('');
    await modelStatus(server, ({ state }) => state === 'busy');
    expect(await server.stop()).toBe(0);
  }, 60_000);

  it.each([
    ['gone.gguf', /gone\.gguf/],
    ['cut.gguf', /cut\.gguf/],
    ['text.gguf', /text\.gguf|GGUF/],
  ])(
    '%s: the status says why, and the method still proposes',
    async (name, message) => {
      const server = await start(name);
      const status = await modelStatus(server, ({ state }) => state === 'error');
      expect(`${status.detail} ${status.explanation ?? ''}`).toMatch(message);
      const result = await server.request<RewriteResult>('querent/rewrite', { uri });
      expect(result.proposals.some(({ origin }) => origin === 'method')).toBe(true);
      expect(result.rejected.find(({ origin }) => origin === 'model')?.reason).toMatch(/\S/);
      await deterministicFeaturesWork(server);
      expect(await server.stop()).toBe(0);
    },
    60_000,
  );

  it('in Restricted Mode is not run', async () => {
    const server = await start('tiny.gguf', false);
    const status = await modelStatus(server, ({ detail }) => detail.includes('Restricted'));
    expect(status.state).toBe('none');
    const result = await server.request<RewriteResult>('querent/rewrite', { uri });
    expect([...result.proposals, ...result.rejected].every(({ origin }) => origin === 'method')).toBe(true);
    expect(childrenOf(server)).toEqual([]);
    expect(await server.stop()).toBe(0);
  }, 60_000);

  it.skipIf(process.platform !== 'linux')(
    'killed in the middle of a rewrite costs its own proposals and nothing else',
    async () => {
      const server = await start('tiny.gguf');
      const rewriting = server.request<RewriteResult>('querent/rewrite', { uri });
      const [host] = await server.until(
        async () => childrenOf(server),
        (children) => children.length > 0,
        'The model host',
      );
      if (host !== undefined) process.kill(host, 'SIGKILL');
      const result = await rewriting;
      expect(result.proposals.some(({ origin }) => origin === 'method')).toBe(true);
      expect(result.rejected.find(({ origin }) => origin === 'model')?.reason).toMatch(/\S/);
      await deterministicFeaturesWork(server);
      const again = await server.request<RewriteResult>('querent/rewrite', { uri, label: '3' });
      expect(again.proposals.length).toBeGreaterThan(0);
      expect(await server.stop()).toBe(0);
    },
    60_000,
  );
});

/** Process ids of the server's children: the model host, if any. */
function childrenOf(server: TestServer): number[] {
  try {
    const list = execFileSync('ps', ['--no-headers', '-o', 'pid=', '--ppid', String(server.process.pid)], {
      encoding: 'utf8',
    });
    return list.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
