import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import {
  isOrdered,
  longestStatement,
  meaningful,
  readingStatement,
  scanSql,
  selectParts,
  unquoted,
} from './index.ts';

const pieces = [
  ...['SELECT', 'from', "'it''s'", "'open", '"a ""b"""', '`c`', '[d e]', '[f', '--x\n', '/* y */', '/*', '*/', "x'0F'", 'X'],
  ...['1', '1.5e-3', '.5', '0x1F', '1_000', '?1', ':name', '@v', '$p', '(', ')', ',', ';', '||', '->>', '<>', '!', '\\', '\0', 'é', '😀', '\ud800'],
]; // prettier-ignore

describe('scanning', () => {
  it('covers any text without gaps', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...pieces, ' ')).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (sql) => {
        const tokens = scanSql(sql);
        expect(tokens.map((token) => token.text).join('')).toBe(sql);
        tokens.forEach(({ start, end, text: piece }, i) => {
          expect(start).toBe(tokens[i - 1]?.end ?? 0);
          expect(sql.slice(start, end)).toBe(piece);
        });
      }),
    );
  });

  it.each<[string, string]>([
    ["SELECT 'it''s' -- 'no'\n, \"a\"", "word:SELECT string:'it''s' symbol:, quoted:\"a\""],
    ['a/*--*/b', 'word:a word:b'],
    ["x'00' xy'z'", "blob:x'00' word:xy string:'z'"],
    ['[a b].`c`', 'quoted:[a b] symbol:. quoted:`c`'],
    ['1.5e3+.5-0xFF', 'number:1.5e3 symbol:+ number:.5 symbol:- number:0xFF'],
    ['a->>b||?1', 'word:a symbol:->> word:b symbol:|| variable:?1'],
    ['größe=:n', 'word:größe symbol:= variable::n'],
  ])('%s', (sql, tokens) => {
    expect(meaningful(scanSql(sql)).map(({ kind, text }) => `${kind}:${text}`).join(' ')).toBe(tokens);
  }); // prettier-ignore

  it.each<[string, boolean, string]>([
    ["'it''s'", true, "it's"],
    ["'it''", false, "it'"],
    ["'", false, ''],
    ['"a""b"', true, 'a"b'],
    ['[a]', true, 'a'],
    ['[a', false, 'a'],
    ['``', true, ''],
  ])('%s is closed: %s', (sql, isClosed, inner) => {
    const [token, ...others] = scanSql(sql);
    if (token === undefined) throw new Error('no token');
    expect(others).toEqual([]);
    expect(token.isClosed).toBe(isClosed);
    expect(unquoted(token)).toBe(inner);
  });

  it('is quick with what is never closed', () => {
    const started = processorMs();
    for (const piece of ["'", '"', '/*', '[', '(', '--', "''", '1e', '$'])
      scanSql(piece.repeat(100_000 / piece.length));
    expect(processorMs() - started).toBeLessThan(2_000);
  });
});

describe('statements that only read', () => {
  it.each<[string, string]>([
    ['SELECT 1', 'SELECT 1'],
    [' select 1 ; ; -- end', ' select 1'],
    ['/* a; b */ WITH x AS (SELECT 1) SELECT * FROM x;', '/* a; b */ WITH x AS (SELECT 1) SELECT * FROM x'],
    ['VALUES (1), (2)', 'VALUES (1), (2)'],
    ["SELECT ';' FROM t", "SELECT ';' FROM t"],
    ["WITH x AS (SELECT 'DELETE') SELECT replace(a, 'b', 'c') FROM x", "WITH x AS (SELECT 'DELETE') SELECT replace(a, 'b', 'c') FROM x"],
  ])('%s', (sql, statement) => {
    expect(readingStatement(sql)).toEqual({ statement });
  }); // prettier-ignore

  it.each<[string, 'syntax' | 'refused', RegExp]>([
    ['', 'syntax', /no statement/u],
    [' -- SELECT 1', 'syntax', /no statement/u],
    [';', 'syntax', /no statement/u],
    ['SELEC 1', 'syntax', /near "SELEC": syntax error/u],
    ['"SELECT" 1', 'syntax', /near/u],
    ['(SELECT 1)', 'syntax', /near "\("/u],
    ['DELETE FROM t', 'refused', /^DELETE is not run here/u],
    ['/**/ drop table t', 'refused', /^DROP/u],
    ["ATTACH 'x.db' AS x", 'refused', /^ATTACH/u],
    ['PRAGMA writable_schema = 1', 'refused', /^PRAGMA/u],
    ['explain select 1', 'refused', /^EXPLAIN/u],
    ['SELECT 1; SELECT 2', 'refused', /more than one/u],
    ['SELECT 1; -- two\n DROP TABLE t', 'refused', /more than one/u],
    ["SELECT '1' /* ; */; /* hidden */ DELETE FROM t", 'refused', /more than one/u],
    ['WITH x AS (SELECT 1) DELETE FROM t', 'refused', /^DELETE is not run here, not behind WITH/u],
    ['with x as (select 1) insert into t select * from x', 'refused', /^INSERT/u],
    ["SELECT $a('); DELETE FROM t; --')", 'refused', /more than one/u],
    ["WITH x AS (SELECT @a::b(')) DELETE FROM t; --')", 'refused', /^DELETE/u],
    ['SELECT * FROM pragma_table_info(1)', 'refused', /settings/u],
    ["SELECT * FROM 'pragma_user_version'", 'refused', /settings/u],
    ['SELECT * FROM "pragma_user_version"', 'refused', /settings/u],
    ['SELECT 1\0; DROP TABLE t', 'refused', /NUL/u],
  ])('%j is not run', (sql, code, message) => {
    expect(readingStatement(sql)).toEqual({ code, message: expect.stringMatching(message) as string });
  }); // prettier-ignore
});

it('longer statements than anybody writes are not run', () => {
  const sql = `SELECT ${'1+'.repeat(longestStatement / 2)}1`;
  expect(readingStatement(sql)).toMatchObject({
    code: 'refused',
    message: 'The statement is longer than 100,000 characters.',
  });
});

describe('order', () => {
  it.each<[string, boolean]>([
    ['SELECT a FROM t ORDER BY a', true],
    ['select a from t order /* by? */ by a limit 3', true],
    ['SELECT a FROM t UNION SELECT b FROM u ORDER BY 1', true],
    ['SELECT a FROM (SELECT a FROM t ORDER BY a)', false],
    ['SELECT row_number() OVER (ORDER BY a) FROM t', false],
    ["SELECT 'ORDER BY a' FROM t -- ORDER BY a", false],
    ['WITH x AS (SELECT a FROM t ORDER BY a) SELECT * FROM x', false],
    ['SELECT "order" FROM t', false],
    ['SELECT a FROM t WHERE b = ")" ORDER BY a', true],
  ])('%s', (sql, expected) => {
    expect(isOrdered(sql)).toBe(expected);
  });
});

describe('selects of a statement', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT a, b FROM t WHERE c', ['0 select from [a , b] where [c]']],
    ["SELECT 'x' UNION SELECT b FROM t", ["0 select ['x']", '0 select from [b]']],
    ['VALUES (1), (2)', ['0 values [( 1 ) , ( 2 )]']],
    ['SELECT (SELECT 1), 2', ['0 select [( SELECT 1 ) , 2]', '1 select [1]']],
    ['SELECT a FROM (SELECT b FROM t WHERE d) WHERE e LIMIT 1', [
      '0 select from [a] where [e]',
      '1 select from [b] where [d]',
    ]],
    ['WITH x AS (VALUES (7)) SELECT * FROM x', ['1 values [( 7 )]', '0 select from [*]']],
  ])('%s', (sql, parts) => {
    expect(
      selectParts(sql).map(({ kind, depth, hasFrom, list, condition }) => {
        const text = (tokens: typeof list): string => `[${tokens.map((token) => token.text).join(' ')}]`;
        return `${depth} ${kind}${hasFrom ? ' from' : ''} ${text(list)}${condition === undefined ? '' : ` where ${text(condition)}`}`;
      }),
    ).toEqual(parts);
  }); // prettier-ignore
});
