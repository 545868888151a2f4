import initSqlJs from 'sql.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, TestFolder, type TestServer } from './harness.ts';

const folder = new TestFolder();
let server: TestServer;
const uri = folder.uri('a.sql');

interface Diagnostic {
  code: string;
  severity: number;
  message: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

async function database(name: string, ...sql: readonly string[]): Promise<string> {
  const sqlJs = await initSqlJs();
  const made = new sqlJs.Database();
  for (const statement of sql) made.run(statement);
  const path = folder.write(name, made.export());
  made.close();
  return path;
}

beforeAll(async () => {
  await database('shop.sqlite', 'CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)');
  server = await startServer({ folder: folder.path, settings: {} });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

const diagnostics = async (): Promise<Diagnostic[]> =>
  (await server.request<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri } })).items;

it('tells what SQLite refuses, at its place', async () => {
  await server.open(uri, 'SELECT nmae FROM customer;\n', 'sql');
  const items = await server.until(diagnostics, ({ length }) => length > 0, 'An error');
  expect(items.map(({ code, range }) => [code, range.start.character, range.end.character])).toEqual([
    ['sql-unknown-column', 7, 11],
  ]);
});
