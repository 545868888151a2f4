import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlPreviewResult } from '@querent/server/sqlProtocol';
import { startServer, type TestServer } from './harness.ts';

// The trusted queries of the questions in data/sql as in an editor, a document for each database: no error is told of any, and one of four is run in
// the preview, and matches itself. That all of them give the rows that are told of them is held in server/src/databases/realDatabases.test.ts, where
// each costs a tenth.
const data = join(process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../shared/data'), 'sql');
const file = join(data, 'questions.jsonl');
const oneOf = 4;

interface Question {
  readonly db: string;
  readonly gold_sql: string;
  /** That the query gives. */
  readonly rows: number;
}

const questions = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Question)
  : [];
if (questions.length === 0) console.log(`skipped: ${file} is not there; set QUERENT_DATA.`);

interface Diagnostic {
  readonly code: string;
  readonly severity: number;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

describe.skipIf(questions.length === 0)('trusted queries', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ folder: data, settings: {} });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  const databases = [...new Set(questions.map(({ db }) => db))].sort();
  it.each(databases)('of %s get no error, run, and match themselves', async (db) => {
    const uri = pathToFileURL(join(data, 'db', `gold of ${db}.sql`)).href;
    const own = questions.filter((one) => one.db === db);
    const lines = [`-- database: ${db}.sqlite`];
    const asked: { readonly line: number; readonly rows: number }[] = [];
    for (const [i, { gold_sql, rows }] of own.entries()) {
      const sql = gold_sql.replace(/\s+/gu, ' ').replace(/;?\s*$/u, ';');
      if (i % oneOf === 0) asked.push({ line: lines.push(`-- expect: ${sql}`), rows });
      lines.push(sql);
    }
    await server.open(uri, lines.join('\n'), 'sql');
    const wrong: unknown[] = [];
    for (const { line, rows } of asked) {
      const position = { line, character: 0 };
      const params = { uri, position, rows: 1_000 };
      const { result, expectation } = await server.request<SqlPreviewResult>('querent/sql/preview', params);
      // More rows than are compared are told, and are no mismatch.
      const isHeld =
        rows > 10_000
          ? expectation?.kind === 'problem'
          : expectation?.kind === 'compared' && expectation.isMatch;
      if (result.kind !== 'rows' || !isHeld) wrong.push([lines[line], rows, result.kind, expectation]);
    }
    const { items } = await server.request<{ items: readonly Diagnostic[] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    for (const { severity, code, message, range } of items)
      if (severity === 1) wrong.push([code, message, lines[range.start.line]]);
    await server.close(uri);
    expect(wrong).toEqual([]);
  });

  it('are all asked', () => {
    expect([questions.length, databases.length]).toEqual([2_214, 25]);
  });
});
