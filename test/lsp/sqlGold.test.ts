import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './harness.ts';

// Every trusted query of the questions in data/sql gets no error from the server, as in an editor: one document for each database.
const data = join(process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../shared/data'), 'sql');
const file = join(data, 'questions.jsonl');

interface Question {
  readonly db: string;
  readonly gold_sql: string;
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
  it(`${String(questions.length)} on ${String(databases.length)} databases get no error`, { timeout: 120_000 }, async () => {
    const errors: string[] = [];
    for (const db of databases) {
      const uri = pathToFileURL(join(data, 'db', `gold of ${db}.sql`)).href;
      const lines = questions.filter((one) => one.db === db).map((one) => one.gold_sql.replace(/\s+/gu, ' ').replace(/;?\s*$/u, ';'));
      await server.open(uri, [`-- database: ${db}.sqlite`, ...lines].join('\n'), 'sql');
      await server.message(
        ({ method, params }) =>
          method === 'querent/status' &&
          (params as { databases: readonly { uri: string; state: string }[] }).databases.some(
            (one) => one.uri === uri && one.state === 'ready',
          ),
      );
      const { items } = await server.request<{ items: readonly Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri } });
      for (const { severity, code, message, range } of items)
        if (severity === 1) errors.push(`${db}: ${code}: ${message}: ${lines[range.start.line - 1] ?? ''}`);
      await server.close(uri);
    }
    expect(errors).toEqual([]);
  });
}); // prettier-ignore
