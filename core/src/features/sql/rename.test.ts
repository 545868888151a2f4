import fc from 'fast-check';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument, referencesOf } from '../../sql/index.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import { applyEdits } from '../../text/index.ts';
import { sqlHighlights } from './documentHighlights.ts';
import { tablesIn } from './locate.ts';
import { sqlReferences } from './references.ts';
import { prepareSqlRename, sqlRename } from './rename.ts';
import { marked } from './testing.ts';

const ddl = 'CREATE TABLE t (a, b); CREATE TABLE u (b, c, d); CREATE TABLE w (a, c);';
const schema = readDdl(ddl);
let database: Database;
beforeAll(async () => {
  const sqlite = await initSqlJs();
  database = new sqlite.Database();
  database.run(ddl);
});

/** The text after the renaming, or why there is none. */
function renamed(text: string, name: string): string {
  const [document, offset] = marked(text);
  const result = sqlRename(document, offset, name, schema);
  return 'problem' in result ? result.problem : applyEdits(document.text, result);
}

describe('rename', () => {
  it.each<[string, string, string]>([
    ['SELECT x.a FROM t x| WHERE x.b', 'y', 'SELECT y.a FROM t y WHERE y.b'],
    ['SELECT |x.a FROM t AS x', 'order', 'SELECT "order".a FROM t AS "order"'],
    ['SELECT |x.a FROM t AS x', '"a ""b"""', 'SELECT "a ""b""".a FROM t AS "a ""b"""'],
    ['SELECT |x.a FROM t AS x', '[a b]', 'SELECT "a b".a FROM t AS "a b"'],
    ['SELECT |x.a FROM t AS x', ' X ', 'SELECT X.a FROM t AS X'],
    ['SELECT |x.a FROM t AS x', 'x', 'SELECT x.a FROM t AS x'],
    ['SELECT a AS p| FROM t ORDER BY p', 'b', 'SELECT a AS b FROM t ORDER BY b'],
    ['WITH v| AS (SELECT a FROM t) SELECT v.a FROM v', 'n', 'WITH n AS (SELECT a FROM t) SELECT n.a FROM n'],
    ['WITH v(p|) AS (SELECT a FROM t) SELECT p, v.p FROM v', 'q', 'WITH v(q) AS (SELECT a FROM t) SELECT q, v.q FROM v'],
    ['SELECT sum(a) OVER m| FROM t WINDOW m AS (ORDER BY b)', 'n', 'SELECT sum(a) OVER n FROM t WINDOW n AS (ORDER BY b)'],
    ['SELECT 1;\nSELECT s.x| FROM (SELECT a AS x FROM t) s;\nSELECT a AS x FROM t', 'y', 'SELECT 1;\nSELECT s.y FROM (SELECT a AS y FROM t) s;\nSELECT a AS x FROM t'],
  ])('%s to %s', (text, name, expected) => {
    expect(renamed(text, name)).toBe(expected);
  }); // prettier-ignore

  it.each<[string, string, string]>([
    ['SELECT x.a FROM t x|, u y', 'Y', '`Y` is visible already: it is given or named in line 1. Choose another name.'],
    ['SELECT x.a FROM t x|,\nu', 'u', '`u` is visible already: it is given or named in line 2. Choose another name.'],
    ['SELECT a AS p|, b AS q FROM t', 'q', '`q` is visible already: it is given or named in line 1. Choose another name.'],
    ['SELECT a AS p|, b FROM t', 'b', '`b` is visible already: it is given or named in line 1. Choose another name.'],
    ['WITH v| AS (SELECT 1), n AS (SELECT 2) SELECT 1', 'n', '`n` is visible already: it is given or named in line 1. Choose another name.'],
    ['WITH v(p|, q) AS (SELECT 1, 2) SELECT 1', 'q', '`q` is visible already: it is given or named in line 1. Choose another name.'],
    ['SELECT a AS p| FROM t WHERE p > 1', 'b', 'The name is visible already: `p` in line 1 would then be the column `t.b`. Choose another name.'],
    ['SELECT a AS p| FROM t\nORDER BY b', 'b', 'The name is visible already: `b` in line 2 would then be the expression named `b`. Choose another name.'],
    ['WITH v| AS (SELECT a FROM t) SELECT 1 FROM v', 't', 'The name is visible already: `t` in line 1 would then be the common table expression `t`. Choose another name.'],
    ['SELECT 1 FROM t x| WHERE EXISTS (SELECT x.a FROM u y)', 'y', '`y` is visible already: it is given or named in line 1. Choose another name.'],
    ['SELECT a FROM t UNION SELECT c AS m| FROM u ORDER BY m', 'a', '`a` is visible already: it is given or named in line 1. Choose another name.'],
    ['SELECT |x.a FROM t x', '  ', 'The new name is empty. Write at least one letter.'],
    ['SELECT |x.a FROM t x', 'a\0', 'The new name holds a NUL character, which ends a statement. Leave it out.'],
    ['SELECT * FROM (SELECT a AS p| FROM t) NATURAL JOIN u', 'b', '`p` may be joined by: NATURAL JOIN in this statement joins by equal names. Write the join with ON first.'],
    ['SELECT * FROM (SELECT a AS b| FROM t) JOIN u USING (b)', 'q', '`b` is joined by: USING in this statement names it. Write the join with ON first.'],
    ['SELECT a FROM |t', 'q', '`t` is a table of the database, which a query cannot rename. Give it an alias, `t AS name`, and rename that.'],
    ['SELECT |a FROM t', 'q', '`a` is a column of `t` in the database, which a query cannot rename. Give it a name in the list, `a AS name`, and rename that.'],
    ['SELECT |b FROM t, u', 'q', '`b` may be a column of `t` or `u`. Write the table before it with a point first.'],
    ['CREATE VIEW n| AS SELECT 1', 'q', '`n` will be in the database, where others may read it. Change it by hand, or with ALTER TABLE where it is there already.'],
    ['CREATE VIEW n AS SELECT 1 AS x|', 'q', '`x` is a column of what this statement creates, by which others read it. Change it by hand.'],
    ['SELECT m.* FROM t m| NATURAL JOIN u m', 'n', 'Two tables are called `m` in line 1, and names with a point may mean either. Give one of them another alias by hand.'],
    ['SELECT a AS p| FROM t', 'True', 'SQLite never calls a column `True`, not even in quotes. Choose another name.'],
    ['SELECT |q FROM t', 'r', 'It is not known what `q` means here. Aliases, common table expressions and their columns, names of expressions and windows can be renamed.'],
    ['SEL|ECT 1', 'q', 'There is no name here. Aliases, common table expressions and their columns, names of expressions and windows can be renamed.'],
  ])('refuses %s to %j', (text, name, problem) => {
    expect(renamed(text, name)).toBe(problem);
  }); // prettier-ignore

  it('starts from the name without its quotes', () => {
    const [document, offset] = marked('SELECT a AS [x y]| FROM t');
    expect(prepareSqlRename(document, offset, schema)).toEqual({
      range: { start: 12, end: 17 },
      placeholder: 'x y',
    });
  });
});

/** SQLite's program of a statement; the text of its error where it has none. */
function program(sql: string): unknown {
  try {
    return database.exec(`EXPLAIN ${sql}`)[0]?.values.map(([, name, p1, p2, p3]) => [name, p1, p2, p3]);
  } catch (error) {
    return String(error);
  }
}

const statements = [
  'SELECT x.a AS p, y.c FROM t x JOIN u AS y ON x.b = y.b WHERE p > 1 GROUP BY p HAVING p < 9 ORDER BY p DESC, y.d',
  'WITH v(p, q) AS (SELECT a, b FROM t), k AS (SELECT p AS r, q FROM v AS m WHERE m.q) SELECT k.r, v.p, q.r FROM v, k, k q WHERE q.r = k.r',
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE n.i < 9) SELECT i AS j FROM n, t x WHERE x.a = j ORDER BY j',
  'SELECT s.m, (SELECT max(z.c) FROM u z WHERE z.b = s.m AND a) AS big FROM (SELECT t.a AS m, a FROM t) AS s ORDER BY big',
  'SELECT sum(a) OVER k AS p, count(*) OVER (k ROWS 2 PRECEDING) AS q FROM t WINDOW k AS (PARTITION BY b), m AS (k ORDER BY a) ORDER BY p',
  'SELECT a AS p, b AS q FROM t x WHERE EXISTS (SELECT 1 FROM u y WHERE y.b = p AND x.b = c) UNION SELECT c AS m, d FROM u ORDER BY m',
  'SELECT * FROM (SELECT a AS p, b FROM t) x JOIN u USING (b) NATURAL JOIN w y ORDER BY p',
  'SELECT * FROM (SELECT a AS p, b AS q FROM t) x JOIN (SELECT b AS q, c FROM u) y USING (q) WHERE x.p',
  'SELECT x.*, p FROM (SELECT a AS p, * FROM t) x LEFT JOIN w ON w.a = p WHERE b IN (SELECT b FROM u x WHERE x.c = p)',
  'UPDATE t AS x SET a = (SELECT count(*) FROM u AS y WHERE y.b = x.b AND a)',
  'WITH v AS (SELECT a AS p FROM t) DELETE FROM u WHERE b IN (SELECT p FROM v x WHERE x.p = c)',
  'INSERT INTO t SELECT x.b AS p, c FROM u x WHERE p ORDER BY p',
  'UPDATE t AS x SET a = y.c FROM u y, (SELECT c AS p FROM w) AS z WHERE y.b = x.b AND p = y.d',
  'WITH v AS (SELECT a AS p, c FROM w) UPDATE t SET b = v.c FROM v JOIN u AS y ON y.c = p WHERE a = v.p',
  'INSERT INTO t AS x (a, b) WITH v(p) AS (SELECT c FROM w) SELECT p, y.c FROM v, u AS y WHERE y.b = v.p',
  'SELECT x.a, y.value FROM t x, json_each(x.b) y, (SELECT max(m.c) AS p FROM u m GROUP BY m.b HAVING p > 1) z WHERE z.p = y.key',
  'SELECT (SELECT count(*) FROM (SELECT b AS m FROM u UNION SELECT a FROM w ORDER BY m) k WHERE k.m = x.a) AS p FROM t x GROUP BY p, x.b',
  'SELECT "q", p FROM (SELECT a AS p FROM t) x, u AS y WHERE "q" = rowid',
];
const names = [...'abcdijkmnpqrstuvwxyz'].concat(
  'order',
  'rowid',
  'a b',
  'main',
  'T',
  'window',
  'excluded',
  'big',
  'true',
  '😀',
);

describe('SQLite', () => {
  it.each(statements)('makes the same of every renaming that is not refused: %s', (sql) => {
    const before = program(sql);
    const otherwise: unknown[] = [];
    let done = 0;
    let refused = 0;
    const document = parseSqlDocument(sql);
    const [statement] = document.statements;
    for (const { name, isDefinition } of statement === undefined
      ? []
      : referencesOf(statement, tablesIn(schema)))
      for (const newName of isDefinition ? names : []) {
        const result = sqlRename(document, name.range.start, newName, schema);
        if ('problem' in result) refused++;
        else {
          done++;
          const text = applyEdits(sql, result);
          const now = program(text);
          if (JSON.stringify(now) !== JSON.stringify(before))
            otherwise.push(typeof now === 'string' ? [text, now] : text);
        }
      }
    expect(otherwise).toEqual([]);
    expect(typeof before).not.toBe('string');
    expect(done).toBeGreaterThan(refused / 2);
    expect(refused).toBeGreaterThan(0);
  });
});

describe('references and highlights', () => {
  it.each<[string, readonly number[], string]>([
    ['SELECT x.a FROM t x| WHERE x.b', [7, 18, 26], 'read write read'],
    ['UPDATE t| SET a = 1; SELECT t.a FROM t', [7, 27, 36], 'write read read'],
    ['UPDATE t SET a| = b; SELECT a FROM t', [13, 27], 'write read'],
    ['INSERT INTO t (a|) VALUES (1)', [15], 'write'],
    ['CREATE TABLE t (a);\nSELECT t|.a FROM t', [13, 27, 36], 'write read read'],
    ['CREATE TABLE t| (a);\nSELECT t.a FROM t', [13, 27, 36], 'write read read'],
    ['CREATE TABLE t (a);\nSELECT t.a| FROM t', [16, 29], 'write read'],
    ['SELECT 1|', [], ''],
  ])('%s', (text, starts, kinds) => {
    const found = sqlHighlights(...marked(text), schema);
    expect(found.map(({ range }) => range.start)).toEqual(starts);
    expect(found.map(({ kind }) => kind).join(' ')).toBe(kinds);
    expect(sqlReferences(...marked(text), true, schema).map(({ start }) => start)).toEqual(starts);
  });

  it('references without the declaration', () => {
    expect(sqlReferences(...marked('SELECT x.a FROM t x| WHERE x.b'), false, schema)).toEqual([
      { start: 7, end: 8 },
      { start: 26, end: 27 },
    ]);
  });

  it('any text can be asked: places are in it, and apart', () => {
    fc.assert(
      fc.property(anySql, fc.nat(), (text, at) => {
        const document = parseSqlDocument(text);
        const offset = at % (text.length + 1);
        let end = 0;
        for (const { range } of sqlHighlights(document, offset, schema)) {
          expect(range.start).toBeGreaterThanOrEqual(end);
          end = range.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
        const result = sqlRename(document, offset, 'zz', schema);
        if (!('problem' in result)) expect(() => applyEdits(text, result)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
