/** The assistant with a real, small model in the real host, over real LSP. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RewritePartial, RewriteResult, StatusParams } from '@querent/server/protocol';
import { startServer, TestFolder } from './harness.ts';
import { citations, place, strategy } from './library.ts';

const path = join(
  process.env['QUERENT_CACHE'] ?? join(import.meta.dirname, '../../.cache'),
  'models/SmolLM2-135M-Instruct.Q4_1.gguf',
);
if (!existsSync(path))
  console.warn(`The real model is not asked: no ${path}. Fetch it with: node scripts/fetch-model.mjs`);

const folder = new TestFolder();
folder.write('citations.jsonl', citations);
afterAll(() => folder.dispose());

describe.skipIf(!existsSync(path))('a real model', () => {
  it('writes while the editor works, tells how fast, and proposes terms when it has nothing to do', async () => {
    const uri = folder.uri('falls.pubmed');
    const server = await startServer({
      folder: folder.path,
      settings: {
        model: { path, gpu: 'off', threads: 1, samples: 1, contextTokens: 2048 },
        rewrite: { rounds: 0, inlineCompletion: true },
      },
    });
    await server.open(uri, strategy);
    const told = (): RewritePartial[] =>
      server.received
        .filter(
          ({ method, params }) => method === '$/progress' && (params as { token: string }).token === 'p',
        )
        .map(({ params }) => (params as { value: RewritePartial }).value);
    const rewriting = server.request<RewriteResult>('querent/rewrite', { uri, partialResultToken: 'p' });
    await server.until(
      async () => told(),
      (partials) =>
        partials.some(
          ({ writing, tokensPerSecond }) => writing !== undefined && tokensPerSecond !== undefined,
        ),
      'What the model writes',
      60_000,
    );
    // The method's proposals are there meanwhile, and so is everything else of the editor.
    expect(told().some(({ result }) => (result?.proposals.length ?? 0) > 0)).toBe(true);
    const started = performance.now();
    expect(
      await server.request('textDocument/hover', { textDocument: { uri }, position: place('elderly') }),
    ).not.toBeNull();
    expect(performance.now() - started).toBeLessThan(2_000);
    const result = await rewriting;
    const own = [...result.proposals, ...result.rejected].filter(({ origin }) => origin === 'model');
    expect(own.map(({ source }) => source)).toContain('SmolLM2-135M-Instruct.Q4_1');
    const writing = told().flatMap((partial) => partial.writing ?? []);
    expect(writing.some(({ text, tokens }) => tokens > 5 && /\p{L}{3}/u.test(text))).toBe(true);
    const ready = await server.message(
      ({ method, params }) =>
        method === 'querent/status' &&
        /tokens per second/.test((params as StatusParams).model.explanation ?? ''),
    );
    expect((ready.params as StatusParams).model.explanation).toMatch(/ of memory/);
    const at = {
      line: place('#1 elderly').line,
      character: strategy.split('\n')[place('#1 elderly').line]?.length,
    };
    const items = await server.request<{ insertText: string }[]>('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: at,
      context: { triggerKind: 1 },
    });
    // What it proposes is its own affair; what is shown is a term of the library, or nothing.
    for (const { insertText } of items) expect(insertText).toMatch(/^ OR \S.*\[tiab\]$/);
    expect(await server.stop()).toBe(0);
  }, 120_000);
});
