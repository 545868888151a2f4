import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { expect, it } from 'vitest';
import { parseSqlDocument, referencesOf } from '../../sql/index.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import { applyEdits } from '../../text/index.ts';
import { tablesIn } from './locate.ts';
import { sqlRename } from './rename.ts';

const ddl = 'CREATE TABLE t (a, b); CREATE TABLE u (b, c); CREATE TABLE w (a, c);';
const schema = readDdl(ddl);

const names = ['a', 'b', 'c', 'x', 'y', 'm', 'n', 't', 'u', 'w', 'v'];
const column = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'x', 'y', '"x"', '"y"') },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('t', 'u', 'm', 'n', 'v'), fc.constantFrom('a', 'b', 'c', 'x')).map((all) => all.join('.')) }, // prettier-ignore
);

/** Queries with everything that has a name of its own: aliases, common table expressions and their columns, names of expressions, windows. */
const { query } = fc.letrec<{ query: string; source: string; item: string; condition: string }>((tie) => {
  const inner = fc.option(tie('query'), { maxDepth: 2, nil: 'SELECT a AS x, b FROM t' });
  const maybe = (what: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.option(what, { nil: '', freq: 1 });
  const source = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom('t', 'u', 'v', 'w'), fc.constantFrom('', ' m', ' AS n')).map((all) => all.join('')) }, // prettier-ignore
    { weight: 2, arbitrary: fc.tuple(inner, fc.constantFrom('', ' m', ' n')).map(([sql, alias]) => `(${sql})${alias}`) }, // prettier-ignore
  );
  const condition = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(column, column).map(([a, b]) => `${a} = ${b}`) },
    { weight: 1, arbitrary: inner.map((sql) => `EXISTS (${sql})`) },
  );
  const item = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(column, fc.constantFrom('', ' AS x', ' y', ' AS c')).map((all) => all.join('')) }, // prettier-ignore
    { weight: 1, arbitrary: fc.constantFrom('*', 't.*', 'm.*', 'count(*) OVER n AS x', 'sum(b) OVER (m ORDER BY a) y') },
  ); // prettier-ignore
  const joins = ['', ', ', ' JOIN ', ' NATURAL JOIN ', ' LEFT JOIN '];
  const from = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(source, fc.constantFrom(...joins), source).map(([a, by, b]) => (by === '' ? a : a + by + b)) }, // prettier-ignore
    { weight: 1, arbitrary: fc.tuple(source, source, fc.constantFrom('a', 'b', 'x')).map(([a, b, by]) => `${a} JOIN ${b} USING (${by})`) }, // prettier-ignore
  );
  const common = maybe(
    fc.oneof(
      inner.map((sql) => `WITH v AS (${sql}) `),
      inner.map((sql) => `WITH n(x) AS (SELECT a FROM t), v AS (${sql}) `),
      fc.constantFrom('WITH v(x, c) AS (SELECT a, b FROM t) ', 'WITH v AS (SELECT * FROM u), w(a) AS (SELECT b FROM v) '), // prettier-ignore
      fc.constant('WITH RECURSIVE v(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM v m WHERE m.x < 9) '),
    ),
  );
  return {
    source,
    item,
    condition,
    query: fc
      .tuple(
        common,
        fc.array(item, { minLength: 1, maxLength: 3 }),
        from,
        maybe(condition.map((text) => ` WHERE ${text}`)),
        maybe(column.map((text) => ` GROUP BY ${text}`)),
        maybe(fc.constantFrom(' WINDOW n AS (ORDER BY a)', ' WINDOW m AS (PARTITION BY b), n AS (m ORDER BY a)')),
        maybe(item.map((text) => ` UNION SELECT ${text} FROM u m`)),
        maybe(column.map((text) => ` ORDER BY ${text}`)),
      )
      .map(([own, items, sources, ...rest]) => `${own}SELECT ${items.join(', ')} FROM ${sources}${rest.join('')}`), // prettier-ignore
  };
});

it('SQLite makes the same of every renaming that is not refused', async () => {
  const sqlite = await initSqlJs();
  const database = new sqlite.Database();
  database.run(ddl);
  const program = (sql: string): string => {
    try {
      const rows = database.exec(`EXPLAIN ${sql}`)[0]?.values;
      return JSON.stringify(rows?.map(([, name, p1, p2, p3]) => [name, p1, p2, p3]));
    } catch (error) {
      return String(error);
    }
  };
  const seen = { done: 0, refused: 0 };
  fc.assert(
    fc.property(query, fc.constantFrom(...names), (sql, newName) => {
      const before = program(sql);
      fc.pre(!before.startsWith('Error'));
      const document = parseSqlDocument(sql);
      const [statement] = document.statements;
      for (const { name, isDefinition } of statement === undefined ? [] : referencesOf(statement, tablesIn(schema))) {
        if (!isDefinition) continue;
        const result = sqlRename(document, name.range.start, newName, schema);
        if ('problem' in result) seen.refused++;
        else {
          seen.done++;
          const text = applyEdits(sql, result);
          expect([text, program(text)]).toEqual([text, before]);
        }
      } // prettier-ignore
    }),
    { numRuns: Number(process.env['RUNS'] ?? 300) },
  );
  if (process.env['RUNS']) console.log(seen);
  expect(Math.min(seen.done, seen.refused)).toBeGreaterThan(100);
});
