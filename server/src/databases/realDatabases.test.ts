import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { joinTables, linkQuestion } from '@querent/core/sqlSchema';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSqlJs } from '../library/sqlJs.ts';
import { describeSchema } from './describeSchema.ts';
import { statementLimits } from './limits.ts';
import { memoryEngine } from './memoryEngine.ts';
import type { OpenDatabase } from './openDatabase.ts';
import { readSchema } from './readSchema.ts';
import { runPreview } from './runPreview.ts';
import { tablesOf } from './runStatement.ts';

const data = resolve(import.meta.dirname, '../../..', process.env['QUERENT_DATA'] ?? '../shared/data', 'sql');
const hasData = existsSync(join(data, 'questions.jsonl'));
if (!hasData)
  console.warn(`Skipped: previews of the questions for SQL, since ${data} is absent (set QUERENT_DATA).`);

/**
 * Four queries compare a column of texts with a number. Rows were counted by SQLite 3.40, which writes 1.5 * 37.2 with fewer digits, and gives the
 * column another affinity behind UNION ALL, than the SQLite that we ship.
 */
const otherSqlite = /LifeExpectancy >= 1\.5 \* \(/u;

interface Asked {
  readonly id: string;
  readonly db: string;
  readonly question: string;
  readonly gold_sql: string;
  readonly core: boolean;
  /** How many rows the trusted statement gives. */
  readonly rows: number;
}

describe.skipIf(!hasData)('the real questions and databases', () => {
  const databases = new Map<string, { readonly database: OpenDatabase; readonly schema: SqlSchema }>();
  let questions: readonly Asked[];
  beforeAll(async () => {
    const sqlJs = await loadSqlJs();
    for (const file of readdirSync(join(data, 'db')).filter((name) => name.endsWith('.sqlite'))) {
      const path = join(data, 'db', file);
      const { size, mtimeMs } = statSync(path);
      const name = file.replace(/\.sqlite$/u, '');
      const database = memoryEngine(sqlJs, 256 * 2 ** 20).open({ name, path, bytes: size, changed: mtimeMs });
      const { connection } = database;
      databases.set(name, { database, schema: describeSchema(connection, readSchema(connection)) });
    }
    questions = readFileSync(join(data, 'questions.jsonl'), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Asked);
  }, 60_000);
  afterAll(() => {
    for (const { database } of databases.values()) database.connection.close();
  });
  const of = (db: string) => databases.get(db) as { database: OpenDatabase; schema: SqlSchema };

  it('every trusted statement has a preview with the rows that it gives, and a plan without a step that has no words', () => {
    const limits = statementLimits(30_000);
    const times: number[] = [];
    const wrong = questions.flatMap(({ id, db, gold_sql, rows }): unknown[] => {
      const started = performance.now();
      const { outcome } = runPreview(of(db).database, gold_sql, limits);
      times.push(performance.now() - started);
      if (outcome.kind !== 'rows') return [[id, outcome]];
      if (outcome.total !== rows && !otherSqlite.test(gold_sql)) return [[id, outcome.total, rows]];
      return outcome.isCounted && outcome.plan.length > 0
        ? outcome.plan.filter(({ text }) => text.startsWith('SQLite:')).map(({ detail }) => [id, detail])
        : [[id, 'not counted, or without a plan']];
    });
    expect(wrong).toEqual([]);
    expect(times).toHaveLength(questions.length);
    times.sort((a, b) => a - b);
    console.log(`${times.length} previews: median ${times[times.length >> 1]?.toFixed(2)} ms, 95th percentile ${times[Math.floor(times.length * 0.95)]?.toFixed(1)} ms`);
  }, 120_000);

  it('most tables of a trusted statement are among those that the question is linked to', () => {
    let found = 0;
    let wanted = 0;
    let complete = 0;
    let linked = 0;
    let all = 0;
    for (const { db, question, gold_sql } of questions) {
      const { database, schema } = of(db);
      const gold = tablesOf(database, gold_sql.replace(/;\s*$/u, ''));
      const names = new Set(linkQuestion(question, schema).tables.map(({ table }) => table.name));
      const hits = gold.filter((name) => names.has(name)).length;
      found += hits;
      wanted += gold.length;
      complete += hits === gold.length ? 1 : 0;
      linked += names.size;
      all += schema.tables.length;
    }
    console.log(
      `Linked: ${((100 * found) / wanted).toFixed(1)} % of the tables that trusted statements read, all of them for ` +
        `${((100 * complete) / questions.length).toFixed(1)} % of ${questions.length} questions, with ${((100 * linked) / all).toFixed(0)} % of all tables`,
    );
    expect(found / wanted).toBeGreaterThan(0.8);
    expect(linked / all).toBeLessThan(0.7);
  });

  it('tables of a trusted statement can nearly always be joined', () => {
    const several = questions
      .map(({ db, gold_sql }) => ({ schema: of(db).schema, tables: tablesOf(of(db).database, gold_sql.replace(/;\s*$/u, '')) }))
      .filter(({ tables }) => tables.length > 1);
    const joined = several.filter(({ schema, tables }) => joinTables(schema, tables) !== undefined);
    console.log(`Joins are found for ${joined.length} of ${several.length} statements over several tables`);
    expect(joined.length / several.length).toBeGreaterThan(0.8);
  });
}); // prettier-ignore
