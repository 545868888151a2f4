import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits, LineIndex } from '@querent/core/text';
import { atlas, databaseOf } from '../../server/src/databases/testing/makeDatabase.ts';
import { mutant, sqlPieces } from '../fuzz/mutate.ts';
import { Random } from '../fuzz/random.ts';
import { sampleSql } from '../fuzz/texts.ts';
import { startServer, TestFolder, type TestServer } from './harness.ts';

const folder = new TestFolder();
let server: TestServer;
let made = 0;

beforeAll(async () => {
  folder.write('atlas.sqlite', await databaseOf(...atlas));
  server = await startServer({ folder: folder.path, settings: { sql: { database: 'atlas.sqlite' } } });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

async function open(text: string): Promise<string> {
  const uri = folder.uri(`any-${++made}.sql`);
  await server.open(uri, text, 'sql');
  return uri;
}

/** Every request about a document of SQL that reads. */
function everything(uri: string, line: number, character: number): readonly [method: string, params: object][] {
  const textDocument = { uri };
  const position = { line, character };
  const at = { textDocument, position };
  const range = { start: position, end: { line: line + 2, character: character + 5 } };
  const options = { tabSize: 2, insertSpaces: true };
  return [
    ['textDocument/diagnostic', { textDocument }],
    ['textDocument/completion', at],
    ['textDocument/completion', { ...at, context: { triggerKind: 2, triggerCharacter: ' ' } }],
    ['textDocument/hover', at],
    ['textDocument/definition', at],
    ['textDocument/references', { ...at, context: { includeDeclaration: true } }],
    ['textDocument/documentHighlight', at],
    ['textDocument/signatureHelp', at],
    ['textDocument/documentSymbol', { textDocument }],
    ['textDocument/foldingRange', { textDocument }],
    ['textDocument/selectionRange', { textDocument, positions: [position, position] }],
    ['textDocument/semanticTokens/full', { textDocument }],
    ['textDocument/semanticTokens/full/delta', { textDocument, previousResultId: '1' }],
    ['textDocument/semanticTokens/range', { textDocument, range }],
    ['textDocument/documentLink', { textDocument }],
    ['textDocument/codeLens', { textDocument }],
    ['textDocument/inlayHint', { textDocument, range }],
    ['textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }],
    ['textDocument/formatting', { textDocument, options }],
    ['textDocument/rangeFormatting', { textDocument, range, options }],
  ];
} // prettier-ignore

/** Renaming says in words why it cannot: that is an answer, too. */
const refusing = ['textDocument/prepareRename', 'textDocument/rename'] as const;

async function askEverything(uri: string, line: number, character: number): Promise<void> {
  const from = performance.now();
  await Promise.all(everything(uri, line, character).map(([method, params]) => server.request(method, params)));
  for (const method of refusing)
    await server
      .request(method, { textDocument: { uri }, position: { line, character }, newName: 'zz' })
      .catch((error: unknown) => expect(String(error)).toMatch(/\.$/u));
  expect(performance.now() - from).toBeLessThan(10_000);
} // prettier-ignore

function noErrorsLogged(): void {
  const logged = server.received.filter(
    ({ method, params }) => method === 'window/logMessage' && (params as { type: number }).type === 1,
  );
  expect(logged.map(({ params }) => (params as { message: string }).message)).toEqual([]);
}

const texts: [name: string, text: string][] = [
  ['empty', ''],
  ['open quotes', 'SELECT "a FROM city;\nSELECT \'x\nFROM `t\n[u'],
  ['only comments', '-- Q:\n-- evidence:\n/* open'],
  ['Windows line ends', 'SELECT name\r\nFROM city\r\nWHERE id = 1;\r\n'],
  ['lone carriage returns', 'SELECT name\rFROM city\r;'],
  ['a BOM', '\uFEFFSELECT name FROM city'],
  ['emoji and lone surrogates', "SELECT '👵🏽' AS \uD83D, name\uDE00 FROM city"],
  ['NUL', 'SELECT a\0b FROM city'],
  ['templates', 'SELECT {{ column }} FROM {% if x %} city {% endif %}'],
  ['another dialect', 'SELECT TOP 5 a::int, $$x$$ FROM [dbo].[t] WITH (NOLOCK); GO'],
  ['deep parentheses', `SELECT ${'('.repeat(3_000)}1${')'.repeat(3_000)} FROM city`],
  ['deep subqueries', `${'SELECT * FROM ('.repeat(400)}city${')'.repeat(400)}`],
  ['a long list', `SELECT * FROM city WHERE id IN (${'1, '.repeat(10_000)}1)`],
  ['many statements', 'SELECT c.name FROM city c;\n'.repeat(100)],
];

describe('bad input', () => {
  it.each(texts)('%s', async (_, text) => {
    const uri = await open(text);
    for (const [line, character] of [[0, 0], [1, 3], [0, 20], [1e9, 1e9], [-5, -5]] as const)
      await askEverything(uri, line, character);
    await server.close(uri);
    noErrorsLogged();
  }); // prettier-ignore

  it('edits at random, asked about at random places', async () => {
    const random = new Random(20_261_130);
    let text = sampleSql().join('\n');
    const uri = await open(text);
    for (let i = 0; i < 20; i++) {
      const start = random.below(text.length + 1);
      const end = Math.min(text.length, start + (random.below(3) === 0 ? random.below(30) : 0));
      const newText = random.below(4) === 0 ? mutant([text.slice(0, 80) || 'a'], random, sqlPieces).slice(0, 200) : random.pick(sqlPieces);
      const lines = new LineIndex(text);
      await server.change(uri, [{ range: { start: lines.positionAt(start), end: lines.positionAt(end) }, text: newText }]);
      text = applyEdits(text, [{ range: { start, end }, newText }]);
      const { line, character } = new LineIndex(text).positionAt(random.below(text.length + 1));
      await askEverything(uri, line, character);
    }
    // What the server has is what was typed: a whole document sent again gives the same colours.
    const typed = await server.request<{ data: number[] }>('textDocument/semanticTokens/full', { textDocument: { uri } });
    const sent = await open(text);
    const again = await server.request<{ data: number[] }>('textDocument/semanticTokens/full', { textDocument: { uri: sent } });
    expect(typed.data).toEqual(again.data);
    await server.close(uri);
    await server.close(sent);
    noErrorsLogged();
  }, 30_000); // prettier-ignore
});

it.each(['untitled:Untitled-1', 'vscode-notebook-cell:/a.ipynb#1', 'git:/a.sql?x', 'file:///%%%'])(
  'a document at %s is edited, too',
  async (uri) => {
    await server.open(uri, 'SELECT id FROM city', 'sql');
    await askEverything(uri, 0, 8);
    await server.close(uri);
    noErrorsLogged();
  },
);

it('documents that are closed get no answer', async () => {
  const uri = await open('SELECT id FROM city');
  await server.close(uri);
  expect(
    await server.request('textDocument/hover', {
      textDocument: { uri },
      position: { line: 0, character: 1 },
    }),
  ).toBe(null);
});

it('with SQL switched off nothing is told', async () => {
  const off = await startServer({ folder: folder.path, settings: { sql: { enabled: false } } });
  const uri = folder.uri('off.sql');
  await off.open(uri, 'SELECT count(id) FROM city', 'sql');
  const told = await Promise.all(
    everything(uri, 0, 8).map(([method, params]) => off.request<{ items?: unknown[]; data?: unknown[] } | unknown[] | null>(method, params)),
  );
  expect(told.filter((answer) => (Array.isArray(answer) ? answer : (answer?.items ?? answer?.data ?? [])).length > 0)).toEqual([]);
  expect(await off.stop()).toBe(0);
}); // prettier-ignore

it('the dump of a database is too long to be read, which the status and requests say; shortened it is read', async () => {
  const uri = folder.uri('dump.sql');
  const dump = `SELECT nme FROM city;\n${"INSERT INTO city VALUES (1, 'Lutha', 1, 900);\n".repeat(25_000)}`;
  await server.open(uri, dump, 'sql');
  const status = await server.message(({ method, params }) => method === 'querent/status' && JSON.stringify(params).includes('Too long'));
  expect(status.params).toMatchObject({ databases: expect.arrayContaining([expect.objectContaining({ uri, state: 'error' })]) as unknown });
  const from = performance.now();
  expect(await server.request('textDocument/diagnostic', { textDocument: { uri } })).toMatchObject({ items: [] });
  await askEverything(uri, 3, 5);
  expect(performance.now() - from).toBeLessThan(1_000);
  await expect(server.request('querent/sql/preview', { uri, position: { line: 0, character: 1 } })).rejects.toThrow(
    /has 1,\d{3},\d{3} characters, and SQL is read up to 1,000,000, .* a document of their own\.$/u,
  );
  await server.change(uri, [{ text: 'SELECT nme FROM city;' }]);
  const problems = (): Promise<{ items: { code: string }[] }> => server.request('textDocument/diagnostic', { textDocument: { uri } });
  await server.until(problems, ({ items }) => items[0]?.code === 'sql-unknown-column', 'the error');
  await server.close(uri);
  noErrorsLogged();
}); // prettier-ignore
