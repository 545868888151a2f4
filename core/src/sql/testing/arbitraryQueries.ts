import fc from 'fast-check';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import type { SqlTables } from '../index.ts';

/** The tables that the queries are over. */
export const queriedTables: Readonly<Record<string, readonly string[]>> = {
  t: ['a', 'b'],
  u: ['b', 'c'],
  w: ['a', 'c'],
};

const column = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'b', 'c', 'x') },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('t', 'u', 'm', 'n', 'w'), fc.constantFrom('a', 'b', 'c', 'x')).map((all) => all.join('.')) }, // prettier-ignore
);

const { query } = fc.letrec<{ query: string; source: string; item: string; condition: string }>((tie) => {
  const inner = fc.option(tie('query'), { maxDepth: 2, nil: 'SELECT a, b FROM t' });
  const optional = (word: string, what: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.option(
      what.map((text) => ` ${word} ${text}`),
      { nil: '', freq: 1 },
    );
  const source = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom('t', 'u', 'main.t', 'w'), fc.constantFrom('', ' m', ' AS n')).map((all) => all.join('')) }, // prettier-ignore
    { weight: 1, arbitrary: fc.tuple(inner, fc.constantFrom('', ' m', ' n')).map(([sql, alias]) => `(${sql})${alias}`) }, // prettier-ignore
  );
  const condition = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(column, column).map(([a, b]) => `${a} = ${b}`) },
    { weight: 1, arbitrary: inner.map((sql) => `EXISTS (${sql})`) },
    { weight: 1, arbitrary: fc.tuple(column, inner).map(([a, sql]) => `${a} < (${sql} LIMIT 1)`) },
  );
  const item = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(column, fc.constantFrom('', ' AS x', ' a', ' AS c')).map((all) => all.join('')) }, // prettier-ignore
    { weight: 1, arbitrary: column.map((name) => `coalesce(${name}, 1) AS x`) },
    { weight: 1, arbitrary: fc.constantFrom('*', 't.*', 'm.*') },
  );
  const joined = fc.tuple(source, fc.constantFrom(', ', ' JOIN ', ' NATURAL JOIN ', ' LEFT JOIN '), source, optional('ON', condition)); // prettier-ignore
  const from = fc.oneof(
    source,
    joined.map(([a, by, b, on]) => `${a}${by}${b}${by === ', ' || by.includes('NATURAL') ? '' : on}`),
    fc.constantFrom('t JOIN u USING (b)', 't m LEFT JOIN u n USING (b)'),
  );
  const common = fc.option(
    fc.oneof(
      inner.map((sql) => `WITH w AS (${sql}) `),
      fc.constantFrom(
        'WITH w(x, c) AS (SELECT a, b FROM t) ',
        'WITH w AS (SELECT * FROM u), v(a) AS (SELECT b FROM w) ',
      ),
    ),
    { nil: '', freq: 1 },
  );
  return {
    source,
    item,
    condition,
    query: fc
      .tuple(
        common,
        fc.array(tie('item'), { minLength: 1, maxLength: 2 }),
        from,
        optional('WHERE', tie('condition')),
        optional('GROUP BY', column),
        optional('ORDER BY', column),
      )
      .map(([before, items, sources, ...clauses]) => {
        // SQLite reads the names of a common table expression only where it is used.
        const used = before === '' ? '' : ', (SELECT 1 FROM w)';
        return [before, 'SELECT ', items.join(', '), ' FROM ', sources, used, ...clauses].join('');
      }),
  };
});

/** Queries over these tables, most of which SQLite reads: with aliases, joins, subqueries, common table expressions. */
export const anyQuery = query;

/** The same as scopes are told of them. */
export const queriedColumns: SqlTables = { columns: (table) => queriedTables[table.toLowerCase()] };

/** A new database with the tables, to be asked what SQLite makes of a query. */
export async function queriedDatabase(): Promise<Database> {
  const sqlite = await initSqlJs();
  const database = new sqlite.Database();
  for (const [name, columns] of Object.entries(queriedTables))
    database.run(`CREATE TABLE ${name} (${columns.join(', ')})`);
  return database;
}
