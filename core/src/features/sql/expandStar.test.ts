import initSqlJs from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { applyEdits } from '../../text/index.ts';
import { expandStar } from './expandStar.ts';
import { databaseOf, goldDatabases, goldQueries, hasGold } from './testing/goldQueries.ts';
import type { GoldDatabase } from './testing/goldQueries.ts';

let database: GoldDatabase;
beforeAll(async () => {
  const sqlite = await initSqlJs();
  const memory = new sqlite.Database();
  memory.run(
    'CREATE TABLE t (a, b); CREATE TABLE u (b, c, d); CREATE TABLE "odd name" ("a b", "order", größe)',
  );
  database = databaseOf(memory);
});

function expanded(marked: string, { tables }: GoldDatabase): string | undefined {
  const text = marked.replace('|', '');
  const change = expandStar(parseSqlDocument(text), marked.indexOf('|'), tables);
  return change === undefined ? undefined : applyEdits(text, change.edits);
}

describe('expanding a star', () => {
  it.each<[string, string]>([
    ['SELECT |* FROM t', 'SELECT a, b FROM t'],
    ['SELECT *| FROM t, u', 'SELECT a, t.b, u.b, c, d FROM t, u'],
    ['SELECT x.|* FROM t x, u', 'SELECT x.a, x.b FROM t x, u'],
    ['SELECT |* FROM t JOIN u USING (b)', 'SELECT a, b, c, d FROM t JOIN u USING (b)'],
    ['SELECT |* FROM t NATURAL JOIN u', 'SELECT a, b, c, d FROM t NATURAL JOIN u'],
    ['SELECT |* FROM t FULL JOIN u USING (b)', 'SELECT a, b, c, d FROM t FULL JOIN u USING (b)'],
    ['SELECT u.|* FROM t RIGHT JOIN u USING (b)', 'SELECT u.b, u.c, u.d FROM t RIGHT JOIN u USING (b)'],
    ['SELECT |* FROM "odd name"', 'SELECT "a b", "order", größe FROM "odd name"'],
    ['SELECT |* FROM "odd name" x, "odd name" y', 'SELECT x."a b", x."order", x.größe, y."a b", y."order", y.größe FROM "odd name" x, "odd name" y'],
    ['SELECT |* FROM (SELECT a + 1, b AS n FROM t)', 'SELECT "a + 1", n FROM (SELECT a + 1, b AS n FROM t)'],
    ['WITH w(p, q) AS (SELECT * FROM t) SELECT |* FROM w', 'WITH w(p, q) AS (SELECT * FROM t) SELECT p, q FROM w'],
    ['SELECT a FROM t WHERE EXISTS (SELECT |* FROM u)', 'SELECT a FROM t WHERE EXISTS (SELECT b, c, d FROM u)'],
    ['SELECT 1, |*, 2 FROM t UNION SELECT 1, b, c, d FROM u', 'SELECT 1, a, b, 2 FROM t UNION SELECT 1, b, c, d FROM u'],
    ["SELECT |* FROM t, json_each('[1]')", "SELECT a, b, key, value, type, atom, id, parent, fullkey, path FROM t, json_each('[1]')"],
    ["SELECT e.|* FROM t, json_tree('[1]') AS e", "SELECT e.key, e.value, e.type, e.atom, e.id, e.parent, e.fullkey, e.path FROM t, json_tree('[1]') AS e"],
    ['INSERT INTO t SELECT |* FROM t', 'INSERT INTO t SELECT a, b FROM t'],
  ])('%s', (marked, expected) => {
    const text = marked.replace('|', '');
    expect(expanded(marked, database)).toBe(expected);
    expect(database.program(expected)).toBe(database.program(text));
    expect(database.program(text)).toContain('Init');
  }); // prettier-ignore

  it.each([
    'SELECT |count(*) FROM t',
    'SELECT count(|*) FROM t',
    'SELECT 2 |* 3 FROM t',
    'SELECT |* FROM nowhere',
    'SELECT |* FROM t, t',
    'SELECT z.|* FROM t',
    'SELECT |* FROM (SELECT a, a FROM t)',
    'SELECT |* FROM (SELECT b FROM t), u',
    'SELECT |* FROM generate_series(1, 3)',
    '|',
  ])('does nothing for %s', (marked) => {
    expect(expanded(marked, database)).toBeUndefined();
  });

  it('puts many columns below each other, and says how many there are', () => {
    const names = Array.from({ length: 20 }, (_, i) => `column_${String(i)}`);
    const text = 'SELECT *\r\nFROM wide';
    const change = expandStar(parseSqlDocument(text), 7, { columns: () => names });
    expect(change?.title).toBe('Expand * to 20 columns');
    expect(applyEdits(text, change?.edits ?? [])).toBe(`SELECT ${names.join(',\r\n       ')}\r\nFROM wide`);
  });

  it.skipIf(!hasGold)('means the same over the tables of every gold query', async () => {
    const queries = goldQueries();
    const databases = await goldDatabases(queries);
    const bad: string[] = [];
    let done = 0;
    for (const [db, from] of new Map(
      queries.flatMap(({ sql, db }) => starsOf(sql).map((star) => [star, [db, star]] as const)),
    ).values()) {
      // prettier-ignore
      const own = databases.get(db);
      const after = own === undefined ? undefined : expanded(from, own);
      if (after === undefined) continue;
      const before = from.replace('|', '');
      if (own?.program(before).startsWith('[') !== true) continue;
      done++;
      if (own.program(after) !== own.program(before)) bad.push(after);
    }
    expect(bad).toEqual([]);
    expect(done).toBeGreaterThan(400);
  });
});

/** The FROM of a query's first SELECT under a star. */
function starsOf(sql: string): readonly string[] {
  const [statement] = parseSqlDocument(sql).statements;
  const clauses = statement?.tree.query?.selects[0]?.clauses ?? [];
  const parts = clauses.filter(({ kind }) => ['from', 'on', 'using'].includes(kind));
  if (statement === undefined || parts.length === 0) return [];
  return [`SELECT |* ${parts.map(({ range }) => statement.text.slice(range.start, range.end)).join(' ')}`];
}
