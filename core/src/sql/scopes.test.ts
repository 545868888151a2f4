import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { parseSqlDocument, scopeAt } from './index.ts';
import type { SqlTables } from './index.ts';
import { anySql } from './testing/arbitrarySql.ts';

const known: Readonly<Record<string, readonly string[]>> = {
  t: ['a', 'b'],
  u: ['b', 'c', 'd'],
  'odd name': ['e f'],
};
const tables: SqlTables = { columns: (table) => known[table.toLowerCase()] };

/** Tables as `depth name(columns)`, those behind the offset with `>`. */
function seen(marked: string): Readonly<Record<string, unknown>> {
  const offset = marked.indexOf('|');
  const scope = scopeAt(parseSqlDocument(marked.replace('|', '')), offset, tables);
  const columns = (names: readonly string[] | undefined): string => names?.join(' ') ?? '?';
  return {
    clause: scope.clause,
    tables: scope.tables.map(
      (table) => `${table.depth}${table.isBefore ? '' : '>'}${table.name ?? ''}(${columns(table.columns)})`,
    ),
    commons: scope.commonTables.map((table) => `${table.name}(${columns(table.columns)})`),
    outputs: scope.outputs.filter(({ isAlias }) => isAlias).map(({ name }) => name),
    windows: scope.windows,
    calls: scope.calls.map(({ name, argument }) => `${name} ${argument}`),
  };
}

const none = { tables: [], commons: [], outputs: [], windows: [], calls: [] };

describe('what is visible at an offset', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['|', { clause: 'start', ...none }],
    ['SEL|', { clause: 'start', ...none }],
    ['SELECT 1;\n|\nSELECT b FROM u', { clause: 'start', ...none }],
    ['SELECT |', { clause: 'select', ...none }],
    ['SELECT | FROM t', { clause: 'select', tables: ['0>t(a b)'] }],
    ['SELECT a, | FROM t x, u', { clause: 'select', tables: ['0>x(a b)', '0>u(b c d)'] }],
    ['SELECT a, x.|\nFROM t x\nWHERE', { clause: 'select', tables: ['0>x(a b)'] }],
    ['SELECT x.|\nORDER BY 1', { clause: 'select', ...none }],
    ['SELECT a FROM |', { clause: 'from', ...none }],
    ['SELECT a FROM | WHERE a', { clause: 'from', ...none }],
    ['SELECT a FROM t|', { clause: 'from', tables: ['0>t(a b)'] }],
    ['SELECT a FROM t, |', { clause: 'from', tables: ['0t(a b)'] }],
    ['SELECT a FROM nowhere WHERE |', { clause: 'where', tables: ['0nowhere(?)'] }],
    ['SELECT a FROM "odd name" o WHERE o.|', { clause: 'where', tables: ['0o(e f)'] }],
    ['SELECT a FROM main.t AS x LEFT OUTER JOIN |', { clause: 'from', tables: ['0x(a b)'] }],
    ['SELECT a FROM t JOIN u ON |', { clause: 'on', tables: ['0t(a b)', '0u(b c d)'] }],
    ['SELECT a FROM t JOIN u ON t.b = u.| JOIN t z', { clause: 'on', tables: ['0t(a b)', '0u(b c d)', '0>z(a b)'] }],
    ['SELECT a FROM t JOIN u USING (|', { clause: 'using', tables: ['0t(a b)', '0u(b c d)'] }],
    ['SELECT a FROM (t JOIN u ON t.b = u.b) WHERE |', { clause: 'where', tables: ['0t(a b)', '0u(b c d)'] }],
    ['SELECT a FROM t WHERE|', { clause: 'from', tables: ['0t(a b)'] }],
    ['SELECT a FROM t WHERE | ;', { clause: 'where', tables: ['0t(a b)'] }],
    ['SELECT a AS x, b y FROM t GROUP BY | ORDER BY n', { clause: 'group by', outputs: ['x', 'y'] }],
    ['SELECT a AS x FROM t GROUP BY a HAVING | > 1', { clause: 'having', outputs: ['x'] }],
    ['SELECT a AS x FROM t ORDER BY |', { clause: 'order by', outputs: ['x'], tables: ['0t(a b)'] }],
    ['SELECT a AS x FROM t ORDER BY a LIMIT |', { clause: 'limit' }],
    ['SELECT a AS x FROM t UNION SELECT b AS y FROM u ORDER BY |', { clause: 'order by', outputs: ['x', 'y'] }],
    ['SELECT a FROM t UNION |', { clause: 'start', ...none }],
    ['SELECT a FROM t UNION ALL SELECT | FROM u', { clause: 'select', tables: ['0>u(b c d)'] }],
    ['SELECT a FROM t WHERE | UNION SELECT b FROM u', { clause: 'where', tables: ['0t(a b)'] }],
    ['SELECT a FROM t WHERE a = (SELECT max(| FROM u WHERE u.b = t.a)', { clause: 'select', tables: ['0>u(b c d)', '1t(a b)'], calls: ['max 0'] }],
    ['SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.b = t.|', { clause: 'where', tables: ['0u(b c d)', '1t(a b)'] }],
    ['SELECT a FROM t WHERE a IN (SELECT b FROM u) AND |', { clause: 'where', tables: ['0t(a b)'] }],
    ['SELECT a FROM t WHERE a IN (|', { clause: 'where', tables: ['0t(a b)'] }],
    ['SELECT a FROM t, (SELECT | FROM u)', { clause: 'select', tables: ['0>u(b c d)'] }],
    ['SELECT s.| FROM (SELECT a AS q, b, a + 1 FROM t) s', { clause: 'select', tables: ['0>s(q b a + 1)'] }],
    ['SELECT | FROM (SELECT * FROM t JOIN u USING (b)) s', { clause: 'select', tables: ['0>s(a b c d)'] }],
    ['SELECT | FROM (SELECT u.*, t.a FROM t NATURAL JOIN u) s', { clause: 'select', tables: ['0>s(b c d a)'] }],
    ['SELECT | FROM (VALUES (1, 2)) s', { clause: 'select', tables: ['0>s(column1 column2)'] }],
    ["SELECT | FROM json_each('[]') j", { clause: 'select', tables: ['0>j(key value type atom id parent fullkey path)'] }],
    ['WITH |', { clause: 'with' }],
    ['WITH x AS (SELECT 1), |', { clause: 'with' }],
    ['WITH x AS (SELECT a FROM t) |', { clause: 'start', commons: ['x(a)'] }],
    ['WITH w(p, q) AS (SELECT a, b FROM t) SELECT w.| FROM w', { clause: 'select', tables: ['0>w(p q)'], commons: ['w(p q)'] }],
    ['WITH w AS (SELECT *, a + 1 AS z FROM t), v AS (SELECT | FROM w) SELECT 1', { clause: 'select', tables: ['0>w(a b z)'] }],
    ['WITH v AS (SELECT * FROM w), w AS (SELECT a FROM t) SELECT | FROM v', { clause: 'select', tables: ['0>v(a)'] }],
    ['WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE |) SELECT 1', { clause: 'where', tables: ['0n(i)'] }],
    ['WITH n AS (SELECT * FROM n) SELECT | FROM n', { clause: 'select', tables: ['0>n(?)'] }],
    ['SELECT sum(a) OVER w, sum(b) OVER | FROM t WINDOW w AS (ORDER BY a)', { clause: 'select', windows: ['w'] }],
    ['SELECT sum(a) OVER (PARTITION BY |) FROM t', { clause: 'select', tables: ['0>t(a b)'], calls: [] }],
    ['SELECT coalesce(a, f(1, 2), |, 1) FROM t', { clause: 'select', calls: ['coalesce 2'] }],
    ['SELECT coalesce(a, substr(b, |', { clause: 'select', calls: ['substr 1', 'coalesce 1'] }],
    ['SELECT round(|) FROM t', { clause: 'select', calls: ['round 0'] }],
    ['SELECT round(a)| FROM t', { clause: 'select', calls: [] }],
    ['SELECT count(a FROM t WHERE |', { clause: 'where', tables: ['0t(a b)'] }],
    ['SELECT (a FROM t WHERE b IN (1, 2 GROUP BY |', { clause: 'group by', tables: ['0t(a b)'] }],
    ['SELECT a) FROM t WHERE |', { clause: 'where', tables: ['0t(a b)'] }],
    ["SELECT a FROM t WHERE a = 'x|'", { clause: 'where', tables: ['0t(a b)'] }],
    ["SELECT a FROM t WHERE a = '|\n\nSELECT 2;", { clause: 'where', tables: ['0t(a b)'] }],
    ['SELECT b FROM u;\nSELECT a FROM t WHERE |\n\nSELECT c FROM u;', { clause: 'where', tables: ['0t(a b)'] }],
    ['INSERT INTO t (|) VALUES (1)', { clause: 'into', tables: ['0t(a b)'] }],
    ['INSERT INTO t SELECT | FROM u', { clause: 'select', tables: ['0>u(b c d)'] }],
    ['INSERT INTO t VALUES (1, 2) ON CONFLICT DO UPDATE SET a = |', { clause: 'set', tables: ['0t(a b)', '0excluded(a b)'] }],
    ['UPDATE t SET a = |, b = 2 FROM u', { clause: 'set', tables: ['0t(a b)', '0>u(b c d)'] }],
    ['UPDATE t AS x SET a = (SELECT max(b) FROM u WHERE u.c = |)', { clause: 'where', tables: ['0u(b c d)', '1x(a b)'] }],
    ['WITH w AS (SELECT a FROM t) DELETE FROM u WHERE b IN (SELECT | FROM w)', { clause: 'select', tables: ['0>w(a)', '1u(b c d)'] }],
    ['CREATE VIEW v AS SELECT | FROM t', { clause: 'select', tables: ['0>t(a b)'] }],
    ['CREATE INDEX i ON t (|)', { clause: 'definition', tables: ['0t(a b)'] }],
    ['CREATE TRIGGER x AFTER INSERT ON t BEGIN UPDATE u SET c = NEW.|; END;', { clause: 'set', tables: ['0u(b c d)', '1new(a b)', '1old(a b)'] }],
  ])('%s', (marked, expected) => {
    expect(seen(marked)).toMatchObject(expected);
  }); // prettier-ignore

  it.each<[string, string, readonly string[]]>([
    ['SELECT na|me FROM t', 'name', []],
    ['SELECT |name FROM t', 'name', []],
    ['SELECT name| FROM t', 'name', []],
    ['SELECT t.| FROM t', '', ['t']],
    ['SELECT t.|na FROM t', 'na', ['t']],
    ['SELECT main."odd name".na|', 'na', ['main', 'odd name']],
    ['SELECT "odd n|', '"odd n', []],
    ["SELECT a FROM t WHERE a = 'x|y'", "'xy'", []],
    ["SELECT 'x'|", '', []],
    ['SELECT a +|b', 'b', []],
    ['SELECT a+ |', '', []],
  ])('the word at %s', (marked, word, qualifiers) => {
    const text = marked.replace('|', '');
    const scope = scopeAt(parseSqlDocument(text), marked.indexOf('|'), tables);
    expect(text.slice(scope.word.start, scope.word.end)).toBe(word);
    expect(scope.qualifiers).toEqual(qualifiers);
  });

  it('is found at every offset of any text, with ranges in the text', () => {
    fc.assert(
      fc.property(anySql, fc.nat(), (text, at) => {
        const document = parseSqlDocument(text);
        const scope = scopeAt(document, at % (text.length + 1), tables);
        for (const { range } of [...scope.tables, ...scope.commonTables, ...scope.outputs, ...scope.calls])
          expect(range.start >= 0 && range.start <= range.end && range.end <= text.length).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same when other statements stand around', () => {
    const statement =
      'WITH w AS (SELECT * FROM t) SELECT x.a FROM w x JOIN u ON x.b = u.b WHERE x.a > (SELECT max(c) FROM u)';
    fc.assert(
      fc.property(fc.nat({ max: statement.length - 1 }), (at) => {
        const marked = `${statement.slice(0, at)}|${statement.slice(at)}`;
        expect(seen(`SELECT 'a;b' FROM u;\n${marked};\nSELECT 1 FROM u`)).toEqual(seen(marked));
      }),
    );
  });

  it('deep and long texts are read in time that grows with them', () => {
    const started = processorMs();
    for (const piece of ['(', '(SELECT ', 'f(', 'SELECT a FROM (', ')', 'CASE ', ',', 'WITH x AS (', 'a.', 'JOIN t ', "'\nSELECT ", 'CREATE TRIGGER x BEGIN ; ']) {
      const text = piece.repeat(20_000 / piece.length);
      const document = parseSqlDocument(text);
      scopeAt(document, text.length, tables);
    }
    expect(processorMs() - started).toBeLessThan(5_000);
  }); // prettier-ignore
});
