import fc from 'fast-check';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { meaningful, parseSqlDocument, scanSql, statementAt } from './index.ts';
import type { SqlDocument } from './index.ts';
import { anySql, joined } from './testing/arbitrarySql.ts';

describe('statements of a document', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing', ' -- ;\n/* ; */ ;;', []],
    ['two', 'SELECT 1; SELECT 2', ['SELECT 1;', 'SELECT 2']],
    ['; in texts, names and comments', `SELECT ';', ";", [;], \`;\` -- ;\n, 1 /* ; */;x`, [`SELECT ';', ";", [;], \`;\` -- ;\n, 1 /* ; */;`, 'x']],
    ['a trigger', 'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM t; END; SELECT 1', [
      'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM t; END;',
      'SELECT 1',
    ]],
    ['a trigger over lines', 'create temp trigger a\nafter\nupdate of b on t\nbegin\nselect 1;\nupdate t set a = 1;\nend', [
      'create temp trigger a\nafter\nupdate of b on t\nbegin\nselect 1;\nupdate t set a = 1;\nend',
    ]],
    ['a trigger that is never closed', 'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1;\n\nSELECT 2;\nCREATE VIEW v AS SELECT 1;', [
      'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1;',
      'SELECT 2;',
      'CREATE VIEW v AS SELECT 1;',
    ]],
    ['a trigger without body before one with', 'CREATE TRIGGER a;\nCREATE TRIGGER b AFTER INSERT ON t BEGIN SELECT 1; END;', [
      'CREATE TRIGGER a;',
      'CREATE TRIGGER b AFTER INSERT ON t BEGIN SELECT 1; END;',
    ]],
    ['a parenthesis that is never closed', 'SELECT (1;\nSELECT 2', ['SELECT (1;', 'SELECT 2']],
    ['a ; that is missing', 'SELECT a FROM\n\nSELECT 2;\nWITH x AS (SELECT 1)\nSELECT * FROM x\nINSERT INTO t\nVALUES (1)', [
      'SELECT a FROM',
      'SELECT 2;',
      'WITH x AS (SELECT 1)\nSELECT * FROM x',
      'INSERT INTO t\nVALUES (1)',
    ]],
    ['a ; and parentheses that are missing', 'SELECT count(a\nFROM t WHERE (b\nSELECT 2', ['SELECT count(a\nFROM t WHERE (b', 'SELECT 2']],
    ['a quote that is never closed', "SELECT 'abc FROM t;\nSELECT 2;", ["SELECT 'abc FROM t;", 'SELECT 2;']],
    ['a quote and texts behind it', "SELECT 'abc FROM t;\n-- Q: b?\nSELECT * FROM u WHERE x = 'b';\nSELECT 'c';", [
      "SELECT 'abc FROM t;",
      "SELECT * FROM u WHERE x = 'b';",
      "SELECT 'c';",
    ]],
    ['a quote and texts with spaces behind it', "SELECT 'abc;\nSELECT ' b ';\nSELECT ' c ';\n", ["SELECT 'abc;", "SELECT ' b ';", "SELECT ' c ';"]],
    ['names that are never closed', 'SELECT "a;\nSELECT [b;\nSELECT `c\nSELECT 1', ['SELECT "a;', 'SELECT [b;', 'SELECT `c', 'SELECT 1']],
    ['a text of several lines', "INSERT INTO t VALUES ('a;\nSELECT 1;\nb'); SELECT 2", ["INSERT INTO t VALUES ('a;\nSELECT 1;\nb');", 'SELECT 2']],
    ['an upsert over lines', 'INSERT INTO t\nSELECT 1\nWHERE 1\nON CONFLICT DO\nUPDATE SET a = 1', ['INSERT INTO t\nSELECT 1\nWHERE 1\nON CONFLICT DO\nUPDATE SET a = 1']],
    ['set operators over lines', 'SELECT 1\nUNION ALL\nSELECT 2\nEXCEPT\nVALUES (3)', ['SELECT 1\nUNION ALL\nSELECT 2\nEXCEPT\nVALUES (3)']],
    ['others over lines', 'CREATE VIEW v AS\nWITH x AS (\nSELECT 1)\nSELECT 2;\nEXPLAIN QUERY PLAN\nSELECT 1;\nALTER TABLE t\nDROP COLUMN a;\nINSERT INTO t DEFAULT\nVALUES', [
      'CREATE VIEW v AS\nWITH x AS (\nSELECT 1)\nSELECT 2;',
      'EXPLAIN QUERY PLAN\nSELECT 1;',
      'ALTER TABLE t\nDROP COLUMN a;',
      'INSERT INTO t DEFAULT\nVALUES',
    ]],
  ])('%s', (_, text, statements) => {
    expect(parseSqlDocument(text).statements.map((statement) => statement.text)).toEqual(statements);
  }); // prettier-ignore

  it.each<[string, readonly string[]]>([
    ['SELECT 1;\nSELECT 2', ['semicolon', 'end']],
    ['SELECT 1\nSELECT 2;', ['next', 'semicolon']],
  ])('%j ends with', (text, endings) => {
    expect(parseSqlDocument(text).statements.map(({ ending }) => ending)).toEqual(endings);
  });

  it.each<[string, number | undefined]>([
    ['|SELECT 1; SELECT 2', 0],
    ['SELECT 1|; SELECT 2', 0],
    ['SELECT 1;| SELECT 2', undefined],
    ['SELECT 1; |SELECT 2', 1],
    ['SELECT 1; SELECT 2  \n |', 1],
    ['SELECT 1\n|\nSELECT 2', 0],
    ['|\nSELECT 2', undefined],
  ])('the statement at %j', (marked, index) => {
    const document = parseSqlDocument(marked.replace('|', ''));
    expect(statementAt(document, marked.indexOf('|'))?.index).toBe(index);
  });

  it('tokens cover any text, and statements are in order and apart', () => {
    fc.assert(
      fc.property(anySql, (text) => {
        const { tokens, statements } = parseSqlDocument(text);
        expect(joined(tokens)).toBe(text);
        expect(tokens.every(({ start }, i) => start === (tokens[i - 1]?.end ?? 0))).toBe(true);
        statements.forEach((statement, i) => {
          expect(statement.start).toBeGreaterThanOrEqual(statements[i - 1]?.end ?? 0);
          expect(statement.text).toBe(text.slice(statement.start, statement.end));
          expect(joined(statement.tokens)).toBe(statement.text);
          expect(statement.text.trim()).not.toBe('');
        });
      }),
      { numRuns: 400 },
    );
  });

  it('whatever one statement holds, the ones around it stay', () => {
    const before = 'SELECT a FROM t;\n';
    const behind = "\nSELECT 'b', count(*) FROM u WHERE c = 'd';\nDELETE FROM v;";
    fc.assert(
      // A block comment that is never closed is one to the end, for SQLite too; and a trigger goes on behind a `;`.
      fc.property(
        anySql.map((text) => text.replaceAll('/*', '').replace(/trigger/giu, '')),
        (text) => {
          const { statements } = parseSqlDocument(`${before}${text}${behind}`);
          const texts = statements.map((statement) => statement.text);
          expect(texts[0]).toBe('SELECT a FROM t;');
          expect(texts.at(-1)).toBe('DELETE FROM v;');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('what an edit leaves is what reading all of it again gives', () => {
    fc.assert(
      fc.property(anySql, fc.nat(), fc.nat({ max: 5 }), anySql, (text, place, length, more) => {
        const at = place % (text.length + 1);
        const edited = text.slice(0, at) + more + text.slice(at + length);
        const before = parseSqlDocument(text);
        for (const statement of before.statements) expect(statement.tree.range.start).toBe(0);
        const told = ({ statements, directives }: SqlDocument): unknown => [
          statements.map(({ index, start, end, ending, tree }) => [index, start, end, ending, tree]),
          directives,
        ];
        expect(told(parseSqlDocument(edited, before))).toEqual(told(parseSqlDocument(edited)));
      }),
    );
  });

  it('statements keep their trees while others change', () => {
    const text = 'SELECT a FROM t;\nSELECT b FROM u;\nSELECT c FROM v;';
    const first = parseSqlDocument(text);
    const trees = first.statements.map(({ tree }) => tree);
    const second = parseSqlDocument(text.replace('b FROM', 'longer, b FROM'), first);
    expect(second.statements.map(({ tree }, i) => tree === trees[i])).toEqual([true, false, true]);
    expect(second.statements[2]?.start).toBe(
      first.statements[2]?.start === undefined ? -1 : first.statements[2].start + 8,
    );
  });
});

describe('what SQLite reads as one statement', () => {
  let database: Database;
  beforeAll(async () => {
    const sqlite = await initSqlJs();
    database = new sqlite.Database();
    database.run(
      'CREATE TABLE t (a PRIMARY KEY, b, "select", plan, "values"); CREATE TABLE u (b, c); CREATE VIEW v AS SELECT 1 AS a',
    );
  });

  it.each([
    'SELECT "select", plan, "values" FROM t',
    'SELECT replace(a, b, b), (SELECT 1), (VALUES (1)) FROM t WHERE a IN (SELECT b FROM u) AND EXISTS (WITH x AS (SELECT 1) SELECT * FROM x)',
    'WITH x AS (SELECT 1), y AS MATERIALIZED (VALUES (1)), z (a, b) AS NOT MATERIALIZED (SELECT 1, 2) SELECT * FROM x, y, z',
    'WITH RECURSIVE x (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM x) SELECT * FROM x',
    'SELECT 1 UNION SELECT 2 UNION ALL VALUES (3) INTERSECT SELECT 4 EXCEPT SELECT 5 ORDER BY 1',
    'INSERT INTO t (a, b) SELECT 1, 2',
    'INSERT INTO t (a) WITH x AS (SELECT 1) SELECT * FROM x',
    'INSERT INTO t DEFAULT VALUES',
    'INSERT OR REPLACE INTO t (a) VALUES (1), (2)',
    'REPLACE INTO t (a) VALUES (1)',
    'INSERT INTO t (a) SELECT 1 WHERE true ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.a RETURNING a',
    'WITH x AS (SELECT 1) INSERT INTO t (a) SELECT * FROM x',
    'WITH x AS (SELECT 1) REPLACE INTO t (a) SELECT * FROM x',
    'WITH x AS (SELECT 1 AS b) UPDATE t SET a = x.b FROM x WHERE t.b = x.b',
    'WITH x AS (SELECT 1) DELETE FROM t WHERE a IN (SELECT * FROM x)',
    'EXPLAIN SELECT 1',
    'EXPLAIN QUERY PLAN WITH x AS (SELECT 1) SELECT * FROM x',
    'EXPLAIN DELETE FROM t',
    'CREATE TABLE n (a REFERENCES t (a) ON DELETE CASCADE ON UPDATE SET NULL, b CHECK (b IN (1, 2)))',
    'CREATE TABLE n AS WITH x AS (SELECT 1) SELECT * FROM x',
    'CREATE VIEW n (a) AS VALUES (1)',
    'CREATE TRIGGER n DELETE ON t BEGIN SELECT 1; END',
    'CREATE TRIGGER n INSTEAD OF UPDATE OF a ON v WHEN new.a BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; INSERT INTO u SELECT 1, 2; DELETE FROM u; REPLACE INTO u VALUES (1, 2); END',
    'ALTER TABLE t DROP COLUMN b',
    'ALTER TABLE t RENAME COLUMN b TO d',
  ])('%s', (sql) => {
    const words = meaningful(scanSql(sql)).map(({ text }) => text);
    for (const between of [' ', '\n', '\n\n', ' -- ;\n']) {
      const text = words.join(between);
      expect(() => database.prepare(text).free()).not.toThrow();
      expect(parseSqlDocument(`${text};\n${text}`).statements.map((statement) => statement.text)).toEqual([
        `${text};`,
        text,
      ]);
    }
  });
});

describe('directives', () => {
  const read = (text: string): readonly string[] =>
    parseSqlDocument(text).directives.map(
      ({ kind, value, statement }) => `${kind}=${value}@${statement ?? '-'}`,
    );

  it.each<[string, string, readonly string[]]>([
    ['all kinds', '-- database: data/a.db\n-- Q: how many?\n-- evidence: x means y\n-- expect: 3\nSELECT 1', [
      'database=data/a.db@-',
      'question=how many?@0',
      'evidence=x means y@0',
      'expect=3@0',
    ]],
    ['in other hands', '--q:a\n/* Evidence : b */\n--   EXPECT: c\r\nSELECT 1', ['question=a@0', 'evidence=b@0', 'expect=c@0']],
    ['lines that go on', '-- expect: SELECT a\n--   FROM t\n--  WHERE b\n-- a remark\nSELECT 1', ['expect=SELECT a\nFROM t\nWHERE b@0']],
    ['a line that is empty between', '-- Q: a\n\n--   b\nSELECT 1', ['question=a@0']],
    ['questions one after the other', '-- Q: a\n-- evidence: e\n\n-- Q: b\nSELECT 1;\n-- Q: c', ['question=a@-', 'evidence=e@-', 'question=b@0', 'question=c@-']],
    ['evidence above its question', '-- evidence: e\n-- Q: b\nSELECT 1', ['evidence=e@0', 'question=b@0']],
    ['in and behind a statement', 'SELECT 1 -- Q: a\n, 2; -- expect: 1,2\n-- Q: b\nSELECT 3', ['question=a@0', 'expect=1,2@0', 'question=b@1']],
    ['texts are none', "SELECT '-- Q: a', 1 -- question\n -- Quite: b", []],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  }); // prettier-ignore

  it('their values are where they say', () => {
    const text = 'SELECT 1;\n-- Q:  how many?  \n--   and why\nSELECT 2';
    const [directive] = parseSqlDocument(text).directives;
    if (directive === undefined) throw new Error('no directive');
    expect(text.slice(directive.valueRange.start, directive.valueRange.end)).toBe(
      'how many?  \n--   and why',
    );
    expect(text.slice(directive.range.start, directive.range.end)).toBe('-- Q:  how many?  \n--   and why');
    expect(directive.value).toBe('how many?\nand why');
  });
});
