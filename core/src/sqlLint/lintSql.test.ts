import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSql } from '../lint/index.ts';
import { parseSqlDocument } from '../sql/index.ts';
import { anySql } from '../sql/testing/arbitrarySql.ts';
import { readDdl } from '../sqlSchema/index.ts';
import type { SqlSchema } from '../sqlSchema/index.ts';
import { applyEdits } from '../text/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { lintSql } from './index.ts';

const schema = readDdl(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT);
  CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INT REFERENCES t (id), b TEXT, c REAL, d TEXT NOT NULL);
  CREATE INDEX u_b ON u (b);
  CREATE VIEW v AS SELECT a, b FROM t;`);

/** `rule [what it stands at]`, without the prefix. */
const told = (text: string, known: SqlSchema | undefined = schema): readonly string[] =>
  lintSql(parseSqlDocument(text), { schema: known }).map(
    ({ rule, range }) => `${rule.replace('sql-', '')} [${text.slice(range.start, range.end)}]`,
  );

describe('what is told', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT 1 FROM t, u', ['cartesian-join [u]']],
    ['SELECT 1 FROM t, u, t x WHERE t.id = u.t_id', ['cartesian-join [t x]']],
    ['SELECT 1 FROM t JOIN u JOIN t x ON x.id = u.t_id', ['cartesian-join [u]']],
    ['SELECT 1 FROM t, u WHERE t.a = 1 OR u.c = 2', []],
    ['SELECT 1 FROM t, u WHERE t.a = 1', ['cartesian-join [u]']],
    ['SELECT 1 FROM t, u WHERE t.a > 1 AND u.c > 2', ['cartesian-join [u]']],
    ['SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM t x, u WHERE u.c > t.a)', ['cartesian-join [u]']],
    ['SELECT 1 FROM t JOIN u ON t.b = u.id', ['unrelated-join [t.b = u.id]']],
    ['SELECT 1 FROM t WHERE NOT a = NULL AND (NULL <> b)', ['null-comparison [a = NULL]', 'null-comparison [NULL <> b]']],
    ['DELETE FROM t WHERE a == NULL', ['null-comparison [a == NULL]']],
    ['SELECT CASE WHEN a = NULL THEN 1 END FROM t', ['null-comparison [a = NULL]']],
    ['SELECT 1 FROM t WHERE a NOT BETWEEN 3 AND -2 AND a > 1', ['reversed-between [a NOT BETWEEN 3 AND -2]']],
    ["SELECT 1 FROM (SELECT a FROM t) q WHERE q.a = 'x'", ["text-as-number [q.a = 'x']"]],
    ['SELECT 1 FROM u WHERE 9 < b', ['text-as-number [9 < b]']],
    ['SELECT 1 FROM u WHERE lower(b) IN (SELECT b FROM t)', ['index-unused [lower(b)]']],
    ['SELECT 1 FROM t WHERE id * 2 = 4', ['index-unused [id * 2]']],
    ['SELECT a FROM t LIMIT 1, 10', ['limit-without-order [LIMIT]']],
    ['SELECT a, sum(c) OVER (), total(c) FROM t JOIN u ON t.id = u.t_id', ['bare-column [a]']],
    ['SELECT (SELECT count(*) + t.a FROM u) FROM t', []],
    ['SELECT b AS "x", "y" FROM t ORDER BY "x"', ['quoted-text ["y"]']],
    ['SELECT a FROM t UNION SELECT c FROM u LIMIT 3', ['limit-without-order [LIMIT]']],
    ["SELECT a FROM t ORDER BY 'b' DESC", ["constant-order ['b' DESC]"]],
    ['SELECT DISTINCT x.a + 1 FROM t x GROUP BY x.a + 1', ['distinct-group [DISTINCT]']],
    ['SELECT 1 FROM t WHERE a NOT IN (SELECT c FROM u)', ['not-in-null [NOT IN]']],
    ['WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT 1', ['unused-cte [n]']],
    ['SELECT a FROM t\nSELECT b FROM t;', ['missing-semicolon [t]']],
  ])('%s', (text, expected) => {
    expect(told(text)).toEqual(expected);
  }); // prettier-ignore

  it.each([
    // What cannot be asked otherwise.
    'SELECT 1 FROM t WHERE id % 2 = 0',
    'SELECT 1 FROM t WHERE abs(id) = 3',
    'SELECT 1 FROM t NATURAL JOIN u',
    'SELECT 1 FROM t JOIN u USING (id)',
    'SELECT 1 FROM t x JOIN t y USING (id) JOIN u USING (id)',
    'SELECT 1 FROM t CROSS JOIN u',
    'SELECT 1 FROM t JOIN u ON TRUE',
    'SELECT 1 FROM t, u WHERE t.id = 1',
    'SELECT 1 FROM t, (SELECT max(c) AS m FROM u) x WHERE t.a > 1',
    'WITH x AS (SELECT max(c) AS m FROM u) SELECT m, a FROM t, x',
    "SELECT x.a / y.a FROM (SELECT a FROM t WHERE b = 'p') x, (SELECT a FROM t WHERE b = 'q') y",
    'SELECT 1 FROM t, json_each(t.b)',
    'SELECT 1 FROM t, u WHERE t.a IN (SELECT c FROM u y WHERE y.id = u.id)',
    'SELECT 1 FROM t, u, t x WHERE t.id = u.t_id AND (x.id = u.t_id AND x.a > 2)',
    'SELECT 1 FROM t JOIN u ON t.b = u.b',
    'SELECT 1 FROM t JOIN u ON t.id = u.t_id AND t.a = u.c',
    'UPDATE t SET a = NULL, b = NULL WHERE a IS NULL',
    'SELECT coalesce(a, NULL) FROM t',
    "SELECT 1 FROM t WHERE a BETWEEN 1 AND 3 AND b BETWEEN 'a' AND 'b'",
    "SELECT 1 FROM t WHERE a = '12' AND b = 12 AND b <> 'x'",
    "SELECT 1 FROM u WHERE b = lower('X') AND b LIKE 'x%' AND lower(d) = 'x'",
    'SELECT 1 FROM t JOIN u ON t.b = lower(u.b)',
    "SELECT count(*) FILTER (WHERE t.b = 'x'), max(a) FROM t",
    'SELECT b, max(a) FROM t',
    'SELECT b, max(a, 1) FROM t',
    'SELECT sum(a) OVER (PARTITION BY b), b FROM t',
    'SELECT t.*, (SELECT count(*) FROM u WHERE u.t_id = t.id) FROM t',
    'SELECT \'a\', [b], `b`, "a" FROM t',
    'SELECT a FROM t ORDER BY 1, b LIMIT 5',
    'SELECT a FROM t WHERE id = 3 LIMIT 1',
    'SELECT a FROM (SELECT a FROM t ORDER BY b) LIMIT 1',
    'SELECT DISTINCT count(*) FROM t GROUP BY b',
    'SELECT 1 FROM t WHERE a NOT IN (SELECT c FROM u WHERE c > 3)',
    'SELECT 1 FROM t WHERE a NOT IN (SELECT t_id FROM u) AND b NOT IN (SELECT d FROM u)',
    'SELECT 1 FROM t WHERE a NOT IN (1, 2) AND a IN (SELECT c FROM u)',
    'WITH x AS (SELECT a FROM t), y AS (SELECT a FROM x) SELECT a FROM y',
    'WITH x AS (SELECT a FROM t) DELETE FROM t WHERE a IN x',
    'SELECT a FROM t;\nSELECT b FROM t',
    'CREATE TABLE n (x DEFAULT NULL)',
  ])('nothing of %s', (text) => {
    expect(told(text)).toEqual([]);
  });

  it('what is in a column counts more than its type', () => {
    const withValues = (samples: readonly string[], nullShare: number): SqlSchema => ({
      ...schema,
      tables: schema.tables.map((table) => ({
        ...table,
        columns: table.columns.map((column) => ({
          ...column,
          values: { examined: 3, isComplete: true, distinct: 3, nullShare, samples },
        })),
      })),
    });
    const text = 'SELECT 1 FROM t WHERE b > 100 AND a NOT IN (SELECT c FROM u)';
    expect(told(text, withValues(['101', '200'], 0))).toEqual([]);
    expect(told(text, withValues(['7', '200'], 0.2))).toEqual(['text-as-number [b > 100]', 'not-in-null [NOT IN]']);
  }); // prettier-ignore

  it('without a schema only what needs none', () => {
    const text = 'SELECT "x" FROM t, u WHERE t.a = NULL AND t.b > 3';
    expect(lintSql(parseSqlDocument('SELECT 1 FROM t, u WHERE id = t_id'))).toEqual([]);
    expect(lintSql(parseSqlDocument(text)).map(({ rule }) => rule)).toEqual(['sql-cartesian-join', 'sql-null-comparison']);
  }); // prettier-ignore

  it('never fails, and stays within the text, fixes included', () => {
    fc.assert(
      fc.property(anySql, (text) => {
        for (const { range, fixes = [] } of lintSql(parseSqlDocument(text), { schema })) {
          expect(range.start >= 0 && range.start <= range.end && range.end <= text.length).toBe(true);
          for (const { edits } of fixes) applyEdits(text, edits);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is found in time that grows with the text', () => {
    const condition = Array.from({ length: 2_000 }, (_, i) => `a = ${i}`).join(' OR ');
    const started = processorMs();
    expect(told(`SELECT a FROM t WHERE ${condition}`)).toEqual([]);
    told(Array.from({ length: 1_000 }, (_, i) => `SELECT t.a FROM t, u WHERE t.id = u.t_id AND t.a = ${i};`).join('\n')); // prettier-ignore
    expect(processorMs() - started).toBeLessThan(3_000);
  });
});

describe('settings and comments', () => {
  const text =
    'SELECT a FROM t WHERE a = NULL; -- querent-disable-line sql-null-comparison\nSELECT a FROM t LIMIT 1';
  const rules = (sql: string, levels?: Readonly<Record<string, 'off' | 'error'>>): readonly string[] =>
    judgeSql(parseSqlDocument(sql), { schema, levels }).map(({ rule, severity }) => `${rule} ${severity}`);

  it('switch rules off and change their levels', () => {
    expect(rules(text)).toEqual(['sql-limit-without-order information']);
    expect(rules(text, { 'sql-limit-without-order': 'error' })).toEqual(['sql-limit-without-order error']);
    expect(rules(text, { 'sql-limit-without-order': 'off' })).toEqual([]);
    expect(rules(`/* querent-disable-file sql-limit-without-order */ ${text}`)).toEqual([]);
  });

  it('are told when they do nothing', () => {
    expect(rules('SELECT 1; -- querent-disable-line sql-unused-cte, sql-unused-ctes')).toEqual([
      'unneeded-suppression hint',
      'unknown-suppression information',
    ]);
  });

  it('hold for what the engine says, of whose statements nothing else is told', () => {
    const error = { rule: 'sql-syntax', severity: 'error', message: 'x', range: { start: 9, end: 13 } } as const;
    const broken = 'SELECT a FORM t LIMIT 1;\nSELECT a FROM t LIMIT 1';
    const found = (sql: string): readonly string[] =>
      judgeSql(parseSqlDocument(sql), { schema, errors: [error] }).map(({ rule }) => rule);
    expect(found(broken)).toEqual(['sql-syntax', 'sql-limit-without-order']);
    expect(found(broken.replace('\n', ' -- querent-disable-line sql-syntax\n'))).toEqual(['sql-limit-without-order']);
  }); // prettier-ignore
});
