import initSqlJs from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { applyEdits } from '../../text/index.ts';
import { qualifyColumns, removeQualifiers } from './qualifyColumns.ts';
import { databaseOf, goldDatabases, goldQueries, hasGold } from './testing/goldQueries.ts';
import type { GoldDatabase } from './testing/goldQueries.ts';

let database: GoldDatabase;
beforeAll(async () => {
  const sqlite = await initSqlJs();
  const memory = new sqlite.Database();
  memory.run('CREATE TABLE t (a, b); CREATE TABLE u (b, c, d); CREATE TABLE "odd name" ("a b", "true")');
  database = databaseOf(memory);
});

type Change = typeof qualifyColumns;

function changed(text: string, change: Change, { tables }: GoldDatabase): string {
  return applyEdits(
    text,
    parseSqlDocument(text).statements.flatMap((statement) => change(statement, tables)),
  );
}

describe('qualifying columns', () => {
  it.each<[string, string]>([
    ['SELECT a, count(b) AS n FROM t WHERE a > 1 GROUP BY a HAVING n', 'SELECT t.a, count(t.b) AS n FROM t WHERE t.a > 1 GROUP BY t.a HAVING n'],
    ['SELECT a FROM t AS "x y" ORDER BY a DESC, b', 'SELECT "x y".a FROM t AS "x y" ORDER BY "x y".a DESC, "x y".b'],
    ['SELECT a AS b FROM t ORDER BY b, b + 1', 'SELECT t.a AS b FROM t ORDER BY b, t.b + 1'],
    ['SELECT b, c FROM t JOIN u USING (b)', 'SELECT b, u.c FROM t JOIN u USING (b)'],
    ['SELECT t.b, c FROM t JOIN u ON t.b = u.b AND a = d', 'SELECT t.b, u.c FROM t JOIN u ON t.b = u.b AND t.a = u.d'],
    ['SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE c = a AND b = 1)', 'SELECT t.a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.c = t.a AND u.b = 1)'],
    ['SELECT a FROM t UNION SELECT c FROM u ORDER BY a', 'SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a'],
    ['WITH w(p) AS (SELECT a FROM t) SELECT p FROM w', 'WITH w(p) AS (SELECT t.a FROM t) SELECT w.p FROM w'],
    ['UPDATE t SET a = b WHERE a IN (SELECT c FROM u)', 'UPDATE t SET a = t.b WHERE t.a IN (SELECT u.c FROM u)'],
    ['UPDATE t AS x SET a = b, b = c FROM u WHERE x.b = u.b AND a > d', 'UPDATE t AS x SET a = b, b = u.c FROM u WHERE x.b = u.b AND x.a > u.d'],
    ['WITH w AS (SELECT c FROM u) UPDATE t SET a = 1 WHERE a IN (SELECT c FROM w)', 'WITH w AS (SELECT u.c FROM u) UPDATE t SET a = 1 WHERE t.a IN (SELECT w.c FROM w)'],
    ['INSERT INTO t (a, b) SELECT c, d FROM u WHERE b', 'INSERT INTO t (a, b) SELECT u.c, u.d FROM u WHERE u.b'],
    ['CREATE VIEW v AS SELECT a, b AS x FROM t', 'CREATE VIEW v AS SELECT t.a, t.b AS x FROM t'],
    ['CREATE VIEW v AS SELECT count(a) FROM t', 'CREATE VIEW v AS SELECT count(a) FROM t'],
    ['CREATE INDEX i ON t (a) WHERE b > 1', 'CREATE INDEX i ON t (a) WHERE b > 1'],
    ['SELECT value, a FROM t, json_each(t.b)', 'SELECT json_each.value, t.a FROM t, json_each(t.b)'],
    ['DELETE FROM t WHERE a', 'DELETE FROM t WHERE t.a'],
    ['SELECT "a b" FROM "odd name"', 'SELECT "odd name"."a b" FROM "odd name"'],
    ['SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b)', 'SELECT sum(t.a) OVER w FROM t WINDOW w AS (PARTITION BY t.b)'],
    ['SELECT rowid, a FROM t', 'SELECT rowid, t.a FROM t'],
    ['SELECT "a+1" FROM (SELECT a+1 FROM t) s', 'SELECT "a+1" FROM (SELECT a+1 FROM t) s'],
    ['SELECT (SELECT a FROM u AS t) FROM t', 'SELECT (SELECT a FROM u AS t) FROM t'],
    ['SELECT a FROM t; SELECT c FROM u', 'SELECT t.a FROM t; SELECT u.c FROM u'],
    ["SELECT * , count(*), 'x', \"no\" FROM t", "SELECT * , count(*), 'x', \"no\" FROM t"],
  ])('%s', (sql, expected) => {
    expect(changed(sql, qualifyColumns, database)).toBe(expected);
    // The program that makes a view holds its text: what counts is the query.
    const queries = (text: string): readonly string[] => text.replace(/^CREATE VIEW v AS /u, '').split('; ');
    for (const [i, one] of queries(sql).entries())
      expect(database.program(queries(expected)[i] ?? '')).toBe(database.program(one));
    expect(changed(expected, qualifyColumns, database)).toBe(expected);
  }); // prettier-ignore
});

describe('removing needless qualifiers', () => {
  it.each<[string, string]>([
    ['SELECT t.a, t.b FROM t', 'SELECT a, b FROM t'],
    ['SELECT main.t.a FROM t', 'SELECT a FROM t'],
    ['SELECT x.a, x.b, y.c FROM t x JOIN u y ON x.b = y.b', 'SELECT a, x.b, c FROM t x JOIN u y ON x.b = y.b'],
    ['SELECT t.a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.c = t.a AND u.b = t.b)', 'SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE c = a AND b = t.b)'],
    ['SELECT t.a AS b FROM t ORDER BY t.b', 'SELECT a AS b FROM t ORDER BY t.b'],
    ['SELECT t.a FROM t ORDER BY t.a', 'SELECT a FROM t ORDER BY a'],
    ['SELECT u.b FROM t JOIN u USING (b)', 'SELECT u.b FROM t JOIN u USING (b)'],
    ['SELECT o."a b", o.true FROM "odd name" o', 'SELECT "a b", o.true FROM "odd name" o'],
    ['SELECT t.q, z.a FROM t', 'SELECT t.q, z.a FROM t'],
    ['SELECT "count(t.a)" FROM (SELECT count(t.a) FROM t)', 'SELECT "count(t.a)" FROM (SELECT count(t.a) FROM t)'],
  ])('%s', (sql, expected) => {
    expect(changed(sql, removeQualifiers, database)).toBe(expected);
    if (sql !== expected) expect(database.program(expected)).toBe(database.program(sql));
  }); // prettier-ignore
});

describe.skipIf(!hasGold)('the gold queries', () => {
  it.each<[string, Change, number]>([
    ['qualified', qualifyColumns, 700],
    ['without needless qualifiers', removeQualifiers, 500],
  ])('%s mean the same', async (_, change, atLeast) => {
    const queries = goldQueries();
    const databases = await goldDatabases(queries);
    const bad: string[] = [];
    let edited = 0;
    for (const { sql, db } of queries) {
      const own = databases.get(db);
      if (own === undefined) continue;
      const after = changed(sql, change, own);
      if (after === sql) continue;
      edited++;
      if (own.program(after) !== own.program(sql)) bad.push(`${sql}\n${after}`);
    }
    expect(bad).toEqual([]);
    expect(edited).toBeGreaterThan(atLeast);
  });
});
