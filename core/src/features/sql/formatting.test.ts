import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import { applyEdits } from '../../text/index.ts';
import { sqlFormatting, sqlFormattingSteps } from './formatting.ts';
import { databaseOf, goldDatabases, goldQueries, hasGold } from './testing/goldQueries.ts';
import type { GoldDatabase } from './testing/goldQueries.ts';

function formatted(text: string): string {
  return applyEdits(text, sqlFormatting(parseSqlDocument(text)));
}

/** What is not space; words in small letters, since the case of keywords may change. */
function said(text: string): readonly string[] {
  return parseSqlDocument(text)
    .tokens.filter(({ kind }) => kind !== 'space')
    .map((token) => (token.kind === 'word' ? token.text.toLowerCase() : token.text));
}

describe('formatting of SQL', () => {
  it.each<[string, string]>([
    ['select a,b from t where x=1', 'select\n  a,\n  b\nfrom\n  t\nwhere\n  x = 1'],
    ['SELECT a from t Where b', 'SELECT\n  a\nFROM\n  t\nWHERE\n  b'],
    ['select a FROM t', 'SELECT\n  a\nFROM\n  t'],
    ['SELECT "Key", replace(a, key, b) from t', 'SELECT\n  "Key",\n  replace(a, key, b)\nFROM\n  t'],
    // Parameters
    ['SELECT ?1,?,:x,@x,$x,#x', 'SELECT\n  ?1,\n  ?,\n  :x,\n  @x,\n  $x,\n  #x'],
    // Comments stay beside what they stand beside.
    ['SELECT a, -- about a\nb FROM t -- tail', 'SELECT\n  a, -- about a\n  b\nFROM\n  t -- tail'],
    ['SELECT a,\n-- about b\nb FROM t', 'SELECT\n  a,\n  -- about b\n  b\nFROM\n  t'],
    ['SELECT a, /* about b */ b FROM t', 'SELECT\n  a,\n  /* about b */ b\nFROM\n  t'],
    ['SELECT a /* about a */, b FROM t', 'SELECT\n  a /* about a */,\n  b\nFROM\n  t'],
    ['SELECT /* one\n   two */ a FROM t', 'SELECT\n  /* one\n   two */ a\nFROM\n  t'],
    ['SELECT a --  two  spaces \t\nFROM t', 'SELECT\n  a --  two  spaces \t\nFROM\n  t'],
    ['SELECT a -- c\r\n,b FROM t\r\n', 'SELECT\r\n  a -- c\r\n,\r\n  b\r\nFROM\r\n  t\r\n'],
    ['  select 1; select 2;select 3 /* c; */ ; /* d */ select 4', 'select\n  1;\nselect\n  2;\nselect\n  3 /* c; */; /* d */ select\n  4'],
    // What is between statements stays; each statement is formatted on its own.
    ['-- Q:  how  many?\n--   of them\n\nselect   1 ;\n\n\n--x\nselect 2', '-- Q:  how  many?\n--   of them\n\nselect\n  1;\n\n\n--x\nselect\n  2'],
    ['SELECT (1;\nSELECT  2', 'SELECT (1;\nSELECT\n  2'],
    ["SELECT 'open;\nSELECT  2", "SELECT 'open;\nSELECT\n  2"],
    ['CREATE TRIGGER g AFTER  DELETE ON t BEGIN SELECT 1; END', 'CREATE TRIGGER g AFTER  DELETE ON t BEGIN SELECT 1; END'],
    // SQLite names columns by their text, which is read here.
    ['SELECT "a+1" FROM (SELECT a+1 FROM t)', 'SELECT "a+1" FROM (SELECT a+1 FROM t)'],
    ['CREATE VIEW v AS SELECT a+1 FROM t', 'CREATE VIEW v AS SELECT a+1 FROM t'],
    ['CREATE VIEW v AS SELECT a+1 AS b FROM t', 'CREATE VIEW v AS\nSELECT\n  a + 1 AS b\nFROM\n  t'],
    ['create table t (Key text, "to" int)', 'create table t (Key text, "to" int)'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(formatted(text)).toBe(expected);
    expect(formatted(expected)).toBe(expected);
  }); // prettier-ignore

  it.each([
    'CREATE TABLE IF NOT EXISTS t (key integer PRIMARY KEY AUTOINCREMENT, action text REFERENCES u (view) ON DELETE NO ACTION)',
    'CREATE TEMP VIEW v AS WITH w AS (SELECT 1 AS a) SELECT key, a FROM w LEFT JOIN t ON a = b ORDER BY a DESC NULLS LAST',
    'DROP VIEW IF EXISTS v',
    'ALTER TABLE t RENAME COLUMN key TO action',
    'ALTER TABLE rename RENAME key TO action',
    'INSERT INTO t (key, a) VALUES (1, 2) ON CONFLICT (key) DO UPDATE SET a = excluded.a RETURNING key',
    'SELECT key, replace(a, key, row), LEFT.a FROM t AS LEFT CROSS JOIN u WHERE a IS NOT NULL AND CAST(b AS text) COLLATE nocase LIKE c',
    'SELECT sum(a) FILTER (WHERE b) OVER (PARTITION BY first ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t EXCEPT SELECT 1',
  ])('has keywords, and no names, in the case of the others: %s', (sql) => {
    const inCapitals = `SELECT ${'1 AND '.repeat(30)}1;\n`;
    const small = sql.replace(/\b[A-Z]+\b/gu, (word) => (word === 'LEFT' && !sql.includes('LEFT JOIN') ? word : word.toLowerCase()));
    expect(small).not.toBe(sql);
    const after = formatted(inCapitals + small).split(';').at(-1)?.replace(/\s+/gu, ' ').trim();
    expect(after?.replace(/\( | \)/gu, (space) => space.trim())).toBe(sql);
  }); // prettier-ignore

  it('keeps to a range', () => {
    const text = 'select  1;\nselect  2;\nselect  3';
    expect(applyEdits(text, sqlFormatting(parseSqlDocument(text), { start: 14, end: 15 }))).toBe(
      'select  1;\nselect\n  2;\nselect  3',
    );
  });

  it('indents as the editor does', () => {
    const text = 'select a';
    const as = (options: object): string =>
      applyEdits(text, sqlFormatting(parseSqlDocument(text), undefined, options));
    expect([as({ tabSize: 4 }), as({ insertSpaces: false })]).toEqual(['select\n    a', 'select\n\ta']);
  });

  it('keeps the tokens and comments of any text, and formatting twice changes nothing more', () => {
    let changed = 0;
    fc.assert(
      fc.property(fc.oneof(anySql, commented), (text) => {
        const once = formatted(text);
        if (once !== text) changed++;
        expect(said(once)).toEqual(said(text));
        expect(placed(once)).toEqual(placed(text));
        expect(formatted(once)).toBe(once);
      }),
      { numRuns: 400 },
    );
    expect(changed).toBeGreaterThan(50);
  });
});

/** Queries with comments, parameters and line breaks between any of their tokens. */
const commented = fc
  .array(fc.constantFrom(' ', '\n', '  ', ' /* c */ ', ' -- d\n', '\n-- e\n', '\n/* f\n g */\n', '\r\n'), {
    minLength: 20,
    maxLength: 20,
  })
  .map((gaps) => {
    const words =
      'SELECT a , count ( * ) AS n FROM t x JOIN u ON x . b = u . b WHERE c = :p ORDER BY n ;'.split(' ');
    return words.map((word, i) => word + (gaps[i % gaps.length] ?? ' ')).join('');
  });

/** Each comment, whether it has a line of its own, stands at the end of one, or before a word. */
function placed(text: string): readonly string[] {
  const { tokens } = parseSqlDocument(text);
  const words = tokens.filter(({ kind }) => kind !== 'space');
  return words.flatMap((token, i) => {
    if (token.kind !== 'comment') return [];
    const last = words[i - 1];
    const before = text.slice(last?.end ?? 0, token.start);
    const behind = text.slice(token.end, words[i + 1]?.start);
    const isOwn = before.includes('\n') || last === undefined || last.text.startsWith('--');
    const isEnd = token.text.startsWith('--') || behind.includes('\n') || i + 1 === words.length;
    return [`${token.text} ${isEnd ? (isOwn ? 'alone' : 'at the end') : 'before a word'}`];
  });
}

describe('what is formatted means the same', () => {
  let database: GoldDatabase;
  beforeAll(async () => {
    const sqlite = await initSqlJs();
    const memory = new sqlite.Database();
    memory.run('CREATE TABLE t (a, b); CREATE TABLE u (b, c, d)');
    database = databaseOf(memory);
  });

  it.each([
    "SELECT x.a||'--'||y.c, - -1, 1- -2, a->>'$.x', ~b, x'0F', .5e-3, 0x1F FROM t x LEFT OUTER JOIN u AS y USING(b) WHERE NOT a IS NOT NULL AND b NOT BETWEEN 1 AND 2 OR a GLOB '*' ESCAPE '!'".replace(" ESCAPE '!'", ''),
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<9) SELECT sum(i) FILTER (WHERE i>2) OVER w FROM n WINDOW w AS (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)',
    "INSERT OR REPLACE INTO t(a,b) VALUES(1,'x'),(?2,:p) ON CONFLICT DO NOTHING RETURNING a",
    'UPDATE t SET a=CASE WHEN b THEN 1 ELSE CAST(b AS TEXT) END WHERE EXISTS(SELECT 1 FROM u WHERE u.b=t.b)',
    'SELECT [a], `b`, "a" FROM t INDEXED BY x',
  ])('%s', (sql) => {
    const after = formatted(sql);
    expect(after).toContain('\n');
    expect(database.program(after)).toBe(database.program(sql));
  }); // prettier-ignore

  it.skipIf(!hasGold)('all gold queries are formatted, and SQLite runs the same program', async () => {
    const queries = goldQueries();
    const databases = await goldDatabases(queries);
    const different: string[] = [];
    const left: string[] = [];
    for (const { sql, db } of queries) {
      const after = formatted(sql);
      if (after === sql) left.push(sql);
      if (databases.get(db)?.program(after) !== databases.get(db)?.program(sql)) different.push(sql);
    }
    expect(queries.length).toBe(2_214);
    expect(different).toEqual([]);
    expect(left).toEqual([]);
  });

  it.each([
    ['CASE', `SELECT ${'CASE '.repeat(400)} 1`],
    ['parentheses', `SELECT ${'('.repeat(400)}1${')'.repeat(400)}`],
    ['values', `SELECT ${'1, '.repeat(8_000)}1`],
  ])('leaves a statement of hundreds of %s as it is, and at once', (_, text) => {
    const started = process.cpuUsage();
    expect(sqlFormatting(parseSqlDocument(text))).toEqual([]);
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(300);
  });
});

it('one statement a step, so that others have their turn between', () => {
  const document = parseSqlDocument('select 1;select a from t;\nselect 2;');
  const steps = sqlFormattingSteps(document);
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count++;
  expect(count).toBe(3);
  expect(step.value).toEqual(sqlFormatting(document));
});
