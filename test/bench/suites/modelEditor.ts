/** Editor requests while the model writes, over real LSP. */
import { setTimeout as wait } from 'node:timers/promises';
import type { StatusParams } from '@querent/server/protocol';
import { startServer, TestFolder } from '../../lsp/harness.ts';
import { citations, strategy } from '../../lsp/library.ts';

/** Requests a repetition. */
export const editorRequests = 60;

/** Milliseconds of hovers, hints and diagnostics behind a key, asked one after the other while rewrites go on and the model is writing. */
export async function measureEditor(
  entry: string,
  model: string,
  threads: number,
): Promise<readonly number[]> {
  const folder = new TestFolder();
  folder.write('citations.jsonl', citations);
  const uri = folder.uri('falls.pubmed');
  const settings = {
    model: { path: model, threads, gpu: 'auto', idleMinutes: 0, samples: 4, contextTokens: 4096 },
  };
  const server = await startServer({ entry, folder: folder.path, settings, trusted: true });
  const textDocument = { uri };
  const times: number[] = [];
  try {
    await server.open(uri, strategy);
    await server.request('textDocument/diagnostic', { textDocument });
    let isDone = false;
    const rewriting = (async () => {
      while (!isDone) await server.request('querent/rewrite', { uri }).catch(() => undefined);
    })();
    const isWriting = (): boolean => {
      const last = server.received.findLast(({ method }) => method === 'querent/status');
      return (last?.params as StatusParams | undefined)?.model.state === 'busy';
    };
    const end = performance.now() + 180_000;
    for (let i = 0; times.length < editorRequests; i++) {
      if (performance.now() > end)
        throw new Error('The model did not write long enough to be measured beside.');
      while (!isWriting() && performance.now() < end) await wait(5);
      const from = performance.now();
      if (i % 3 === 0) {
        await server.request('textDocument/hover', { textDocument, position: { line: 10, character: 4 } });
      } else if (i % 3 === 1) {
        const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
        await server.request('textDocument/inlayHint', { textDocument, range });
      } else {
        await server.request('textDocument/diagnostic', { textDocument });
      }
      if (isWriting()) times.push(performance.now() - from);
      await wait(10);
    }
    isDone = true;
    server.kill();
    await rewriting.catch(() => undefined);
  } finally {
    if (server.process.exitCode === null) server.kill();
    folder.dispose();
  }
  return times;
}
