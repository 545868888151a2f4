import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hintText, startServer, TestFolder, type TestServer } from '../../lsp/harness.ts';
import { round, summarise, quantile, type Suite } from '../suite.ts';
import { dataFiles, missingData } from './citations.ts';
import { strategyOfLines } from './generatedStrategy.ts';
import { hintKeys, hintLines, measureHints } from './hintsAfterKey.ts';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = resolve(here, '../../../dist/server.cjs');
const echo = join(here, 'echoServer.mjs');

const repetitions = 5;
const editsEach = 60;
const hoversEach = 100;
const starts = 7;

/** Editing a strategy of 300 lines: how long until the problems are there, the hover, the server itself. */
export const suite: Suite = {
  name: 'lsp',
  async run(log) {
    if (!existsSync(bundle)) throw new Error('There is no dist/server.cjs. Build it first: npm run build');
    log('Querent’s server, from its bundle, over stdio');
    const metrics = prefixed(await measureServer(bundle, hasNumbers, log));
    log('The bare echo server');
    const missing = missingData(Object.values(dataFiles));
    if (missing !== undefined) log(missing);
    const hints =
      missing === undefined
        ? prefixed(summarise('hintsAfterKey', await measureHints(bundle, repetitions, log)))
        : {};
    const peer = prefixed(await measureServer(echo, (hover) => hover !== null, log));
    return {
      metrics: { ...metrics, ...hints },
      peers: { 'bare echo server': peer },
      goals: [
        { key: 'lsp.editToDiagnosticsP95Ms', atMost: 30 },
        { key: 'lsp.cachedHoverP95Ms', atMost: 10 },
        { key: 'lsp.readyMs', atMost: 500 },
        ...(missing === undefined ? [{ key: 'lsp.hintsAfterKeyP95Ms', atMost: 100 }] : []),
      ],
      notes: [
        `A strategy of 300 lines, ${strategyOfLines(300).length} characters, with a local citation library; ${repetitions} repetitions of ${editsEach} edits and ${hoversEach} hovers, ${starts} starts; medians over repetitions, spread = largest - smallest.`,
        'editToDiagnostics: from sending didChange until the answer of the pull request sent right behind it, so nothing is won or lost by a delay after typing. The first edit follows as soon as the opened strategy is measured; no edit is left out as warm-up.',
        'cachedHover: on lines whose measurement is there already. ready: from spawn until initialize is answered.',
        missing ??
          `hintsAfterKey: a strategy of ${hintLines} lines of real terms over the library of real citations; from a key until every line has its number again; ${repetitions} repetitions of ${hintKeys} keys.`,
        'Peer: a bare echo server with the same transport and library but without Querent, the floor that the protocol and the machine set. No other language server for search strategies exists to compare with.',
      ],
    };
  },
};

async function measureServer(
  entry: string,
  wanted: (hover: unknown) => boolean,
  log: (line: string) => void,
): Promise<Record<string, number>> {
  const ready: number[] = [];
  for (let i = 0; i < starts; i++) {
    const from = performance.now();
    const server = await startServer({ entry });
    ready.push(performance.now() - from);
    await server.stop();
  }
  log(`  ready ${round(quantile(ready, 0.5))} ms`);
  const edits: number[][] = [];
  const hovers: number[][] = [];
  for (let i = 0; i < repetitions; i++) {
    const folder = new TestFolder();
    folder.write('records.jsonl', inventedRecords());
    const server = await startServer({ entry, folder: folder.path, settings: {} });
    try {
      edits.push(await measureEdits(server, folder));
      hovers.push(await measureHovers(server, folder, wanted));
    } finally {
      await server.stop();
      folder.dispose();
    }
    log(
      `  repetition ${i + 1}: edit p95 ${round(quantile(edits[i] ?? [], 0.95))} ms, hover p95 ${round(quantile(hovers[i] ?? [], 0.95))} ms`,
    );
  }
  return {
    ...summarise('editToDiagnostics', edits),
    ...summarise('cachedHover', hovers),
    readyMs: round(quantile(ready, 0.5)),
    readyP95Ms: round(quantile(ready, 0.95)),
    readySpread: round(Math.max(...ready) - Math.min(...ready)),
  };
}

function hasNumbers(hover: unknown): boolean {
  return /\d record/.test(JSON.stringify(hover));
}

/** Types and deletes a letter at places all over the document. */
async function measureEdits(server: TestServer, folder: TestFolder): Promise<number[]> {
  const uri = folder.uri('edited.pubmed');
  const text = strategyOfLines(300);
  const first = firstQueryLine(text.split('\n'));
  await server.open(uri, text);
  await server.request('textDocument/diagnostic', { textDocument: { uri } });
  await measured(server, uri);
  const samples: number[] = [];
  for (let i = 0; i < editsEach; i++) {
    const line = first + (((i >> 1) * 37) % 290);
    const at = { line, character: 5 };
    const change =
      i % 2 === 0
        ? { range: { start: at, end: at }, text: 'x' }
        : { range: { start: at, end: { line, character: 6 } }, text: '' };
    const from = performance.now();
    await server.change(uri, [change]);
    await server.request('textDocument/diagnostic', { textDocument: { uri } });
    samples.push(performance.now() - from);
  }
  await server.close(uri);
  return samples;
}

/** Waits until every line has its numbers, as a person who opens a strategy sees them before typing. */
async function measured(server: TestServer, uri: string): Promise<void> {
  if (server.initialized.capabilities['inlayHintProvider'] === undefined) return;
  const range = { start: { line: 0, character: 0 }, end: { line: 1_000, character: 0 } };
  await server.until(
    () => server.request<{ label: unknown }[]>('textDocument/inlayHint', { textDocument: { uri }, range }),
    (hints) => hints.length === 300 && hints.every((hint) => /\d record/.test(hintText(hint))),
    'The numbers of all lines',
    60_000,
  );
}

/** Hovers over the numbers of lines that are measured. */
async function measureHovers(
  server: TestServer,
  folder: TestFolder,
  wanted: (hover: unknown) => boolean,
): Promise<number[]> {
  const uri = folder.uri('hovered.pubmed');
  const text = strategyOfLines(300);
  const first = firstQueryLine(text.split('\n'));
  await server.open(uri, text);
  const hover = async (i: number): Promise<unknown> =>
    server.request('textDocument/hover', {
      textDocument: { uri },
      position: { line: first + ((i * 37) % 290), character: 1 },
    });
  // Everything is measured before the clock runs; a hover without numbers would be no hover.
  for (let i = 0; i < hoversEach; i++)
    await server.until(() => hover(i), wanted, `A hover with numbers on line ${i}`);
  const samples: number[] = [];
  for (let i = 0; i < hoversEach; i++) {
    const from = performance.now();
    await hover(i);
    samples.push(performance.now() - from);
  }
  await server.close(uri);
  return samples;
}

function firstQueryLine(lines: readonly string[]): number {
  return lines.findIndex((line) => line.startsWith('#1 '));
}

/** A few hundred records with the strategy's words. */
function inventedRecords(): string {
  return Array.from({ length: 300 }, (_, i) =>
    JSON.stringify({
      pmid: String(90_000_000 + i),
      title: `Trial ${i} of exercise and word${i % 50} for preventing falls`,
      abstract: `Older adults were allotted to term${i % 40} or to usual care.`,
      mesh: [],
      year: 2000 + (i % 25),
    }),
  ).join('\n');
}

function prefixed(metrics: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`lsp.${key}`, value]));
}
