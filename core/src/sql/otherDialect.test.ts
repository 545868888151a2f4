import { describe, expect, it } from 'vitest';
import { parseSqlDocument } from './document.ts';
import { otherDialect } from './otherDialect.ts';

function sign(text: string): string | undefined {
  const range = otherDialect(parseSqlDocument(text));
  return range === undefined ? undefined : text.slice(range.start, range.end);
}

describe('statements of another system', () => {
  it.each([
    ['SELECT 1\nGO\nSELECT 2', 'GO'],
    ['SELECT TOP 10 name FROM t', 'SELECT TOP 10'],
    ['-- a\nDECLARE @n INT = 3;', 'DECLARE @n'],
    ['CREATE TABLE t (a INT AUTO_INCREMENT)', 'AUTO_INCREMENT'],
    ['CREATE TABLE t (a INT)\n  ENGINE=InnoDB;', 'ENGINE=InnoDB'],
    ['SELECT a::int FROM t', 'a::i'],
    ["SELECT 'x'\n;\n  CREATE OR REPLACE FUNCTION f() RETURNS int AS $$ SELECT 1 $$;", 'CREATE OR REPLACE FUNCTION'],
    ['\\c base\nSELECT 1;', '\\c'],
    ['select * from {{ ref("x") }}', '{{'],
    ['SELECT 1 FROM dual', 'FROM dual'],
    ['GRANT SELECT ON t TO me', 'GRANT S'],
  ])('%j by %j', (text, expected) => {
    expect(sign(text)).toBe(expected);
  }); // prettier-ignore
});

describe('what may be of SQLite', () => {
  it.each([
    "SELECT 'GO\nGO\n', '$$', 'a::int' -- {{ x }} GO",
    'SELECT go FROM t\nWHERE go = 1',
    'SELECT "top 10" FROM t /* \nGO\n */',
    'SELECT :name, @name, $name, ?1 FROM t',
    'CREATE TABLE serial (type TEXT, user TEXT, use TEXT)',
    'CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)',
    'SELECT engine FROM t WHERE engine == 3',
    'SELECT t.use, t.call FROM t',
    '',
  ])('%j', (text) => {
    expect(sign(text)).toBeUndefined();
  });
});
