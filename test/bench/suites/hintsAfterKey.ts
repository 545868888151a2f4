import { join } from 'node:path';
import { buildLibrary } from '../../../server/src/library/buildLibrary.ts';
import { hintText, startServer, TestFolder, type TestServer } from '../../lsp/harness.ts';
import { asPubmed, blockQueries } from './booleanQueries.ts';
import { dataFiles } from './citations.ts';

/** Lines of the strategy. */
export const hintLines = 60;
/** Keys pressed in each repetition. */
export const hintKeys = 40;

/**
 * How long after a key the numbers of all 60 lines of a strategy are there again, over the real library: from sending `didChange` until
 * the answer, to the request that the server's refresh asks for, in which every line has its number. In ms, one list a repetition.
 */
export async function measureHints(
  entry: string,
  repetitions: number,
  log: (line: string) => void,
): Promise<number[][]> {
  const folder = new TestFolder();
  try {
    log('Building the real library');
    await buildLibrary({
      inputs: [dataFiles.citations],
      output: join(folder.path, 'library.sqlite'),
      mesh: dataFiles.mesh,
      builtWith: 'bench',
    });
    const measured: number[][] = [];
    for (let i = 0; i < repetitions; i++) {
      const server = await startServer({ entry, folder: folder.path, settings: {} });
      try {
        measured.push(await measureKeys(server, folder.uri('strategy.pubmed')));
        log(`Hints after a key, repetition ${i + 1} of ${repetitions}`);
      } finally {
        await server.stop();
      }
    }
    return measured;
  } finally {
    folder.dispose();
  }
}

async function measureKeys(server: TestServer, uri: string): Promise<number[]> {
  const text = strategy();
  const first = text.split('\n').findIndex((line) => line.startsWith('#1 '));
  await server.open(uri, text);
  await server.until(() => hints(server, uri), isComplete, 'The numbers of all lines', 60_000);
  const samples: number[] = [];
  for (let i = 0; i < hintKeys; i++) {
    const line = first + ((i * 7) % (hintLines - 12));
    const at = { line, character: 6 };
    const heard = server.received.length;
    const from = performance.now();
    await server.change(uri, [{ range: { start: at, end: at }, text: 'aeiou'.charAt(i % 5) }]);
    samples.push(await untilComplete(server, uri, heard, from));
    // Taken back, unmeasured: those numbers are remembered.
    const back = server.received.length;
    await server.change(uri, [{ range: { start: at, end: { line, character: 7 } }, text: '' }]);
    await untilComplete(server, uri, back, performance.now());
  }
  return samples;
}

/** Asks at once, as an editor does after a change, and again at every refresh. */
async function untilComplete(server: TestServer, uri: string, heard: number, from: number): Promise<number> {
  for (let seen = heard; ;) {
    if (isComplete(await hints(server, uri))) return performance.now() - from;
    const next = seen;
    await server.message(
      (message) =>
        message.method === 'workspace/inlayHint/refresh' && server.received.indexOf(message) >= next,
    );
    seen = server.received.length;
  }
}

function hints(server: TestServer, uri: string): Promise<{ label: unknown }[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 1_000, character: 0 } };
  return server.request('textDocument/inlayHint', { textDocument: { uri }, range });
}

/** Whether every line has a number. Hints of the grouping, which are no numbers of records, are passed over. */
function isComplete(answer: readonly { label: unknown }[]): boolean {
  return answer.filter((hint) => /\d record/.test(hintText(hint as never))).length >= hintLines;
}

/** 48 lines of real terms, lines that combine four of them each, and the strategy itself. */
function strategy(): string {
  const blocks = blockQueries(hintLines).flatMap((query) => query.map((block) => asPubmed([block])));
  const lines: string[] = [];
  for (let n = 1; n <= 48; n++) lines.push(`#${n} ${blocks[n] ?? ''}`);
  for (let n = 49; n < hintLines; n++) {
    const start = (n - 49) * 4 + 1;
    lines.push(`#${n} #${start} OR #${start + 1} OR (#${start + 2} AND #${start + 3})`);
  }
  lines.push(
    `#${hintLines} #49 AND (${Array.from({ length: 10 }, (_, i) => `#${50 + i}`).join(' OR ')}) NOT #48`,
  );
  return `---\ndatabase: library.sqlite\nseeds: [15044880, 7835102]\n---\n${lines.join('\n')}\n`;
}
