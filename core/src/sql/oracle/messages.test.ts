import { beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../text/index.ts';
import { checkStatement } from './checkStatement.ts';
import { messageRules, ruleOf } from './rules.ts';
import { schemaOf } from './testing/databases.ts';
import type { Schema } from './testing/databases.ts';

const statements = [
  'CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, country TEXT, age INT)',
  'CREATE TABLE concert (id INTEGER PRIMARY KEY, title TEXT, year INT, singer_id INT REFERENCES singer (id))',
  'CREATE TABLE computed (a INT, b INT AS (a + 1))',
  'CREATE TABLE "odd name" ("a b" INT, "größe" REAL)',
  'CREATE VIEW young AS SELECT name FROM singer WHERE age < 30',
  'CREATE INDEX by_age ON singer (age)',
  'CREATE TABLE "order" (id INT, "group" TEXT)',
];
let schema: Schema;
beforeAll(async () => {
  schema = await schemaOf(statements);
});

/** Statements with the places of their errors between « and », and the rules, in the order in which they are reported. */
const cases: readonly (readonly [marked: string, ...rules: readonly string[]])[] = [
  // Reading
  ['«SELEC» name FROM singer', 'sql-syntax'],
  ['SELECT name «FORM» singer', 'sql-syntax'],
  ['SELECT name FROM singer «WERE» age > 3 ORDER BY name', 'sql-syntax'],
  ['SELECT name FROM singer GROUP «BU» name', 'sql-syntax'],
  ['SELECT «CST»(age AS REAL) FROM singer', 'sql-syntax'],
  ['SELECT name,«,» age FROM singer', 'sql-syntax'],
  ['SELECT name«,» FROM singer', 'sql-syntax'],
  ['SELECT name n «age» FROM singer', 'sql-syntax'],
  ['SELECT COUNT(name «FROM» singer', 'sql-syntax'],
  ['SELECT name FROM singer WHERE age > 3«)»', 'sql-syntax'],
  ['SELECT 1 «2» 3 4 5', 'sql-syntax'],
  ['SELECT * FROM «order» WHERE id = 1', 'sql-syntax'],
  ['SELECT «group», order.id FROM order', 'sql-syntax'],
  ['VALUES (1, 2), (3, 4) «ORDER» BY 1', 'sql-syntax'],
  ['«REINDEX» gone', 'sql-unknown-index'],
  ['SELECT name FROM singer «WHERE»', 'sql-incomplete'],
  ['SELECT name FROM singer GROUP «BY»;', 'sql-incomplete'],
  ['SELECT «CASE» WHEN age > 3 THEN 1', 'sql-incomplete'],
  ['SELECT name FROM singer WHERE id IN «(»SELECT singer_id FROM concert', 'sql-unclosed-parenthesis'],
  ["SELECT name FROM singer WHERE country = «'France»", 'sql-unclosed-quote'],
  ["SELECT name FROM singer WHERE country = «'France» AND name = 'x'", 'sql-unclosed-quote'],
  ["SELECT name FROM singer WHERE country = «France'» AND name = 'x'", 'sql-unclosed-quote'],
  ['SELECT «[name» FROM singer', 'sql-unclosed-quote'],
  ["SELECT name FROM singer «#» comment", 'sql-unknown-token'],
  ['SELECT «1e» FROM singer', 'sql-unknown-token'],
  ['SELECT «0x11111111111111111111»', 'sql-big-number'],
  ['SELECT 1 «/*»', 'sql-unclosed-comment'],
  ['SELECT 1 «\0»FROM singer', 'sql-nul'],
  ['VALUES (1, 2), (1, 2, 3«)»', 'sql-values-rows'],
  ['SELECT name FROM singer «ON» age > 3', 'sql-join-needed'],
  ['SELECT 1 FROM singer «NATURAL» JOIN concert ON 1', 'sql-natural-join'],
  ['SELECT 1 FROM singer «LEFT INNER CROSS» JOIN concert', 'sql-join-kind'],
  ['SELECT name FROM singer «ORDER BY» name UNION SELECT title FROM concert', 'sql-clause-order'],
  ['SELECT «*»', 'sql-star-alone'],
  ["SELECT «raise»(abort, 'no')", 'sql-raise'],
  // Names
  ['SELECT «nmae» FROM singer', 'sql-unknown-column'],
  ['SELECT «T1.nmae» FROM singer AS T1', 'sql-unknown-column'],
  ['SELECT «main.singer.nmae» FROM singer', 'sql-unknown-column'],
  ['SELECT `«no such»` FROM singer'.replace('`«', '«`').replace('»`', '`»'), 'sql-unknown-column'],
  ['SELECT «nmae», «contry» FROM singer WHERE «aeg» > 3', 'sql-unknown-column', 'sql-unknown-column', 'sql-unknown-column'],
  ['SELECT title FROM concert WHERE EXISTS (SELECT «title» FROM singer s JOIN singer t ON t.id = s.«id»)'.replace(/[«»]/gu, '')],
  ['SELECT year FROM concert UNION SELECT «year» FROM singer', 'sql-unknown-column'],
  ['SELECT a.name FROM singer AS a WHERE a.id IN (SELECT «name» FROM concert)'.replace(/[«»]/gu, '')],
  ['SELECT name FROM «singr»', 'sql-unknown-table'],
  ['SELECT singer.name FROM «singr»', 'sql-unknown-table'],
  ['SELECT s.name, c.«»titel FROM «singr» s JOIN concert c'.replace('c.«»titel', '«c.titel»'), 'sql-unknown-table', 'sql-unknown-column'],
  ['SELECT name, anything FROM «elsewhere» WHERE something > 3 AND «elsewhere»'.replace(' AND «elsewhere»', ''), 'sql-unknown-table'],
  ['SELECT * FROM «main.singr»', 'sql-unknown-table'],
  ['SELECT «x».* FROM singer', 'sql-unknown-table'],
  ['INSERT INTO «singr» VALUES (1)', 'sql-unknown-table'],
  ['DROP TABLE «singr»', 'sql-unknown-table'],
  ['DROP VIEW «singr»', 'sql-unknown-table'],
  ['CREATE INDEX i ON «singr» (a)', 'sql-unknown-table'],
  ['CREATE INDEX i ON singer («nmae»)', 'sql-unknown-column'],
  ['INSERT INTO singer (id, «nmae») VALUES (1, 2)', 'sql-unknown-column'],
  ['UPDATE singer SET «nmae» = 1', 'sql-unknown-column'],
  ['SELECT «id» FROM singer, concert', 'sql-ambiguous-column'],
  ['SELECT singer.id FROM singer JOIN concert ON «id» = singer_id', 'sql-ambiguous-column'],
  ['SELECT 1 FROM singer JOIN concert USING («name»)', 'sql-using-column'],
  ['SELECT 1 FROM singer JOIN concert JOIN singer s USING («name») JOIN concert d USING (title)'.replace(/[«»]/gu, '')],
  ['SELECT 1 FROM singer a JOIN concert b ON 1 FULL JOIN concert c USING («id»)', 'sql-ambiguous-using'],
  ['SELECT «lenght»(name) FROM singer', 'sql-unknown-function'],
  ['SELECT * FROM «singer»(1)', 'sql-no-table-function'],
  ['SELECT * FROM «json_each»(1, 2, 3, 4)', 'sql-table-arguments'],
  ['SELECT sum(age) OVER «w» FROM singer', 'sql-unknown-window'],
  ['SELECT name FROM singer INDEXED BY «by_name»', 'sql-unknown-index'],
  ['SELECT name FROM singer ORDER BY name COLLATE «german»', 'sql-unknown-collation'],
  ['DROP TRIGGER «t»', 'sql-unknown-trigger'],
  ['CREATE TABLE «other».x (a)', 'sql-unknown-database'],
  ['WITH x AS (SELECT 1), «x» AS (SELECT 2) SELECT * FROM x', 'sql-duplicate-cte'],
  ['WITH r AS (SELECT 1 FROM «r») SELECT * FROM r', 'sql-circular'],
  // Numbers of things
  ['SELECT «round»(age, 1, 2) FROM singer', 'sql-arguments'],
  ['SELECT count(id), «count»(id, name), max(«abs»()) FROM singer', 'sql-arguments', 'sql-arguments'],
  ['SELECT name FROM singer UNION SELECT title FROM concert «UNION» SELECT 1, 2', 'sql-set-columns'],
  ['SELECT name, id FROM singer «UNION ALL» SELECT title FROM concert', 'sql-set-columns'],
  ['SELECT name, id FROM singer UNION SELECT title «year» FROM concert', 'sql-syntax'],
  ['INSERT INTO singer VALUES «(1, 2)»', 'sql-insert-values'],
  ['INSERT INTO singer (id, name) VALUES «(1)»', 'sql-insert-values'],
  ['INSERT INTO singer (id, name) «SELECT» 1', 'sql-insert-values'],
  ['WITH «x» (p, q) AS (SELECT 1) SELECT * FROM x', 'sql-cte-columns'],
  ['SELECT name FROM singer WHERE id IN «(SELECT id, title FROM concert)»', 'sql-subquery-columns'],
  ['SELECT (SELECT 1), name FROM singer WHERE id = «(SELECT id, title FROM concert)»', 'sql-row-value'],
  ['SELECT «(1, 2)»', 'sql-row-value'],
  ['SELECT 1 WHERE (1, 2) «IN» ((1, 2, 3))', 'sql-in-terms'],
  ['UPDATE singer «SET» (name, age) = (1, 2, 3)', 'sql-assigned'],
  ['SELECT name FROM singer ORDER BY name, «7»', 'sql-term-range'],
  ['SELECT name FROM singer GROUP BY «7»', 'sql-term-range'],
  ['SELECT name FROM (SELECT name FROM singer ORDER BY 1) ORDER BY «2» DESC', 'sql-term-range'],
  ['SELECT name FROM singer UNION SELECT title FROM concert ORDER BY «year» LIMIT 3', 'sql-term-unmatched'],
  // Aggregates and windows
  ['SELECT count(*) FROM singer WHERE «count»(*) > 1', 'sql-aggregate'],
  ['SELECT country, COUNT(*) AS n FROM singer WHERE «n» > 1', 'sql-aggregate'],
  ['SELECT max(«count»(id)) FROM singer', 'sql-aggregate'],
  ['SELECT name FROM singer GROUP BY «count»(id)', 'sql-aggregate-group'],
  ['SELECT name FROM singer «HAVING» age > 1', 'sql-having'],
  ['SELECT name FROM singer WHERE «rank»() OVER () = 1', 'sql-window'],
  ['SELECT «row_number»() FROM singer', 'sql-window'],
  ['SELECT «abs»(age) OVER () FROM singer', 'sql-window'],
  ['SELECT sum(age) FILTER (WHERE 1), «abs»(age) FILTER (WHERE 1) FROM singer', 'sql-window'],
  ['SELECT rank() «FILTER» (WHERE 1) OVER () FROM singer', 'sql-window'],
  ['SELECT count(DISTINCT age) «OVER» () FROM singer', 'sql-window'],
  ['SELECT group_concat(name), «group_concat»(DISTINCT name, country) FROM singer', 'sql-arguments'],
  ['SELECT sum(age) AS total FROM singer HAVING max(«total») > 1', 'sql-aggregate'],
  ['SELECT rank() OVER () AS place FROM singer WHERE «place» > 1', 'sql-window'],
  ['SELECT sum(age) OVER (ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING«)» FROM singer', 'sql-frame'],
  ['SELECT sum(age) OVER («RANGE» 1 PRECEDING) FROM singer', 'sql-frame'],
  ['SELECT sum(age) OVER («w» ORDER BY id) FROM singer WINDOW w AS (ORDER BY name)'.replace('(«w»', '(«w»'), 'sql-window'],
  ['WITH RECURSIVE r AS (SELECT 1 UNION SELECT «count»(*) FROM r) SELECT * FROM r', 'sql-recursive'],
  ['WITH RECURSIVE r AS (SELECT 1 UNION SELECT «rank»() OVER () FROM r) SELECT * FROM r', 'sql-recursive'],
  ['SELECT «likelihood»(age, 2) FROM singer', 'sql-likelihood'],
  // Making and changing
  ['CREATE INDEX i «ON» young (name)', 'sql-protected'],
  ['UPDATE singer SET age = 1 FROM «singer»', 'sql-update-from'],
  ['INSERT INTO singer DEFAULT VALUES «RETURNING» singer.*', 'sql-returning'],
  ['CREATE TABLE «x» (a) WITHOUT ROWID', 'sql-primary-key-missing'],
  ['CREATE TABLE x («a») STRICT', 'sql-column-type'],
  ['CREATE TABLE x (a) «FOO»', 'sql-table-option'],
  ['CREATE TABLE x (a TEXT PRIMARY KEY «AUTOINCREMENT»)', 'sql-autoincrement'],
  ['CREATE TABLE x («a» DEFAULT (b))', 'sql-default'],
  ['CREATE «TEMP» TABLE main.x (a)', 'sql-temporary-name'],
  ['CREATE «TABLE» x (a AS (1))', 'sql-only-generated'],
  ['CREATE TRIGGER t AFTER INSERT ON «young» BEGIN SELECT 1; END', 'sql-trigger-kind'],
  ['CREATE INDEX i ON singer (age «NULLS» FIRST)', 'sql-nulls'],
  ['CREATE TABLE x («a» REFERENCES singer (id, name))', 'sql-foreign-key'],
  ['CREATE TABLE x (a, FOREIGN KEY (a) REFERENCES singer (id, name)«)»', 'sql-foreign-key'],
  ['CREATE TABLE x (a, FOREIGN KEY («q») REFERENCES singer (id))', 'sql-unknown-column'],
  ['CREATE TABLE «singer» (a)', 'sql-exists'],
  ['CREATE TABLE x (a, b, «a»)', 'sql-duplicate-column'],
  ['CREATE TABLE x (a PRIMARY KEY, b «PRIMARY» KEY)', 'sql-primary-keys'],
  ['INSERT INTO «young» VALUES (1)', 'sql-view-readonly'],
  ['INSERT INTO computed (a, «b») VALUES (1, 2)', 'sql-generated'],
  ['DROP TABLE «sqlite_master»', 'sql-protected'],
  ['CREATE TABLE «sqlite_x» (a)', 'sql-protected'],
  ['DROP TABLE «young»', 'sql-drop-kind'],
  ['CREATE VIEW w AS SELECT ?«1»'.replace('?«1»', '«?1»'), 'sql-view-parameters'],
  ['INSERT INTO singer VALUES (1, 2, 3, 4) ON «CONFLICT» (name) DO NOTHING', 'sql-conflict-target'],
]; // prettier-ignore

describe('errors and their places', () => {
  it.each(cases)('%s', (marked, ...rules) => {
    const text = marked.replace(/[«»]/gu, '');
    const problems = checkStatement(text, schema.engine.prepare, schema);
    expect(problems.map(({ rule }) => rule).sort()).toEqual([...rules].sort());
    const places = [...problems].map(({ range }) => range).sort((a, b) => a.start - b.start);
    let shown = '';
    let at = 0;
    for (const { start, end } of places) {
      shown += `${text.slice(at, start)}«${text.slice(start, end)}»`;
      at = end;
    }
    expect(shown + text.slice(at)).toBe(marked);
    for (const { message } of problems) expect(message).toMatch(/^.+\.$/su);
  });

  it('every rule is provoked by a statement', () => {
    const provoked = new Set(
      cases.map(([marked]) => ruleOf(schema.engine.prepare(marked.replace(/[«»]/gu, '')) ?? '')?.rule),
    );
    const silent = messageRules.filter((rule) => !provoked.has(rule)).map(({ pattern }) => pattern.source);
    expect(silent).toEqual([]);
  });
});

describe('what SQLite prepares', () => {
  it.each([
    'SELECT ?1, :x, @x, $x, ? FROM singer LIMIT :n',
    'SELECT "no such column" FROM singer',
    'SELECT rowid, oid, _rowid_ FROM singer',
    'SELECT [a b], größe FROM "odd name"',
    'PRAGMA foreign_keys = ON',
    'EXPLAIN PRAGMA user_version = 7',
    'INSERT INTO singer (id) VALUES (1) RETURNING *',
    'CREATE TABLE x AS SELECT * FROM singer',
    'CREATE TRIGGER t AFTER INSERT ON singer BEGIN SELECT something FROM nowhere; END;',
    'BEGIN',
    '-- only a comment',
    ';',
    'SELECT 1 /* never closed',
    "SELECT 'a;b' -- c",
  ])('%s gets none', (text) => {
    expect(checkStatement(text, schema.engine.prepare, schema)).toEqual([]);
  });
});

describe('corrections', () => {
  it.each([
    ['SELECT nmae FROM singer', 'SELECT name FROM singer'],
    ['SELECT T1.nmae FROM singer T1', 'SELECT T1.name FROM singer T1'],
    ['SELECT s.title FROM singer s JOIN concert c', 'SELECT c.title FROM singer s JOIN concert c'],
    ['SELECT name FROM singr', 'SELECT name FROM singer'],
    ['WITH recent AS (SELECT 1) SELECT * FROM recnt', 'WITH recent AS (SELECT 1) SELECT * FROM recent'],
    ['SELECT * FROM odd_name', 'SELECT * FROM "odd name"'],
    ['SELECT lenght(name) FROM singer', 'SELECT length(name) FROM singer'],
    ['SELECT name form singer', 'SELECT name from singer'],
    ['SELECT name,, age FROM singer', 'SELECT name, age FROM singer'],
    ['SELECT name n age FROM singer', 'SELECT name n, age FROM singer'],
    ['SELECT name FROM singer WHERE age > 3)', 'SELECT name FROM singer WHERE age > 3'],
    ['SELECT (1', 'SELECT (1)'],
    ["SELECT 'a FROM singer WHERE name = 'b'", "SELECT 'a' FROM singer WHERE name = 'b'"],
    ['SELECT name FROM singer WHERE country = “France”', "SELECT name FROM singer WHERE country = 'France'"],
    ['SELECT s.titel FROM singer s JOIN concert c', 'SELECT c.title FROM singer s JOIN concert c'],
    ['SELECT name FROM singer ORDER name', 'SELECT name FROM singer ORDER BY name'],
    ['SELECT id FROM order WHERE id = 1 ORDER BY id', 'SELECT id FROM "order" WHERE id = 1 ORDER BY id'],
    ['SELECT group FROM "order" GROUP BY id', 'SELECT "group" FROM "order" GROUP BY id'],
    ['SELECT CASE WHEN age > 3 THEN 1 FROM singer', 'SELECT CASE WHEN age > 3 THEN 1 END FROM singer'],
    ['DELETE singer WHERE id = 1', 'DELETE FROM singer WHERE id = 1'],
    ['SELECT DISTINT name FROM singer', 'SELECT DISTINCT name FROM singer'],
    ['SELECT singer.id FROM singer INER JOIN concert', 'SELECT singer.id FROM singer INNER JOIN concert'],
  ])('%s -> %s', (text, expected) => {
    const [problem] = checkStatement(text, schema.engine.prepare, schema);
    const preferred = problem?.fixes?.find((each) => each.preferred) ?? problem?.fixes?.[0];
    expect(applyEdits(text, preferred?.edits ?? [])).toBe(expected);
    expect(schema.engine.prepare(expected)).toBeUndefined();
  });

  it.each([
    ['SELECT name FROM singer WHERE age > AND id = 3', 'Between `>` and `AND` a value or a column is missing. Write it, or remove `>`.'],
    ['SELECT name FROM WHERE id = 1', 'Between `FROM` and `WHERE` the name of a table is missing. Write it, or remove `FROM`.'],
    ['SELECT name FROM singer GROUP', 'The statement ends too early: behind `GROUP` BY is missing. Write it, or remove `GROUP`.'],
    ['SELECT id FROM order', '`order` is a word of SQL, and as a name it stands in quotes. Write "order".'],
    ['VALUES (1, 2), (3, 4) ORDER BY 1', '`ORDER` cannot stand behind `)`. Look for a word, comma or parenthesis too many or too few just before it.'],
    ['SELECT song.title FROM singer', 'No table `song` is read here. Name it in FROM or JOIN, or change the name before the point.'],
    ['INSERT INTO singer (id, nmae) VALUES (1, 2)', '`singer` has no column `nmae`. Perhaps: name.'],
  ])('%s: %s', (text, words) => {
    expect(checkStatement(text, schema.engine.prepare, schema)[0]?.message).toBe(words);
  }); // prettier-ignore

  it('none is offered that the engine refuses', () => {
    const [problem] = checkStatement(
      'SELECT c.titel FROM concert c, singer s',
      schema.engine.prepare,
      schema,
    );
    expect(problem?.fixes?.map(({ title }) => title)).toEqual(['Change to title']);
  });

  it('an ambiguous column is offered with each table', () => {
    const [problem] = checkStatement('SELECT id FROM singer s, concert', schema.engine.prepare, schema);
    expect(problem?.fixes?.map(({ title }) => title)).toContain('Change to s.id');
  });
});

it('prepares no pragma, neither one that is written nor one that a correction would make', () => {
  const asked: string[] = [];
  const prepare = (text: string): string | undefined => {
    asked.push(text);
    return schema.engine.prepare(text);
  };
  for (const text of [
    'PRAGMA user_version = 7',
    'PRAGM user_version = 7',
    'explain pragma user_version = 7',
    'EXPLAIN QUERY PLAN /* x */ PRAGMA user_version = 7',
    'EXPLAIN PRAGMAA user_version = 7',
  ])
    checkStatement(text, prepare, schema);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((text) => /\bpragma\b/iu.test(text))).toEqual([]);
});

it('finds the place among very many of the same name', () => {
  for (const text of [
    `SELECT ${Array.from({ length: 60 }, () => 'nmae').join(', ')} FROM singer`,
    Array.from({ length: 60 }, () => 'SELECT nmae FROM singer').join(' UNION '),
    `INSERT INTO singer (id, nmae) SELECT ${Array.from({ length: 50 }, () => 'name').join('||')}, 1 FROM singer`,
  ]) {
    const [problem] = checkStatement(text, schema.engine.prepare, schema);
    expect(text.slice(problem?.range.start, problem?.range.end)).toBe('nmae');
  }
});

it('finds the wrong row among thousands', () => {
  const rows = Array.from({ length: 3_000 }, (_, i) => `(${i}, 'n', 'c', 1)`);
  rows[2_500] = '(1, 2)';
  const text = `INSERT INTO singer VALUES ${rows.join(', ')}`;
  const [problem] = checkStatement(text, schema.engine.prepare, schema);
  expect(problem?.range.start).toBe(text.indexOf('(1, 2)') + '(1, 2'.length);
});

it.each([
  ["SELECT 'abc", 'sql-unclosed-quote'],
  ['SELECT "abc', 'sql-unclosed-quote'],
  ['SELECT abc', 'sql-unknown-column'],
])('messages of texts of a million characters stay short: %s', (start, rule) => {
  const text = `${start}${(rule === 'sql-unclosed-quote' ? 'abc\n' : 'abcd').repeat(250_000)}`;
  const [problem] = checkStatement(text, schema.engine.prepare, schema);
  expect(problem?.rule).toBe(rule);
  expect(problem?.message.length).toBeLessThan(1_000);
});

it('asks a bounded number of times, whatever the statement', () => {
  const texts = [
    `SELECT ${Array.from({ length: 500 }, (_, i) => `x${i}`).join(', ')} FROM singer`,
    `SELECT ${'('.repeat(300)}`,
    `SELECT ${"'a' ".repeat(300)}'`,
    `SELECT ${'name, '.repeat(1_000)} FROM singer`,
    Array.from({ length: 400 }, () => 'SELECT a').join(' UNION '),
  ];
  for (const text of texts) {
    let asked = 0;
    const prepare = (sql: string): string | undefined => {
      asked++;
      return schema.engine.prepare(sql);
    };
    expect(checkStatement(text, prepare, schema).length).toBeGreaterThan(0);
    expect(asked).toBeLessThan(450);
  }
});
