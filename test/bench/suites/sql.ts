import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import initSqlJs from 'sql.js';
import { meaningful, parseSqlDocument } from '@querent/core/sql';
import { applyEdits, LineIndex } from '@querent/core/text';
import { loadPostgresParser } from '../../../server/src/dialects/postgresParser.ts';
import { startServer, TestFolder, type TestServer } from '../../lsp/harness.ts';
import { quantile, round, summarise, type Suite } from '../suite.ts';
import { codeMirrorCompletion } from './codeMirrorSql.ts';
import { generatedSchema, generatedTables, plantedFault, sqlOfLines } from './generatedSql.ts';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = resolve(here, '../../../dist/server.cjs');
const echo = join(here, 'echoServer.mjs');

const lines = 500;
const tables = generatedTables(100);
const databaseName = 'generated.sqlite';
const text = sqlOfLines(lines, tables, databaseName);
const repetitions = 5;
const editsEach = 120;
const completionsEach = 150;
const hoversEach = 100;

/** Editing a document of SQL of 500 lines over a database of 100 tables: problems, completion, hover. */
export const suite: Suite = {
  name: 'sql',
  async run(log) {
    if (!existsSync(bundle)) throw new Error('There is no dist/server.cjs. Build it first: npm run build');
    const database = await databaseBytes();
    log('Querent’s server, from its bundle, over stdio');
    const metrics = await measureServer(bundle, database, { isPeer: false }, log);
    log('The bare echo server');
    const floor = await measureServer(echo, database, { isPeer: true }, log);
    log('PostgreSQL’s parser');
    const postgres = prefixed(summarise('diagnostics', await measurePostgres()));
    log('CodeMirror’s completion of SQL');
    const codeMirror = await measureCodeMirror();
    return {
      metrics,
      peers: { 'bare echo server': floor, 'libpg-query': postgres, 'CodeMirror lang-sql': codeMirror },
      goals: [
        { key: 'sql.diagnosticsP95Ms', atMost: 30 },
        { key: 'sql.completionP95Ms', atMost: 50 },
      ],
      notes: [
        `A document of ${text.split('\n').length - 1} lines, ${text.length} characters, ${parseSqlDocument(text).statements.length} statements (one in ${plantedFault.every} with a column that is not there), over a SQLite file of ${tables.length} tables with foreign keys; ${repetitions} repetitions of ${editsEach} edits, ${completionsEach} completions and ${hoversEach} hovers; medians over repetitions, spread = largest - smallest.`,
        'diagnostics: from sending didChange until the answer of the pull request sent right behind it: SQLite’s own errors and all rules. Every other edit writes a letter into a name, so that a statement is there that was not there before and SQLite is asked what it may have been; the next one takes it out.',
        'completion: the first letter of a name (a table, an alias, a column, a function) is written anywhere in the document, where the rest of the statement is there; from sending didChange until the list is there. Lists that lack a name are no answer: the suite fails.',
        'hover: on the same names. ready: from opening the document in a server that has just started until the faults of names are told, the database opened and its schema read.',
        'Peers: a bare echo server with the same transport and library, the floor that protocol and machine set; PostgreSQL’s own parser (libpg-query, in this process, without any transport) on the whole text after the same edits: it stops at the first fault and knows no schema; completion of CodeMirror (lang-sql, in this process), which knows tables and columns and offers them and SQLite’s words in the order of their names.',
        'completion in five: the share of places where the name that was taken away is among the first five of the list, after its first letter.',
      ],
    };
  },
};

interface Place {
  /** Of the name's first letter. */
  readonly offset: number;
  readonly name: string;
}

/** Names that are used, all over the document, the same in every run. */
function namesIn(count: number): readonly Place[] {
  const words = parseSqlDocument(text).statements.flatMap(({ start, tokens }) =>
    meaningful(tokens)
      .filter(({ kind, text: name }, i, all) => {
        // Where a name is given, nobody can complete it.
        const isGiven = all[i - 1]?.text === 'AS' || all[i - 1]?.text === 'WITH';
        return kind === 'word' && name.length > 3 && /^[a-z_]+$/u.test(name) && !isGiven;
      })
      .map((token) => ({ offset: start + token.start, name: token.text })),
  );
  return Array.from({ length: count }, (_, i) => {
    const place = words[Math.floor(((i * 0.618_034) % 1) * words.length)];
    if (place === undefined) throw new Error('The document has no names.');
    return place;
  });
}

async function databaseBytes(): Promise<Uint8Array> {
  const { Database } = await initSqlJs();
  const database = new Database();
  try {
    database.run(generatedSchema(tables));
    return database.export();
  } finally {
    database.close();
  }
}

async function measureServer(
  entry: string,
  database: Uint8Array,
  { isPeer }: { readonly isPeer: boolean },
  log: (line: string) => void,
): Promise<Record<string, number>> {
  const ready: number[] = [];
  const edits: number[][] = [];
  const completions: number[][] = [];
  const inFive: number[] = [];
  const hovers: number[][] = [];
  for (let i = 0; i < repetitions; i++) {
    const folder = new TestFolder();
    folder.write(databaseName, database);
    const server = await startServer({ entry, folder: folder.path, settings: {} });
    try {
      const uri = folder.uri('report.sql');
      const from = performance.now();
      await server.open(uri, text, 'sql');
      await untilReady(server, uri, isPeer);
      ready.push(performance.now() - from);
      edits.push(await measureEdits(server, uri));
      const { samples, found } = await measureCompletions(server, uri, isPeer);
      completions.push(samples);
      inFive.push(found);
      hovers.push(await measureHovers(server, uri));
    } finally {
      await server.stop();
      folder.dispose();
    }
    const p95 = (samples: readonly number[] | undefined): number => round(quantile(samples ?? [], 0.95));
    log(`  repetition ${i + 1}: diagnostics p95 ${p95(edits[i])} ms, completion p95 ${p95(completions[i])} ms, hover p95 ${p95(hovers[i])} ms`); // prettier-ignore
  }
  return {
    ...prefixed(summarise('diagnostics', edits)),
    ...prefixed(summarise('completion', completions)),
    ...(isPeer ? {} : { 'sql.completionInFive': round(quantile(inFive, 0.5)) }),
    ...prefixed(summarise('hover', hovers)),
    'sql.readyMs': round(quantile(ready, 0.5)),
    'sql.readySpread': round(Math.max(...ready) - Math.min(...ready)),
  };
}

interface Report {
  readonly items: readonly { readonly code?: unknown }[];
}

/** Waits until the faults that were put into the document are told, no more and no fewer. */
async function untilReady(server: TestServer, uri: string, isPeer: boolean): Promise<void> {
  const planted = text.match(/t\.\w+_x\b/gu)?.length ?? 0;
  await server.until(
    () => server.request<Report>('textDocument/diagnostic', { textDocument: { uri } }),
    ({ items }) => isPeer || items.filter(({ code }) => code === plantedFault.rule).length === planted,
    `${planted} faults`,
    30_000,
  );
}

/** Writes a letter into names all over the document, and takes it out again. */
async function measureEdits(server: TestServer, uri: string): Promise<number[]> {
  const index = new LineIndex(text);
  const samples: number[] = [];
  for (const { offset } of namesIn(editsEach / 2)) {
    const start = index.positionAt(offset + 2);
    const end = { line: start.line, character: start.character + 1 };
    for (const change of [
      { range: { start, end: start }, text: 'q' },
      { range: { start, end }, text: '' },
    ]) {
      const from = performance.now();
      await server.change(uri, [change]);
      await server.request('textDocument/diagnostic', { textDocument: { uri } });
      samples.push(performance.now() - from);
    }
  }
  return samples;
}

/** Takes a name away, writes its first letter, and asks for the list behind it, as the editor does. */
async function measureCompletions(
  server: TestServer,
  uri: string,
  isPeer: boolean,
): Promise<{ readonly samples: number[]; readonly found: number }> {
  const index = new LineIndex(text);
  const samples: number[] = [];
  let found = 0;
  for (const { offset, name } of namesIn(completionsEach)) {
    const start = index.positionAt(offset);
    const at = (characters: number): { line: number; character: number } => ({
      line: start.line,
      character: start.character + characters,
    });
    await server.change(uri, [{ range: { start: at(0), end: at(name.length) }, text: '' }]);
    // As in the editor, the problems of the text before were told; what is measured begins with the key.
    await server.request('textDocument/diagnostic', { textDocument: { uri } });
    const from = performance.now();
    await server.change(uri, [{ range: { start: at(0), end: at(0) }, text: name.slice(0, 1) }]);
    const answer = await server.request<{ items: readonly Item[] } | null>('textDocument/completion', {
      textDocument: { uri },
      position: at(1),
      context: { triggerKind: 1 },
    });
    samples.push(performance.now() - from);
    if (isInFive(answer?.items ?? [], name)) found++;
    if (!isPeer && (answer?.items.length ?? 0) === 0)
      throw new Error(`Line ${start.line + 1}: nothing was offered for ${name.slice(0, 1)} (${name}).`);
    await server.change(uri, [{ range: { start: at(0), end: at(1) }, text: name }]);
  }
  return { samples, found: found / completionsEach };
}

interface Item {
  readonly label: string;
  readonly sortText?: string;
}

function isInFive(items: readonly Item[], name: string): boolean {
  const key = ({ sortText, label }: Item): string => sortText ?? label;
  return [...items]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .slice(0, 5)
    .some(({ label }) => label.toLowerCase() === name.toLowerCase());
}

/** The same places and letters for CodeMirror. */
async function measureCodeMirror(): Promise<Record<string, number>> {
  const samples: number[][] = [];
  const inFive: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const complete = codeMirrorCompletion(tables);
    const times: number[] = [];
    let found = 0;
    for (const { offset, name } of namesIn(completionsEach)) {
      const before = text.slice(0, offset) + text.slice(offset + name.length);
      const { ms, labels } = await complete(before, name.slice(0, 1), offset);
      times.push(ms);
      if (labels.slice(0, 5).some((label) => label.toLowerCase() === name.toLowerCase())) found++;
    }
    samples.push(times);
    inFive.push(found / completionsEach);
  }
  return {
    ...prefixed(summarise('completion', samples)),
    'sql.completionInFive': round(quantile(inFive, 0.5)),
  };
}

async function measureHovers(server: TestServer, uri: string): Promise<number[]> {
  const index = new LineIndex(text);
  const samples: number[] = [];
  for (const { offset } of namesIn(hoversEach)) {
    const from = performance.now();
    await server.request('textDocument/hover', {
      textDocument: { uri },
      position: index.positionAt(offset + 1),
    });
    samples.push(performance.now() - from);
  }
  return samples;
}

/** The same edits for a parser that reads all of the text at once. */
async function measurePostgres(): Promise<number[][]> {
  const parse = await loadPostgresParser();
  return Array.from({ length: repetitions }, () =>
    namesIn(editsEach / 2).flatMap(({ offset }) =>
      [applyEdits(text, [{ range: { start: offset + 2, end: offset + 2 }, newText: 'q' }]), text].map((whole) => {
        const from = performance.now();
        parse(whole);
        return performance.now() - from;
      }),
    ),
  );
} // prettier-ignore

function prefixed(metrics: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`sql.${key}`, value]));
}
