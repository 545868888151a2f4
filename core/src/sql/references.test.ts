import fc from 'fast-check';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../text/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { parseSqlDocument, quotedName, referencesOf, symbolAt } from './index.ts';
import type { SqlTables, SqlTarget } from './index.ts';
import { anySql } from './testing/arbitrarySql.ts';
import { renamables } from './testing/renaming.ts';

const known: Readonly<Record<string, readonly string[]>> = { t: ['a', 'b'], u: ['b', 'c', 'd'] };
const tables: SqlTables = { columns: (table) => known[table.toLowerCase()] };

function worded(target: SqlTarget): string {
  switch (target.kind) {
    case 'table':
      return `table ${target.table}`;
    case 'column':
      return `${target.table}.${target.column}`;
    case 'ambiguous':
      return `ambiguous ${target.among.join(' ')}`;
    case 'text':
    case 'unknown':
    case 'missing':
      return target.kind;
    default:
      return `${target.kind} ${target.definition.text}@${target.definition.range.start}`;
  }
}

/** Every name with what it means; definitions with `!`. */
function meant(sql: string, schema: SqlTables | 'no database' = tables): readonly string[] {
  return parseSqlDocument(sql).statements.flatMap((statement) =>
    referencesOf(statement, schema === 'no database' ? undefined : schema).map(
      ({ name, target, isDefinition }) => `${name.text}${isDefinition ? '!' : ''}=${worded(target)}`,
    ),
  );
}

describe('what names mean', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT a FROM t', ['a=t.a', 't=table t']],
    ['SELECT T.A FROM T', ['T=table T', 'A=T.a', 'T=table T']],
    ['SELECT x.a FROM t x', ['x=alias x@18', 'a=t.a', 't=table t', 'x!=alias x@18']],
    ['SELECT t.a FROM t x', ['t=missing', 'a=missing', 't=table t', 'x!=alias x@18']],
    ['SELECT q FROM t, nowhere', ['q=unknown', 't=table t', 'nowhere=missing']],
    ['SELECT q, t.q FROM t', ['q=missing', 't=table t', 'q=missing', 't=table t']],
    ['SELECT b FROM t, u', ['b=ambiguous t u', 't=table t', 'u=table u']],
    ['SELECT b FROM t JOIN u USING (b)', ['b=t.b', 't=table t', 'u=table u', 'b=t.b']],
    ['SELECT b FROM t NATURAL JOIN u', ['b=t.b', 't=table t', 'u=table u']],
    ['SELECT rowid, u.oid FROM u', ['rowid=u.rowid', 'u=table u', 'oid=u.oid', 'u=table u']],
    ['SELECT "a", "no", true, \'a\' FROM t', ['a=t.a', 'no=text', 'true=text', 't=table t']],
    ['SELECT [no] FROM t', ['no=missing', 't=table t']],
    ['SELECT a AS x FROM t WHERE x = 1 ORDER BY x', ['a=t.a', 'x!=output x@12', 't=table t', 'x=output x@12', 'x=output x@12']],
    ['SELECT a AS b FROM t WHERE b ORDER BY b, b + 1', ['a=t.a', 'b!=output b@12', 't=table t', 'b=t.b', 'b=output b@12', 'b=t.b']],
    ['SELECT a AS x, x FROM t', ['a=t.a', 'x!=output x@12', 'x=missing', 't=table t']],
    ['SELECT s.x FROM (SELECT a AS x, b FROM t) s WHERE s.b', ['s=alias s@42', 'x=output x@29', 'a=t.a', 'x!=output x@29', 'b=t.b', 't=table t', 's!=alias s@42', 's=alias s@42', 'b=t.b']],
    ['SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.b = a)', ['t=table t', 'u=table u', 'u=table u', 'b=u.b', 'a=t.a']],
    ['SELECT 1 FROM t x WHERE EXISTS (SELECT x.a, x.c FROM u x)', ['t=table t', 'x!=alias x@16', 'x=alias x@16', 'a=t.a', 'x=alias x@55', 'c=u.c', 'u=table u', 'x!=alias x@55']],
    ['SELECT 1 FROM t, (SELECT a) s', ['t=table t', 'a=missing', 's!=alias s@28']],
    ['WITH w(p) AS (SELECT a FROM t) SELECT p FROM w', ['w!=common table w@5', 'p!=common column p@7', 'a=t.a', 't=table t', 'p=common column p@7', 'w=common table w@5']],
    ['WITH w AS (SELECT a FROM t) SELECT w.a FROM w', ['w!=common table w@5', 'a=t.a', 't=table t', 'w=common table w@5', 'a=t.a', 'w=common table w@5']],
    ['WITH t AS (SELECT c FROM u) SELECT c FROM t, main.t m', ['t!=common table t@5', 'c=u.c', 'u=table u', 'c=u.c', 't=common table t@5', 't=table t', 'm!=alias m@52']],
    ['SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY b)', ['a=t.a', 'w=window w@35', 't=table t', 'w!=window w@35', 'b=t.b']],
    ['SELECT a FROM t WHERE b IN u', ['a=t.a', 't=table t', 'b=t.b', 'u=table u']],
    ['SELECT x.* FROM t x', ['x=alias x@18', 't=table t', 'x!=alias x@18']],
    ['SELECT a IS NOT DISTINCT FROM b, CAST(a AS DECIMAL(3, 2)) FROM t', ['a=t.a', 'b=t.b', 'a=t.a', 't=table t']],
    ['SELECT a FROM t UNION SELECT c AS y FROM u ORDER BY y', ['a=t.a', 't=table t', 'c=u.c', 'y!=output y@34', 'u=table u', 'y=output y@34']],
    ['INSERT INTO t (a, q) SELECT c, d FROM u', ['t=table t', 'a=t.a', 'q=missing', 'c=u.c', 'd=u.d', 'u=table u']],
    ['UPDATE t AS x SET a = x.b WHERE a', ['t=table t', 'x!=alias x@12', 'a=t.a', 'x=alias x@12', 'b=t.b', 'a=t.a']],
    ['UPDATE t SET a = 1 FROM u x JOIN u y ON y.b = x.c', ['t=table t', 'a=t.a', 'u=table u', 'x!=alias x@26', 'u=table u', 'y!=alias y@35', 'y=alias y@35', 'b=u.b', 'x=alias x@26', 'c=u.c']],
    ['CREATE TRIGGER g AFTER UPDATE OF a ON t WHEN new.a BEGIN DELETE FROM u WHERE c = old.b; END', ['g!=created g@15', 'a=t.a', 't=table t', 'new=table t', 'a=t.a', 'u=table u', 'c=u.c', 'old=table t', 'b=t.b']],
  ])('%s', (sql, expected) => {
    expect(meant(sql)).toEqual(expected);
  }); // prettier-ignore

  it('without a database columns are what they are written as', () => {
    expect(meant('SELECT x.q, r FROM t x', 'no database')).toEqual([
      ...['x=alias x@21', 'q=t.q', 'r=t.r', 't=table t', 'x!=alias x@21'],
    ]);
    expect(meant('SELECT q FROM t, u', 'no database')).toEqual(['q=unknown', 't=table t', 'u=table u']);
  });

  it('names of any text are in the text, each once', () => {
    fc.assert(
      fc.property(anySql, (text) => {
        for (const statement of parseSqlDocument(text).statements) {
          const starts = referencesOf(statement, tables).map(({ name }) => name.range.start);
          expect(new Set(starts).size).toBe(starts.length);
          for (const { name } of referencesOf(statement, tables))
            expect(name.range.end).toBeLessThanOrEqual(statement.text.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the places of a name', () => {
  it.each<[string, readonly number[]]>([
    ['SELECT |x.a FROM t x WHERE x.b', [7, 18, 26]],
    ['SELECT x.a FROM t x| WHERE x.b', [7, 18, 26]],
    ['SELECT a FROM |t; DELETE FROM t; SELECT t.a FROM t', [14, 29, 39, 48]],
    ['SELECT |a FROM t; SELECT a FROM t; SELECT c AS a FROM u', [7, 24]],
    ['SELECT 1 + |2', []],
  ])('%s', (marked, starts) => {
    const found = symbolAt(parseSqlDocument(marked.replace('|', '')), marked.indexOf('|'), tables);
    expect((found?.places ?? []).map(({ start }) => start)).toEqual(starts);
  });
});

describe('renaming', () => {
  let database: Database;
  beforeAll(async () => {
    const sqlite = await initSqlJs();
    database = new sqlite.Database();
    database.run('CREATE TABLE t (a, b); CREATE TABLE u (b, c, d)');
  });

  const statements = [
    'SELECT x.a AS p, y.c FROM t x JOIN u AS y ON x.b = y.b WHERE p > 1 GROUP BY p HAVING p < 9 ORDER BY p DESC, y.d',
    'WITH w(p, q) AS (SELECT a, b FROM t), v AS (SELECT p AS r, q FROM w AS k WHERE k.q) SELECT v.r, w.p, q.r FROM v, w, v q WHERE q.r = v.r',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE n.i < 9) SELECT i AS j FROM n ORDER BY j',
    'SELECT s.m, (SELECT max(z.c) FROM u z WHERE z.b = s.m) AS big FROM (SELECT t.a AS m FROM t) AS s ORDER BY big',
    'SELECT sum(a) OVER w AS "the sum", \'x\' AS [x y] FROM t WINDOW w AS (PARTITION BY b) ORDER BY "the sum", [x y]',
    'UPDATE t AS x SET a = (SELECT count(*) FROM u AS y WHERE y.b = x.b)',
  ];

  it.each(statements)('means the same for SQLite, and back is as before: %s', (sql) => {
    const program = (text: string): unknown =>
      database.exec(`EXPLAIN ${text}`)[0]?.values.map(([, name, p1, p2, p3]) => [name, p1, p2, p3]);
    const symbols = renamables(sql, tables);
    expect(symbols.length).toBeGreaterThan(1);
    for (const { places, text } of symbols) {
      const there = 'a new "name"';
      const edits = places.map((range) => ({ range, newText: quotedName(there) }));
      const renamed = applyEdits(sql, edits);
      expect(program(renamed)).toEqual(program(sql));
      const same = renamables(renamed, tables).find((symbol) => symbol.text === there);
      expect(same?.places).toHaveLength(places.length);
      const back = applyEdits(renamed, (same?.places ?? []).map((range) => ({ range, newText: quotedName(text) }))); // prettier-ignore
      expect(meant(back)).toHaveLength(meant(sql).length);
      if (places.every(({ start, end }) => sql.slice(start, end) === quotedName(text)))
        expect(back).toBe(sql);
    }
  });

  it('a name is read as it was written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('order', 'Key', 'größe', 'a b')), (name) => {
        fc.pre(!/[\0\p{Surrogate}]/u.test(name));
        const result = database.exec(`SELECT 1 AS ${quotedName(name)}`)[0];
        expect(result?.columns).toEqual([name]);
      }),
    ); // prettier-ignore
  });
});

it.each<[string, string]>([
  ['30,000 columns', `SELECT ${'a, '.repeat(30_000)}b FROM t`],
  ['3,000 common tables', `WITH ${Array.from({ length: 3_000 }, (_, i) => `c${i} AS (SELECT a FROM ${i === 0 ? 't' : `c${i - 1}`})`).join(', ')} SELECT a FROM c2999`],
])('is quick with %s', (_, sql) => {
  const [statement] = parseSqlDocument(sql).statements;
  const started = processorMs();
  const all = statement === undefined ? [] : referencesOf(statement, tables);
  // Each was looked for among all others: minutes.
  expect(processorMs() - started).toBeLessThan(3_000);
  expect(all.some(({ target }) => target.kind === 'missing')).toBe(false);
}); // prettier-ignore
