import { createHash } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CancellationTokenSource, type CancellationToken } from 'vscode-jsonrpc';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SqlExportResult, SqlPreviewResult } from '@querent/server/sqlProtocol';
import { atlas, databaseOf } from '../../server/src/databases/testing/makeDatabase.ts';
import { startServer, TestFolder, type TestServer } from './harness.ts';

interface CodeLens {
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly command?: { readonly title: string; readonly command: string; readonly arguments: unknown };
}

/** Codes of LSP. */
const [requestCancelled, requestFailed] = [-32_800, -32_803];
const numbers = (rows: number): string =>
  `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${rows}) SELECT x FROM n`;

const folder = new TestFolder();
const uri = folder.uri('cities.sql');
const path = join(folder.path, 'rows.out');
const database = join(folder.path, 'atlas.sqlite');
let server: TestServer;
let before: string;
const hash = (): string => createHash('sha256').update(readFileSync(database)).digest('hex');

beforeAll(async () => {
  folder.write('atlas.sqlite', await databaseOf(...atlas));
  before = hash();
  server = await startServer({ folder: folder.path, settings: { sql: { timeoutSeconds: 2 } } });
  // The database stays open as long as somebody asks it.
  await server.open(folder.uri('other.sql'), '-- database: atlas.sqlite', 'sql');
}, 30_000);
afterEach(async () => {
  await server.close(uri);
  rmSync(path, { force: true });
  expect(existsSync(`${path}.part`)).toBe(false);
  expect(hash()).toBe(before);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

async function exported(text: string, more: object = {}, token?: CancellationToken): Promise<SqlExportResult> {
  await server.open(uri, text, 'sql');
  const position = { line: 0, character: 0 };
  const params = { uri, position, format: 'csv', path, replace: false, workDoneToken: 'export', ...more };
  return server.request('querent/sql/export', params, token);
} // prettier-ignore

describe('all rows of a statement', () => {
  it('are written as CSV and JSON, exactly', async () => {
    const text = "SELECT name, population * 10000000000000 AS people, x'00FF' AS b FROM city ORDER BY id";
    const csv = await exported(text);
    expect(readFileSync(path, 'utf8')).toBe(
      '\ufeffname,people,b\r\n' +
        "Lutha,9000000000000000,X'00FF'\r\nOsk,7000000000000000,X'00FF'\r\nVenn,3000000000000000,X'00FF'\r\nMirr,,X'00FF'\r\n",
    );
    expect(csv).toEqual({
      path,
      rows: 4,
      bytes: readFileSync(path).length,
      notes: ["4 blobs in hexadecimal digits, as X'00FF'."],
    });
    await server.close(uri);
    await exported(text, { format: 'json', replace: true });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([
      { name: 'Lutha', people: 9000000000000000, b: { blob: '00FF' } },
      { name: 'Osk', people: 7000000000000000, b: { blob: '00FF' } },
      { name: 'Venn', people: 3000000000000000, b: { blob: '00FF' } },
      { name: 'Mirr', people: null, b: { blob: '00FF' } },
    ]);
  });

  it('are as many as there are, whatever a preview shows, and expected they match', async () => {
    const done = await exported(numbers(60_000));
    expect(done).toMatchObject({ rows: 60_000, notes: [] });
    expect(readFileSync(path, 'utf8').split('\r\n')).toHaveLength(60_002);
    const told = server.received.flatMap(({ method, params }) => {
      const { token, value } = (params ?? {}) as { token?: string; value?: { message?: string } };
      return method === '$/progress' && token === 'export' ? (value?.message ?? []) : [];
    });
    expect(told).toContain('60,000 rows');
    await server.close(uri);
    await exported(numbers(5_000), { replace: true, format: 'json' });
    await server.close(uri);
    const renamed = join(folder.path, 'rows.json');
    writeFileSync(renamed, readFileSync(path));
    await server.open(uri, `-- expect: rows.json\n${numbers(5_000)}`, 'sql');
    const found = await server.request<SqlPreviewResult>('querent/sql/preview', { uri, position: { line: 1, character: 0 } });
    expect(found.expectation).toMatchObject({ kind: 'compared', isMatch: true, expectedRows: 5_000 });
  }); // prettier-ignore

  it.each<[string, string, object, RegExp]>([
    ['a file that is there', 'SELECT 1', { path: join(folder.path, 'other.csv') }, /other\.csv is there already/u],
    ['the database', 'SELECT 1', { path: database, replace: true }, /atlas\.sqlite is the database itself\. Choose another name/u],
    ['the database by another name', 'SELECT 1', { path: join(folder.path, 'link'), replace: true }, /is the database itself/u],
    ['a folder', 'SELECT 1', { path: folder.path, replace: true }, /is a folder\. Name a file in it\.$/u],
    ['a folder that is not there', 'SELECT 1', { path: join(folder.path, 'no', 'rows.csv') }, /there is no such folder/u],
    ['half a path', 'SELECT 1', { path: 'rows.csv' }, /needs the whole path/u],
    ['another format', 'SELECT 1', { format: 'xlsx' }, /as csv or json, not as xlsx/u],
    ['a statement that writes', 'DELETE FROM city', {}, /^The statement cannot be run: DELETE is not run here/u],
    ['a statement that is wrong', 'SELECT nam FROM city', {}, /^The statement cannot be run: no such column: nam\. Nothing was written\.$/u],
    ['a parameter', 'SELECT * FROM city WHERE id = ?', {}, /^\? is a parameter/u],
    ['a statement that never gives a row', `${numbers(1e12)} WHERE x < 0`, {}, /^The statement gave no further row for 2 s and was stopped\. Nothing was written\./u],
    ['nothing', '-- nothing', {}, /^Line 1: there is no statement here/u],
  ])('into %s: why not', async (_, text, more, message) => {
    writeFileSync(join(folder.path, 'other.csv'), 'of before');
    if (!existsSync(join(folder.path, 'link'))) linkSync(database, join(folder.path, 'link'));
    await expect(exported(text, more)).rejects.toMatchObject({ code: requestFailed, message: expect.stringMatching(message) as string });
    expect(readFileSync(join(folder.path, 'other.csv'), 'utf8')).toBe('of before');
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(existsSync(path)).toBe(false);
  }); // prettier-ignore

  it('are cancelled, and nothing is left', async () => {
    const source = new CancellationTokenSource();
    server.received.length = 0;
    const cancelled = exported(numbers(100_000_000), { workDoneToken: 'cancelled' }, source.token);
    const isReport = (value: unknown): boolean => (value as { kind?: string } | undefined)?.kind === 'report';
    await server.message(({ params }) => isReport((params as { value?: unknown } | undefined)?.value));
    source.cancel();
    await expect(cancelled).rejects.toMatchObject({ code: requestCancelled });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('rows.out'))).toEqual([]);
  });
});

describe('lenses above statements', () => {
  it.each<[string, string, readonly string[]]>([
    ['statements, questions and errors', 'SELECT 1;\nSELECT nam FROM city;\n\n-- Q: how many cities?\n', ['0: $(play) Run', '1: $(play) Run', '1: $(wand) Fix', '3: $(sparkle) Write SQL']],
    ['what cannot be read', 'SELEC 1', ['0: $(wand) Fix']],
    ['what writes', 'DELETE FROM city;\nSELECT 1', ['1: $(play) Run']],
    ['a question with its statement', '-- Q: how many cities?\nSELECT count(*) FROM city', ['1: $(play) Run']],
    ['a question with an empty line below', '-- Q: how many cities?\n\nSELECT 1', ['0: $(sparkle) Write SQL', '2: $(play) Run']],
    ['no database', '-- database: nowhere.sqlite\nSELECT 1;\nSELECT 2', ['1: $(database) Choose a database']],
    ['PostgreSQL', '-- dialect: postgresql\nSELECT 1', []],
  ])('%s', async (_, text, wanted) => {
    await server.open(uri, text, 'sql');
    const asked = (): Promise<CodeLens[]> => server.request('textDocument/codeLens', { textDocument: { uri } });
    const titles = (lenses: readonly CodeLens[]): string[] =>
      lenses.map(({ range, command }) => `${range.start.line}: ${command?.title}`).sort();
    const found = await server.until(asked, (some) => titles(some).join() === [...wanted].sort().join(), 'lenses');
    for (const { command, range } of found) {
      const isAboutAll = command?.command === 'querent.sql.chooseDatabase';
      expect(command?.arguments).toEqual(isAboutAll ? [uri] : [uri, range.start]);
    }
  }); // prettier-ignore
});

describe('a database that changes', () => {
  it('is asked as it is now, and what was told before is not told any more', async () => {
    folder.write('own.sqlite', await databaseOf('CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)'));
    await server.open(uri, '-- database: own.sqlite\nSELECT a FROM t', 'sql');
    const ask = (): Promise<SqlPreviewResult> =>
      server.request('querent/sql/preview', { uri, position: { line: 1, character: 0 } });
    const titles = async (): Promise<(string | undefined)[]> => {
      const lenses = await server.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
      return lenses.map(({ command }) => command?.title);
    };
    const first = await ask();
    expect(first.result).toMatchObject({ rows: [[1]] });
    expect(await titles()).toEqual(['$(play) Run', expect.stringMatching(/^1 row, /u)]);
    folder.write(
      'own.sqlite',
      await databaseOf('CREATE TABLE t (a, b)', 'INSERT INTO t VALUES (2, 3), (4, 5)'),
    );
    const second = await ask();
    expect(second.result).toMatchObject({ rows: [[2], [4]] });
    expect(second.database.changed).toBeGreaterThanOrEqual(first.database.changed);
    expect(await titles()).toEqual(['$(play) Run', expect.stringMatching(/^2 rows, /u)]);
    rmSync(join(folder.path, 'own.sqlite'));
    await expect(ask()).rejects.toThrow(/own\.sqlite/u);
    expect(await titles()).toEqual(['$(database) Choose a database']);
  });
});
