import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlPreviewResult } from '@querent/server/sqlProtocol';
import { startServer, type TestServer } from './harness.ts';

// Every trusted query of the questions in data/sql runs in the preview, gives as many rows as are told of it, and matches itself.
const data = join(process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../shared/data'), 'sql');
const file = join(data, 'questions.jsonl');

/**
 * Four queries compare a column of texts with a number. Rows were counted by SQLite 3.40, which writes 1.5 * 37.2 with fewer digits, and gives the
 * column another affinity behind UNION ALL, than the SQLite that we ship.
 */
const otherSqlite = /LifeExpectancy >= 1\.5 \* \(/u;

interface Question {
  readonly db: string;
  readonly gold_sql: string;
  readonly rows: number;
}

const questions = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Question)
  : [];
if (questions.length === 0) console.log(`skipped: ${file} is not there; set QUERENT_DATA.`);

describe.skipIf(questions.length === 0)('trusted queries', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ folder: data, settings: {} });
  }, 30_000);
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  const databases = [...new Set(questions.map(({ db }) => db))].sort();
  it(`${String(questions.length)} on ${String(databases.length)} databases run`, { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    const started = performance.now();
    for (const db of databases) {
      const uri = pathToFileURL(join(data, 'db', `preview of ${db}.sql`)).href;
      const own = questions.filter((one) => one.db === db);
      const lines = own.flatMap(({ gold_sql }) => {
        const sql = gold_sql.replace(/\s+/gu, ' ').replace(/;?\s*$/u, ';');
        return [`-- expect: ${sql}`, sql];
      });
      await server.open(uri, [`-- database: ${db}.sqlite`, ...lines].join('\n'), 'sql');
      for (const [i, { rows, gold_sql }] of own.entries()) {
        const position = { line: 2 * i + 2, character: 0 };
        const { result, expectation } = await server.request<SqlPreviewResult>('querent/sql/preview', { uri, position, rows: 1_000 });
        const isRight =
          result.kind === 'rows' &&
          (result.total === rows || otherSqlite.test(gold_sql)) &&
          (rows > 10_000 ? expectation?.kind === 'problem' : expectation?.kind === 'compared' && expectation.isMatch);
        if (!isRight) wrong.push(JSON.stringify([db, gold_sql, rows, result.kind === 'rows' ? result.total : result, expectation]));
      }
      await server.close(uri);
    }
    console.log(`${String(questions.length)} previews over LSP, each with its comparison: ${((performance.now() - started) / 1_000).toFixed(1)} s`);
    expect(wrong).toEqual([]);
  });
}); // prettier-ignore
