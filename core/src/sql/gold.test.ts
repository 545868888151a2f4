import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../text/index.ts';
import { meaningful, parseSqlDocument, referencesOf, scanSql, scopeAt } from './index.ts';
import type { SqlReference, SqlScope, SqlTables } from './index.ts';
import { goldFolder, goldQuestions, hasGold } from './testing/goldQuestions.ts';
import { renamables } from './testing/renaming.ts';

/** Words of the queries that name nothing: keywords, types of CAST. A word that is none of these and has no meaning was lost. */
const keywords = new Set(
  (
    'ALL AND AS ASC BETWEEN BY CASE DESC DISTINCT ELSE END EXCEPT FILTER FIRST FROM GROUP HAVING IN INNER INT INTEGER INTERSECT IS JOIN LAST LEFT ' +
    'LIKE LIMIT NOT NULL NULLS OFFSET ON OR ORDER OUTER OVER PARTITION REAL RECURSIVE SELECT THEN UNION USING WHEN WHERE WITH'
  ).split(' '),
);

describe.skipIf(!hasGold)('the gold queries', () => {
  const questions = goldQuestions();
  const schemas = new Map<string, SqlTables>();
  const databases = new Map<string, Database>();

  beforeAll(async () => {
    const sqlite = await initSqlJs();
    for (const name of new Set(questions.map(({ db }) => db))) {
      const database = new sqlite.Database(readFileSync(join(goldFolder, `${name}.sqlite`)));
      const [found] = database.exec(
        "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type IN ('table', 'view')",
      );
      const tables = new Map<string, string[]>();
      for (const [table, column] of found?.values ?? []) {
        const key = String(table).toLowerCase();
        tables.set(key, [...(tables.get(key) ?? []), String(column)]);
      }
      databases.set(name, database);
      schemas.set(name, { columns: (table) => tables.get(table.toLowerCase()) });
    }
  });

  afterAll(() => {
    for (const database of databases.values()) database.close();
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
    expect(bad).toEqual([]);
  });

  it('lose no name', () => {
    const lost = questions.flatMap(({ id, gold_sql }) =>
      parseSqlDocument(gold_sql).statements.flatMap((statement) => {
        const read = new Set(referencesOf(statement).map(({ name }) => name.range.start));
        return meaningful(statement.tokens)
          .filter(
            ({ kind, text }) => kind === 'quoted' || (kind === 'word' && !keywords.has(text.toUpperCase())),
          )
          .filter(({ start, end }) => !read.has(start) && !/^\s*\(/u.test(statement.text.slice(end)))
          .map(({ text }) => `${id}: ${text}`);
      }),
    );
    expect(lost).toEqual([]);
  });

  it('show every column where it is used, also while it is being written and behind it nothing stands', () => {
    let count = 0;
    const bad = questions.flatMap(({ id, db, gold_sql }, at) => {
      const tables = schemas.get(db);
      const whole = parseSqlDocument(gold_sql);
      return whole.statements.flatMap((statement) =>
        referencesOf(statement, tables).flatMap(({ name, target, isDefinition }) => {
          if (isDefinition || target.kind !== 'column') return [];
          count++;
          const offset = statement.start + name.range.start;
          const kept = scopeAt(whole, offset, tables);
          if (!offers(kept, name.text)) return [`${id}: ${name.text}@${offset} of ${gold_sql}`];
          // Where its table comes before it, the table is seen without the rest, too.
          if (at % 5 !== 0) return [];
          const isBefore = offers(
            { ...kept, tables: kept.tables.filter((table) => table.isBefore) },
            name.text,
          );
          if (!isBefore) return [];
          const cut = scopeAt(parseSqlDocument(gold_sql.slice(0, offset)), offset, tables);
          return offers(cut, name.text) && cut.clause === kept.clause
            ? []
            : [`${id}: ${name.text}@${offset} of ${gold_sql.slice(0, offset)}`];
        }),
      );
    });
    expect(count).toBeGreaterThan(9_000);
    expect(bad).toEqual([]);
  });

  it('are told apart as SQLite does', () => {
    for (const [name, database] of databases) {
      const all = questions
        .filter(({ db }) => db === name)
        .map(({ gold_sql }) => `${gold_sql.trim().replace(/;$/u, '')};`);
      const text = all.join(' -- ;\n');
      const own: string[] = [];
      for (const statement of database.iterateStatements(text)) own.push(words(statement.getSQL()));
      expect(own).toHaveLength(all.length);
      expect(parseSqlDocument(text).statements.map((statement) => words(statement.text))).toEqual(own);
    }
  });

  it('stay whole with each word on a line of its own, and apart where all of them are joined', () => {
    const all = questions.map(({ gold_sql }) => gold_sql.trim().replace(/\s*;$/u, ''));
    const lines = all.map(words);
    expect(lines.filter((sql) => parseSqlDocument(sql).statements.length !== 1)).toEqual([]);
    for (const between of [';', ';\n', '\n\n']) {
      const { statements } = parseSqlDocument(all.join(between));
      expect(statements).toHaveLength(all.length);
      expect(statements.filter(({ text }, i) => text.replace(/;$/u, '') !== all[i])).toEqual([]);
    }
  });

  it('mean the same for SQLite when their aliases have other names', () => {
    const sample = questions.filter((_, i) => i % 7 === 0);
    let count = 0;
    const bad = sample.flatMap(({ id, db, gold_sql }) => {
      const program = (sql: string): string => {
        try {
          const [found] = databases.get(db)?.exec(`EXPLAIN ${sql}`) ?? [];
          return JSON.stringify(found?.values.map(([, name, p1, p2, p3]) => [name, p1, p2, p3]));
        } catch (error) {
          return String(error);
        }
      };
      const before = program(gold_sql);
      return renamables(gold_sql, schemas.get(db)).flatMap(({ text, places }) => {
        count++;
        const renamed = applyEdits(gold_sql, places.map((range) => ({ range, newText: '"q q"' }))); // prettier-ignore
        return program(renamed) === before ? [] : [`${id}: ${text}: ${program(renamed)} in ${renamed}`];
      });
    });
    expect(count).toBeGreaterThan(300);
    expect(bad).toEqual([]);
  });
});

function worded({ name, target }: SqlReference): string {
  return `${target.kind}:${name.text}`;
}

/** Whether a column can be written at a place: with the qualifier that stands there, or without. */
function offers({ tables, qualifiers }: SqlScope, column: string): boolean {
  const [qualifier] = qualifiers;
  return tables.some(
    ({ name, columns }) =>
      (qualifier === undefined || (name !== undefined && isSame(name, qualifier))) &&
      (columns?.some((each) => isSame(each, column)) ?? false),
  );
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The words of a statement without comments, each on a line of its own. */
function words(sql: string): string {
  return meaningful(scanSql(sql))
    .map(({ text }) => text)
    .join('\n');
}
