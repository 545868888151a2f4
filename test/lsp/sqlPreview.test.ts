import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CodeLens } from 'vscode-languageserver-types';
import type { SqlPreviewResult } from '@querent/server/sqlProtocol';
import { atlas, databaseOf } from '../../server/src/databases/testing/makeDatabase.ts';
import { startServer, TestFolder, type TestServer } from './harness.ts';

const folder = new TestFolder();
const uri = folder.uri('cities.sql');
let server: TestServer;
let before: string;

/** Every file of the folder: whatever was tried, no other file, no other byte. */
function stateOf(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder.path).sort())
    hash.update(name).update(readFileSync(join(folder.path, name)));
  return hash.digest('hex');
}

beforeAll(async () => {
  folder.write('atlas.sqlite', await databaseOf(...atlas));
  before = stateOf();
});
beforeEach(async () => {
  server = await startServer({ folder: folder.path, settings: { sql: { timeoutSeconds: 1 } } });
});
afterEach(async () => {
  expect(await server.stop()).toBe(0);
  expect(stateOf()).toBe(before);
});
afterAll(() => folder.dispose());

async function preview(text: string, line = 0, character = 0): Promise<SqlPreviewResult> {
  await server.open(uri, text, 'sql');
  return server.request<SqlPreviewResult>('querent/sql/preview', { uri, position: { line, character } });
}

async function lenses(wanted = 1): Promise<string[]> {
  const found = await server.until(
    () => server.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } }),
    (some) => some.length >= wanted,
    'lenses',
  );
  return found.map(({ command, range }) => `${range.start.line}: ${command?.title} (${command?.command})`);
}

describe('a preview', () => {
  it('tells rows, how many, from where, how and when', async () => {
    const found = await preview('SELECT name, population FROM city\nORDER BY id;\n', 1);
    expect(found).toMatchObject({
      sql: 'SELECT name, population FROM city\nORDER BY id;',
      range: { start: { line: 0, character: 0 }, end: { line: 1, character: 12 } },
      version: 1,
      database: { label: 'atlas.sqlite', path: join(folder.path, 'atlas.sqlite') },
      result: {
        kind: 'rows',
        columns: ['name', 'population'],
        rows: [['Lutha', 900], ['Osk', 700], ['Venn', 300], ['Mirr', null]],
        total: 4,
        isCounted: true,
        plan: [{ depth: 0, text: 'Reads all of city.', isCostly: true }],
      },
    });
    expect(Math.abs(found.at - Date.now())).toBeLessThan(60_000);
    expect(await lenses(2)).toEqual([
      '0: $(play) Run (querent.sql.run)',
      expect.stringMatching(/^0: 4 rows, \S+ ms \(querent\.sql\.run\)$/u),
    ]);
  }); // prettier-ignore
});
