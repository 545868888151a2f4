import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyQuery } from '../../sql/testing/arbitraryQueries.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import { parseSqlDocument } from '../../sql/index.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { explainStatement } from './explain.ts';
import type { SqlExplanation } from './explain.ts';

const schema = readDdl(`
  CREATE TABLE genre (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE track (id INTEGER PRIMARY KEY, name TEXT, genre_id INTEGER REFERENCES genre(id), seconds INTEGER, price REAL);
`);

function told(sql: string): SqlExplanation {
  const [statement] = parseSqlDocument(sql).statements;
  if (statement === undefined) throw new Error('no statement');
  return explainStatement(statement, schema);
}

// What a sentence leaves out would be told wrong: it is code then.
it.each<readonly [sql: string, step: string]>([
  ['SELECT name FROM track LIMIT 5, 10', 'At most 10 rows, behind the first 5.'],
  ['SELECT name FROM track LIMIT -1', 'All rows.'],
  ["SELECT DATE('now', '-6 months') FROM track", "Gives `DATE('now', '-6 months')`."],
  ["SELECT strftime('%Y', name, '+1 year') FROM track", "Gives `strftime('%Y', name, '+1 year')`."],
  ["SELECT trim(name, 'x') FROM track", "Gives `trim(name, 'x')`."],
  ["SELECT group_concat(name, ';') FROM track", "Gives all `name` in one text (with `';'` between them)."],
  ['SELECT group_concat(name ORDER BY price) FROM track', 'Gives `group_concat(name ORDER BY price)`.'],
  ['SELECT name FROM track WHERE price IS NOT DISTINCT FROM 1', 'Keeps the rows where `price` is 1.'],
  ['SELECT name FROM track WHERE price IS DISTINCT FROM 1', 'Keeps the rows where `price` is not 1.'],
  ["SELECT name FROM track WHERE name LIKE '9!%' ESCAPE '!'", "Keeps the rows where `name` matches the pattern `'9!%'` (behind `'!'` a sign stands for itself)."],
  ['SELECT name FROM track WHERE (id = 1 OR id = 2) AND (price = 1 OR price = 2) OR seconds = 3', 'Keeps the rows where ((`id` is 1 or `id` is 2) and (`price` is 1 or `price` is 2)) or `seconds` is 3.'],
  ['SELECT name FROM track WHERE id IN (SELECT n FROM (SELECT MAX(id) AS n FROM track GROUP BY genre_id) WHERE n > 1)', 'Keeps the rows where `id` is among (`n` of (the largest `id` as `n` of `track`; one row for each `genre_id`) where `n` is more than 1).'],
])('nothing is left out: %s', (sql, step) => {
  expect(told(sql).steps).toContain(step);
}); // prettier-ignore

describe('a statement in sentences', () => {
  it.each<readonly [sql: string, steps: readonly string[]]>([
    [
      'WITH w AS (SELECT price p FROM track) SELECT x.p FROM w x JOIN genre g ON g.name = x.p COLLATE nocase ORDER BY g.id DESC NULLS LAST',
      [
        'First makes `w`: `price` as `p` of `track`.',
        'Reads `w`.',
        'Each row is combined with the rows of `genre` where `genre.name` is `w.p` (collation `nocase`).',
        'Gives `w.p`.',
        'Sorts by `genre.id`, largest first, NULL last.',
      ],
    ],
    ['SELECT name FROM track', ['Reads `track`.', 'Gives `name`.']],
    [
      'SELECT track.name FROM track WHERE track.id = 1',
      ['Reads `track`.', 'Keeps the rows where `id` is 1.', 'Gives `name`.'],
    ],
    [
      "SELECT g.name, COUNT(*) AS n FROM track t JOIN genre g ON t.genre_id = g.id WHERE t.seconds > 300 AND g.name LIKE 'Ro%' GROUP BY g.name HAVING COUNT(*) >= 2 ORDER BY n DESC, g.name LIMIT 5 OFFSET 2",
      [
        'Reads `track`.',
        'Each row is combined with the rows of `genre` where `track.genre_id` is `genre.id` (a key of the database; one row at most).',
        "Keeps the rows where `track.seconds` is more than 300 and `genre.name` begins with `'Ro'` in any case.",
        'Makes one row for each `genre.name`.',
        'Keeps of these where the number of rows is at least 2.',
        'Gives `genre.name` and the number of rows as `n`.',
        'Sorts by `n`, largest first, then `genre.name`.',
        'At most 5 rows, behind the first 2.',
      ],
    ],
    [
      'SELECT DISTINCT name FROM track WHERE price IS NULL OR NOT (seconds BETWEEN 1 AND 2)',
      [
        'Reads `track`.',
        'Keeps the rows where `price` has no value (NULL) or (not (`seconds` is between 1 and 2)).',
        'Gives each different `name`.',
      ],
    ],
    [
      'SELECT name FROM track WHERE genre_id NOT IN (SELECT id FROM genre WHERE name IN (1, 2)) AND price = (SELECT MAX(price) FROM track)',
      [
        'Reads `track`.',
        'Keeps the rows where `genre_id` is not among (`id` of `genre` where `name` is 1 or 2) and `price` is the largest `price` of `track`.',
        'Gives `name`.',
      ],
    ],
    [
      'WITH long AS (SELECT * FROM track WHERE seconds > 600) SELECT AVG(price) FROM long UNION SELECT 1',
      [
        'First makes `long`: all columns of `track` where `seconds` is more than 600.',
        'Reads `long`.',
        'Gives the average of `price`.',
        'Adds the rows of what follows, and gives each row once:',
        'Gives 1.',
      ],
    ],
    [
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n',
      [
        'First makes `n` (`i`): 1; then, from each row that comes of it, `i + 1` of `n` where `i` is less than 9, until nothing new comes.',
        'Reads `n`.',
        'Gives `i`.',
      ],
    ],
    [
      'SELECT name FROM track, genre',
      ['Reads `track`.', 'Every row is combined with every row of `genre`.', 'Gives `name`.'],
    ],
    [
      'SELECT seconds / 60.0 AS minutes, CASE WHEN price > 1 THEN 1 ELSE 2 END, RANK() OVER (ORDER BY price) FROM track LEFT JOIN genre USING (id) WHERE name = NULL',
      [
        'Reads `track`.',
        'Each row is combined with the rows of `genre` where `id` is the same in both. Rows without any stay, with NULL in its columns.',
        'Keeps the rows where `name` is NULL (which nothing ever is: write IS NULL).',
        'Gives `seconds / 60.0` as `minutes`, `CASE WHEN price > 1 THEN 1 ELSE 2 END` and `RANK() OVER (ORDER BY price)`.',
      ],
    ],
    [
      "SELECT a.name FROM track a JOIN track b ON a.genre_id = b.genre_id AND a.id <> b.id WHERE a.name NOT LIKE '%x%' AND a.price IS NOT NULL ORDER BY 1 LIMIT 1",
      [
        'Reads `track` as `a`.',
        'Each row is combined with the rows of `track` as `b` where `a.genre_id` is `b.genre_id` and `a.id` is not `b.id`.',
        "Keeps the rows where `a.name` does not contain `'x'` in any case and `a.price` has a value.",
        'Gives `a.name`.',
        'Sorts by column 1.',
        'Only the first row.',
      ],
    ],
    [
      "SELECT COUNT(DISTINCT genre_id), GROUP_CONCAT(name), ROUND(AVG(price), 2), strftime('%Y', name), COALESCE(price, 0), CAST(price AS INTEGER), my_function(1) FROM track",
      [
        'Reads `track`.',
        'Gives the number of different `genre_id`, all `name` in one text, the average of `price` rounded to 2 digits, the year of `name`, the first of `price` and 0 that is not NULL, `CAST(price AS INTEGER)` and `my_function(1)`.',
      ],
    ],
    [
      "SELECT name FROM genre WHERE EXISTS (SELECT 1 FROM track WHERE track.genre_id = genre.id) EXCEPT SELECT 'Rock'",
      [
        'Reads `genre`.',
        'Keeps the rows where there is a row of `track` where `track.genre_id` is `genre.id`.',
        'Gives `name`.',
        'Takes away the rows that what follows gives, and gives each row once:',
        "Gives `'Rock'`.",
      ],
    ],
    ['VALUES (1, 2), (3, 4)', ['Gives 2 written rows.']],
    ["SELECT value FROM json_each('[1]')", ["Reads what `json_each('[1]')` gives.", 'Gives `value`.']],
    [
      "UPDATE track SET price = 1, name = 'x' WHERE id = 2",
      ['Changes rows of `track`: sets `price` and `name` where `id` is 2.'],
    ],
    [
      'INSERT INTO genre (name) SELECT name FROM track',
      ['Adds rows to `genre`, with values for `name`.', 'Reads `track`.', 'Gives `name`.'],
    ],
    ['DELETE FROM track', ['Deletes rows of `track`, all of them.']],
    ['CREATE VIEW v AS SELECT name FROM genre', ['Makes `v`.', 'Reads `genre`.', 'Gives `name`.']],
    ['PRAGMA user_version', ['Runs `PRAGMA`, which changes or asks the database itself.']],
    ['SELECT name, FROM', ['Reads nothing yet.', 'Gives `name`.']],
    [
      'SELECT name FROM track WHERE id = 1 OR id = 2 AND price BETWEEN 1 AND 2 OR name IN ()',
      [
        'Reads `track`.',
        'Keeps the rows where `id` is 1 or (`id` is 2 and `price` is between 1 and 2) or `name` is among nothing.',
        'Gives `name`.',
      ],
    ],
    [
      'SELECT COUNT(*) FROM genre JOIN track ON track.genre_id = genre.id NATURAL JOIN genre x',
      [
        'Reads `genre`.',
        'Each row is combined with the rows of `track` where `track.genre_id` is `genre.id` (a key of the database; any number of rows).',
        'Each row is combined with the rows of `genre` as `x` that have the same values in columns of the same name.',
        'Gives the number of rows.',
      ],
    ],
  ])('%s', (sql, steps) => {
    expect(told(sql).steps).toEqual(steps);
  });
});

it.each([
  [
    "SELECT g.name, COUNT(*) AS n FROM track t JOIN genre g ON t.genre_id = g.id WHERE t.seconds > 300 AND g.name LIKE 'Ro%' GROUP BY g.name HAVING COUNT(*) >= 2 ORDER BY n DESC, g.name LIMIT 5 OFFSET 2",
    "`genre.name` and the number of rows as `n` of `track` with `genre` where `track.seconds` is more than 300 and `genre.name` begins with `'Ro'` in any case; one row for each `genre.name`; only if the number of rows is at least 2; sorted by `n`, largest first, then `genre.name`; at most 5 rows, behind the first 2.",
  ],
  [
    'SELECT name FROM track WHERE genre_id NOT IN (SELECT id FROM genre WHERE name IN (1, 2)) AND price = (SELECT MAX(price) FROM track)',
    '`name` of `track` where `genre_id` is not among (`id` of `genre` where `name` is 1 or 2) and `price` is the largest `price` of `track`.',
  ],
  [
    'WITH long AS (SELECT * FROM track WHERE seconds > 600) SELECT AVG(price) FROM long UNION SELECT 1',
    'The average of `price` of `long`; together with 1.',
  ],
  ['INSERT INTO genre (name) SELECT name FROM track', 'Adds rows to `genre`, with values for `name`.'],
])('%s in one sentence', (sql, summary) => {
  expect(told(sql).summary).toBe(summary);
});

it('names every table that is read, once, and none that the statement makes itself', () => {
  const sql =
    'WITH long AS (SELECT * FROM Track) SELECT * FROM long l, track t WHERE l.id IN (SELECT id FROM "genre") ORDER BY (SELECT 1 FROM nowhere)';
  expect(told(sql).tables).toEqual(['Track', 'genre', 'nowhere']);
});

it('a summary stays short, and code stays code whatever stands in it', () => {
  const { summary } = told(
    `SELECT ${Array.from({ length: 100 }, (_, i) => `"a\`${i}"`).join(', ')} FROM track`,
  );
  expect(summary.length).toBeLessThanOrEqual(401);
  expect(told('SELECT "a`b" FROM track').steps[1]).toBe("Gives `` 'a`b' ``.");
  expect(told("SELECT '[a](command:b)' FROM track").steps[1]).toBe("Gives `'[a](command:b)'`.");
});

it('deep and long statements are told in time', () => {
  const deep = `SELECT ${'('.repeat(3_000)}1${')'.repeat(3_000)} FROM track WHERE ${'NOT '.repeat(3_000)} id AND ${'- '.repeat(3_000)}id`;
  const nested = `${'SELECT * FROM ('.repeat(200)}SELECT 1${')'.repeat(200)}`;
  const long = `SELECT * FROM track WHERE ${Array.from({ length: 2_000 }, (_, i) => `id = ${i}`).join(' OR ')}`;
  const started = processorMs();
  for (const sql of [deep, nested, long]) expect(told(sql).steps.length).toBeGreaterThan(1);
  expect(processorMs() - started).toBeLessThan(3_000);
});

it('says something of any statement, and the same each time', () => {
  fc.assert(
    fc.property(fc.oneof(anySql, anyQuery), (sql) => {
      for (const statement of parseSqlDocument(sql).statements) {
        const first = explainStatement(statement, schema);
        expect(explainStatement(statement, schema)).toEqual(first);
        expect(explainStatement(statement).steps.length).toBe(first.steps.length);
        expect(first.summary).not.toMatch(/undefined|\[object/u);
        expect(first.steps.join(' ')).not.toMatch(/undefined|\[object/u);
      }
    }),
    { numRuns: 400 },
  );
});
