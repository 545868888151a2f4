import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer, TestFolder } from '../../lsp/harness.ts';
import { quantile, round, summarise, type Suite, type SuiteResult } from '../suite.ts';
import { strategyOfLines } from './generatedStrategy.ts';
import type { ParseRound } from './parseRound.ts';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = resolve(here, '../../../dist/server.cjs');

const rounds = 9;
const lines = 2000;
const repetitions = 5;
const editsEach = 40;

/** Reading and checking the real PubMed strategies beside two parsers from npm; editing a strategy of 2,000 lines. */
export const suite: Suite = {
  name: 'parse',
  async run(log) {
    if (!existsSync(bundle)) throw new Error('There is no dist/server.cjs. Build it first: npm run build');
    const measured: ParseRound[] = [];
    for (let i = 0; i < rounds; i++) {
      // The two halves of the strategies, one process each, one after the other: together they are one repetition.
      measured.push(sum(await oneRound('even'), await oneRound('odd')));
      log(`Reading, repetition ${i + 1} of ${rounds}`);
    }
    log(`Editing a strategy of ${lines} lines`);
    const edits: number[][] = [];
    for (let i = 0; i < repetitions; i++) edits.push(await measureEdits());
    return summary(measured, edits);
  },
};

function summary(measured: readonly ParseRound[], edits: readonly (readonly number[])[]): SuiteResult {
  const [first] = measured;
  if (first === undefined) throw new Error('Nothing was measured.');
  const speed = (of: (one: ParseRound) => number | undefined): number[] =>
    measured.flatMap((one) => {
      const ms = of(one);
      return ms === undefined ? [] : [(one.characters / ms) * 1000];
    });
  const ratio = (of: (one: ParseRound) => number): number[] => measured.map(of);
  const withMesh = speed((one) => one.parseAndLintWithMesh);
  return {
    metrics: {
      ...spread(
        'parse.charactersPerSecond',
        speed((one) => one.parseAndLint),
        Math.round,
      ),
      ...spread(
        'parse.parseOnlyCharactersPerSecond',
        speed((one) => one.parse),
        Math.round,
      ),
      ...(withMesh.length > 0 ? spread('parse.withMeshCharactersPerSecond', withMesh, Math.round) : {}),
      ...spread(
        'parse.ratioToPolyglot',
        ratio((one) => one.polyglot / one.parseAndLint),
      ),
      ...spread(
        'parse.ratioToLucene',
        ratio((one) => one.lucene / one.parseAndLint),
      ),
      ...spread(
        'parse.ratioToLuceneOnAccepted',
        ratio((one) => one.luceneAccepted / one.parseAndLintOfLuceneAccepted),
      ),
      'parse.rejected': 0,
      'parse.strategies': first.strategies,
      ...prefixed(summarise('editToDiagnostics', edits)),
    },
    peers: {
      'sra-polyglot': {
        ...spread(
          'parse.charactersPerSecond',
          speed((one) => one.polyglot),
          Math.round,
        ),
        'parse.rejected': first.polyglotRejected,
      },
      lucene: {
        ...spread(
          'parse.charactersPerSecond',
          speed((one) => one.lucene),
          Math.round,
        ),
        'parse.rejected': first.luceneRejected,
      },
    },
    goals: [
      { key: 'parse.ratioToPolyglot', atLeast: 5 },
      { key: 'parse.editToDiagnosticsP95Ms', atMost: 30 },
    ],
    notes: [
      `${first.strategies} real PubMed strategies, filters and blocks, ${first.characters} characters. Medians of ${rounds} repetitions; spread = largest - smallest. The ratios are taken within a repetition.`,
      'Querent parses and checks (all rules at their default levels) through parseQuery and lintQuery, which remember nothing. One process reads half of the strategies to warm up and is measured on the other half, which it has not read before, in one pass; so nothing remembered by text helps any of the three.',
      'withMesh: the same with all 30,764 headings of MeSH 2024 looked up, for which the peers have no counterpart.',
      'Peers only parse: sra-polyglot 2.4.25 (its parse() with default options, the version on npm) and lucene 2.1.1, a generic Lucene query parser. rejected: strategies on which the program throws instead of giving a tree; lucene stops at the fault, which makes it look fast, hence ...OnAccepted.',
      `editToDiagnostics: ${repetitions} repetitions of ${editsEach} edits at places all over a strategy of ${lines} lines, ${strategyOfLines(lines).length} characters, over the real server from its bundle; from sending didChange until the answer of the pull request sent right behind it. Every edit makes a line that was not there before; the other ${lines - 1} lines are remembered, as they are in the editor.`,
    ],
  };
}

async function oneRound(half: 'even' | 'odd'): Promise<ParseRound> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(here, 'parseRound.ts'), half]);
  return JSON.parse(stdout) as ParseRound;
}

function sum(a: ParseRound, b: ParseRound): ParseRound {
  const add = (x: number | undefined, y: number | undefined): number | undefined =>
    x === undefined || y === undefined ? undefined : x + y;
  return Object.fromEntries(
    Object.keys(a).map((key) => [key, add(a[key as keyof ParseRound], b[key as keyof ParseRound])]),
  ) as unknown as ParseRound;
}

/** Types words that were not there before into lines all over the document. */
async function measureEdits(): Promise<number[]> {
  const folder = new TestFolder();
  const server = await startServer({ entry: bundle, folder: folder.path, settings: {} });
  let running = true;
  void server.exited.then((code) => {
    // A request to a process that is gone is never answered.
    if (running) throw new Error(`The server ended with ${code}: ${server.stderr}`);
  });
  try {
    const uri = folder.uri('edited.pubmed');
    const text = strategyOfLines(lines).replace(/^database: .*\n|^seeds: .*\n/gm, '');
    const first = text.split('\n').findIndex((line) => line.startsWith('#1 '));
    await server.open(uri, text);
    await server.request('textDocument/diagnostic', { textDocument: { uri } });
    const samples: number[] = [];
    for (let i = 0; i < editsEach; i++) {
      const at = { line: first + ((i * 337) % (lines - 10)), character: 7 };
      const from = performance.now();
      await server.change(uri, [{ range: { start: at, end: at }, text: String.fromCharCode(97 + (i % 26)) }]);
      await server.request('textDocument/diagnostic', { textDocument: { uri } });
      samples.push(performance.now() - from);
    }
    return samples;
  } finally {
    running = false;
    await server.stop();
    folder.dispose();
  }
}

function spread(
  name: string,
  values: readonly number[],
  rounded: (value: number) => number = round,
): Record<string, number> {
  return {
    [name]: rounded(quantile(values, 0.5)),
    [`${name}P95`]: rounded(quantile(values, 0.95)),
    [`${name}Spread`]: rounded(Math.max(...values) - Math.min(...values)),
  };
}

function prefixed(metrics: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`parse.${key}`, value]));
}
