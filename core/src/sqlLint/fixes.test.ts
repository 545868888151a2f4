import fc from 'fast-check';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../sql/index.ts';
import { readDdl } from '../sqlSchema/index.ts';
import { applyEdits } from '../text/index.ts';
import { lintSql } from './index.ts';

const ddl = `
  CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, "odd name" INT);
  CREATE TABLE u (b INTEGER PRIMARY KEY, a INT REFERENCES t (a), c TEXT);
  CREATE TABLE one (a INT);`;
const schema = readDdl(ddl);

/** Queries over these tables that are full of what the rules are about; SQLite takes most of them. */
const { query } = fc.letrec<{ query: string; condition: string }>((tie) => {
  const column = fc.constantFrom('x.a', 'x.b', 'x . "odd name"', 'y.c', 'y.a', '"b b"', "'b'", '3', 'x.a /* - */ + 1');
  const inner = fc.option(tie('query'), { maxDepth: 2, nil: 'SELECT a FROM one' });
  const condition = fc.oneof(
    { weight: 2, arbitrary: fc.tuple(column, column).map(([a, b]) => `${a} = ${b}`) },
    { weight: 2, arbitrary: fc.tuple(column, fc.constantFrom('= NULL', '<>NULL', 'NOT BETWEEN 9 AND 2', "BETWEEN 'b' AND 'a'", '> 10')).map((all) => all.join(' ')) },
    { weight: 1, arbitrary: column.map((a) => `NULL != ${a}`) },
    { weight: 2, arbitrary: fc.tuple(column, fc.constantFrom('IN', 'NOT IN'), inner).map(([a, by, sql]) => `${a} ${by} (${sql})`) },
    { weight: 1, arbitrary: fc.tuple(column, fc.constantFrom('c', 'y.c'), fc.constantFrom('', ' WHERE y.b > 1 OR y.b < 0 -- end\n')).map(([a, b, where]) => `${a} NOT IN (SELECT ${b} FROM u y${where})`) },
    { weight: 1, arbitrary: fc.tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition')).map((all) => `(${all.join(' ')})`) },
  );
  const option = (what: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.option(what, { nil: '', freq: 1 });
  return {
    condition,
    query: fc
      .tuple(
        fc.constantFrom('', '', 'WITH w AS (SELECT 1) ', 'WITH w AS (SELECT a FROM t), v (p) AS (SELECT 2) '),
        fc.constantFrom('SELECT ', 'SELECT DISTINCT ', 'SELECT/**/'),
        fc.constantFrom('x.a', 'x.b', 'count(*), x.b', 'sum(x.a) + x.a AS s', '*', '"nothing", max(x.b), min(x.b), x.b'),
        fc.constantFrom(' FROM t x', ' FROM t x, u y', ' FROM t AS x JOIN u AS y -- joined\n', ' FROM u y LEFT JOIN t x', ' FROM one x', ' FROM t x JOIN u y ON x.b = y.c', ' FROM (t x, u y)'),
        option(tie('condition').map((text) => ` WHERE ${text}`)),
        fc.constantFrom('', '', ' GROUP BY x.b', ' GROUP BY x.a'),
        fc.constantFrom('', '', " ORDER BY 'b'", ' ORDER BY x.a', ' LIMIT 3'),
      )
      .map((all) => all.join('')),
  };
}); // prettier-ignore

let database: Database;
beforeAll(async () => {
  const sqlite = await initSqlJs();
  database = new sqlite.Database();
  database.run(ddl);
});
afterAll(() => {
  database.close();
});

/** What SQLite says of a statement; undefined where it takes it. */
function refusal(sql: string): string | undefined {
  try {
    database.prepare(sql).free();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe('fixes', () => {
  it('leave a statement that SQLite takes, whatever the query is, and what they mend is not told again', () => {
    let fixed = 0;
    fc.assert(
      fc.property(query, (sql) => {
        fc.pre(refusal(sql) === undefined);
        const problems = lintSql(parseSqlDocument(sql), { schema });
        for (const { rule, fixes = [] } of problems)
          for (const { title, edits } of fixes) {
            fixed++;
            const text = applyEdits(sql, edits);
            expect(refusal(text), `${rule}: ${title}: ${text}`).toBeUndefined();
            const left = lintSql(parseSqlDocument(text), { schema }).filter((each) => each.rule === rule);
            expect(left.length, `${rule}: ${title}: ${text}`).toBeLessThan(
              problems.filter((each) => each.rule === rule).length,
            );
          }
      }),
      { numRuns: 500 },
    );
    expect(fixed).toBeGreaterThan(200);
  });
});
