import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../sql/index.ts';
import { goldFolder, goldQuestions, hasGold } from '../sql/testing/goldQuestions.ts';
import { readDdl } from '../sqlSchema/index.ts';
import type { SqlSchema } from '../sqlSchema/index.ts';
import { applyEdits } from '../text/index.ts';
import { lintSql, sqlRules } from './index.ts';

describe.skipIf(!hasGold)('the gold queries', () => {
  const questions = goldQuestions();
  const databases = new Map<string, { readonly database: Database; readonly schema: SqlSchema }>();

  beforeAll(async () => {
    const sqlite = await initSqlJs();
    for (const name of new Set(questions.map(({ db }) => db))) {
      const database = new sqlite.Database(readFileSync(join(goldFolder, `${name}.sqlite`)));
      const [found] = database.exec('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL');
      const schema = readDdl((found?.values ?? []).map(([sql]) => `${String(sql)};`).join('\n'));
      databases.set(name, { database, schema: withValues(database, schema) });
    }
  });

  afterAll(() => {
    for (const { database } of databases.values()) database.close();
  });

  /** What is told of them; each was read, and is true. Where a rule tells more, it is looked at anew. */
  const told: Readonly<Record<string, number>> = {
    'sql-cartesian-join': 3,
    'sql-text-as-number': 14,
    'sql-quoted-text': 532,
    'sql-limit-without-order': 2,
  };

  it('are seldom doubted, and every fix leaves a statement that SQLite takes', () => {
    const counts = new Map<string, number>(sqlRules.map(({ id }) => [id, 0]));
    const broken: string[] = [];
    for (const { id, db, gold_sql } of questions) {
      const known = databases.get(db);
      for (const { rule, fixes = [] } of lintSql(parseSqlDocument(gold_sql), known)) {
        counts.set(rule, (counts.get(rule) ?? 0) + 1);
        for (const { title, edits } of fixes) {
          const text = applyEdits(gold_sql, edits);
          try {
            known?.database.prepare(text).free();
          } catch (error) {
            broken.push(`${id}: ${rule}: ${title}: ${String(error)} in ${text}`);
          }
        }
      }
    }
    expect(broken).toEqual([]);
    expect(Object.fromEntries([...counts].filter(([, count]) => count > 0))).toEqual(told);
  });

  it('of which a condition of a join is lost are told, and the fix mostly gives it back', () => {
    let [lost, told, offered, same] = [0, 0, 0, 0];
    const broken: string[] = [];
    for (const { id, db, gold_sql } of questions) {
      const known = databases.get(db);
      const [statement] = parseSqlDocument(gold_sql).statements;
      const [select, ...others] = statement?.tree.query?.selects ?? [];
      if (known === undefined || select === undefined || others.length > 0) continue;
      const on = select.clauses.findLast(({ kind }) => kind === 'on');
      const source = select.sources.findLast((each) => each.on !== undefined);
      // Other conditions may well connect the tables, and LEFT JOIN needs one.
      if (on === undefined || source?.join !== 'JOIN' || source.kind !== 'table') continue;
      const text = without(gold_sql, {
        start: on.keyword.start,
        end: source.on?.range.end ?? on.keyword.end,
      });
      lost++;
      const problem = lintSql(parseSqlDocument(text), known).find(
        ({ rule }) => rule === 'sql-cartesian-join',
      );
      if (problem === undefined) continue;
      told++;
      const [first] = problem.fixes ?? [];
      if (first !== undefined) offered++;
      for (const { edits } of problem.fixes ?? []) {
        const fixed = applyEdits(text, edits);
        try {
          const rows = (sql: string): string => JSON.stringify(known.database.exec(sql));
          const isSame = rows(fixed) === rows(gold_sql);
          if (isSame && edits === first?.edits) same++;
        } catch (error) {
          broken.push(`${id}: ${String(error)} in ${fixed}`);
        }
      }
    }
    expect(broken).toEqual([]);
    // Found when this was written: 386 of 408 told, since some of the others give one row, and 359 of 366 fixes gave the same rows again.
    expect(lost).toBe(408);
    expect(told).toBeGreaterThanOrEqual(380);
    expect(same / offered).toBeGreaterThan(0.95);
  });
});

/** A statement's text with one piece taken out. */
function without(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return applyEdits(text, [{ range: { start, end }, newText: '' }]);
}

/** A schema with what is in its columns, as the server finds it out. */
function withValues(database: Database, schema: SqlSchema): SqlSchema {
  const ask = (sql: string): readonly (readonly unknown[])[] => database.exec(sql)[0]?.values ?? [];
  const tables = schema.tables.map((table) => {
    if (table.kind === 'view') return table;
    const columns = table.columns.map((column) => {
      const from = `"${column.name}" AS v FROM "${table.name}" LIMIT 1000`;
      const [figures = []] = ask(`SELECT COUNT(*), COUNT(v), COUNT(DISTINCT v) FROM (SELECT ${from})`);
      const [examined = 0, filled = 0, distinct = 0] = figures.map(Number);
      const samples = ask(`SELECT DISTINCT v FROM (SELECT ${from}) WHERE v IS NOT NULL LIMIT 20`).map(([value]) => value as string | number);
      const nullShare = examined === 0 ? 0 : (examined - filled) / examined;
      return { ...column, values: { examined, isComplete: examined < 1000, distinct, nullShare, samples } };
    });
    return { ...table, columns };
  });
  return { ...schema, tables };
} // prettier-ignore
