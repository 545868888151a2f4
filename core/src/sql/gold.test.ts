import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument, referencesOf } from './index.ts';
import type { SqlReference, SqlTables } from './index.ts';

const folder = join(
  process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'),
  'sql',
);
const hasData = existsSync(join(folder, 'questions.jsonl'));
if (!hasData) console.warn(`Skipped: gold queries need ${folder} (set QUERENT_DATA).`);

interface Question {
  readonly id: string;
  readonly db: string;
  readonly gold_sql: string;
  readonly gold_sql_alternatives?: readonly string[];
}

/** What a query holds that no table has: SQLite takes it, too. */
const exceptions: Readonly<Record<string, string>> = {};

describe.skipIf(!hasData)('the gold queries', () => {
  const questions: readonly Question[] = hasData
    ? readFileSync(join(folder, 'questions.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Question)
    : [];
  const schemas = new Map<string, SqlTables>();

  beforeAll(async () => {
    const sqlite = await initSqlJs();
    for (const name of new Set(questions.map(({ db }) => db))) {
      const database = new sqlite.Database(readFileSync(join(folder, 'db', `${name}.sqlite`)));
      const [found] = database.exec(
        "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type IN ('table', 'view')",
      );
      const tables = new Map<string, string[]>();
      for (const [table, column] of found?.values ?? []) {
        const key = String(table).toLowerCase();
        tables.set(key, [...(tables.get(key) ?? []), String(column)]);
      }
      database.close();
      schemas.set(name, { columns: (table) => tables.get(table.toLowerCase()) });
    }
  });

  it('have a meaning for every name', () => {
    const bad = questions.flatMap(({ id, db, gold_sql, gold_sql_alternatives = [] }) =>
      [gold_sql, ...gold_sql_alternatives].flatMap((sql) => {
        const { statements } = parseSqlDocument(sql);
        const names = statements.flatMap((statement) => referencesOf(statement, schemas.get(db)));
        const lost = names.filter(({ target }) => ['missing', 'unknown', 'ambiguous'].includes(target.kind));
        if (statements.length === 1 && lost.length === 0) return [];
        return [`${id}: ${String(statements.length)} ${lost.map(worded).join(' ')} in ${sql}`];
      }),
    );
    expect(questions.length).toBe(2_214);
    expect(bad).toEqual(Object.keys(exceptions));
  });
});

function worded({ name, target }: SqlReference): string {
  return `${target.kind}:${name.text}`;
}
