import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import { sqlSymbols } from './documentSymbols.ts';
import type { SqlOutlineSymbol } from './documentSymbols.ts';
import { sqlFolds } from './folding.ts';
import { testSchema } from './testing.ts';

describe('symbols', () => {
  /** `kind name: detail`, children behind `>`. */
  const worded = ({ kind, name, detail, children }: SqlOutlineSymbol): string =>
    `${kind} ${name}: ${detail}${children.length === 0 ? '' : ` > ${children.map(worded).join(' + ')}`}`;

  it.each<[string, readonly string[]]>([
    ['SELECT 1', ['query SELECT: SELECT 1']],
    ['select name\nfrom Dogs d join owners using (owner_id), dogs', ['query SELECT Dogs, owners: select name from Dogs d join owners using (owner_id), dogs']],
    ['-- Q: How many dogs?\nSELECT count(*) FROM Dogs;\nSELECT 2', ['query SELECT Dogs: How many dogs?', 'query SELECT: SELECT 2']],
    ['WITH w AS (SELECT age, name n, 1 + 1 FROM Dogs), v(p) AS (WITH i AS (SELECT 1) SELECT * FROM i) SELECT * FROM w', ['query SELECT Dogs: WITH w AS (SELECT age, name n, 1 + 1 FROM Dogs), v(p) AS (WITH i AS (SELECT 1) S… > commonTable w: age, n, 1 + 1 + commonTable v: p > commonTable i: 1']],
    ['INSERT INTO Dogs (name) SELECT name FROM Owners WHERE name IN (SELECT name FROM old)', ['write INSERT INTO Dogs: reads Owners, old']],
    ['REPLACE INTO Dogs (name) VALUES (1)', ['write REPLACE INTO Dogs: REPLACE INTO Dogs (name) VALUES (1)']],
    ['WITH w AS (SELECT 1) UPDATE Dogs SET age = 1', ['write UPDATE Dogs: WITH w AS (SELECT 1) UPDATE Dogs SET age = 1 > commonTable w: 1']],
    ['DELETE FROM Dogs WHERE owner_id IN (SELECT owner_id FROM Owners)', ['write DELETE FROM Dogs: reads Owners']],
    ['CREATE TEMP VIEW v AS SELECT age FROM Dogs', ['create CREATE VIEW v: reads Dogs']],
    ['CREATE UNIQUE INDEX i ON Dogs (age)', ['create CREATE INDEX i: CREATE UNIQUE INDEX i ON Dogs (age)']],
    ['CREATE TABLE n (a INT)', ['create CREATE TABLE n: CREATE TABLE n (a INT)']],
    ['VALUES (1), (2)', ['query VALUES: VALUES (1), (2)']],
    ['PRAGMA table_info(x)', ['other PRAGMA: PRAGMA table_info(x)']],
    ['DROP TABLE Dogs', ['other DROP TABLE Dogs: DROP TABLE Dogs']],
    ['-- nothing\n;', []],
  ])('%s', (text, expected) => {
    expect(sqlSymbols(parseSqlDocument(text), testSchema).map(worded)).toEqual(expected);
  }); // prettier-ignore
});

describe('folds', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT 1;\nSELECT 2', []],
    ['SELECT 1,\n2;\n\nSELECT\n3', ['statement 1-2', 'statement 4-5']],
    ['WITH w AS (\nSELECT 1\n),\nv AS (\nSELECT 2\n)\nSELECT 1', ['statement 1-7', 'commonTable 4-6']],
    ['SELECT a\nFROM (\n  SELECT 1\n)\nWHERE a IN (\n1,\n2)', ['statement 1-7', 'subquery 2-4', 'list 5-7']],
    ['SELECT\nCASE a\nWHEN 1 THEN CASE\nWHEN 2 THEN 3 END\nELSE 2 END\nFROM t', ['statement 1-6', 'case 2-5', 'case 3-4']],
    ['SELECT\nCASE a\nWHEN (1 THEN 2 \nEND\nFROM t', ['statement 1-5']],
    ['CREATE TABLE t\n(\na INT,\nb INT\n)', ['statement 1-5', 'list 2-5']],
    ['-- a\n-- b\nSELECT 1 -- c\n-- d\n\n/* e\nf */', ['comment 1-2', 'comment 6-7']],
    ['CREATE TRIGGER g AFTER INSERT ON t\nBEGIN\nSELECT 1;\nEND;\nSELECT\n1', ['statement 1-4', 'statement 5-6']],
    ["SELECT '(\n)'\n", ['statement 1-2']],
  ])('%j', (text, expected) => {
    const line = (offset: number): number => text.slice(0, offset).split('\n').length;
    const folds = sqlFolds(parseSqlDocument(text)).map(({ kind, start, end }) => `${kind} ${line(start)}-${line(end)}`);
    expect(folds).toEqual(expected);
  }); // prettier-ignore
});

it('outline and folds of any text are nested and in the text', () => {
  const check = (
    within: { readonly start: number; readonly end: number },
    symbol: SqlOutlineSymbol,
  ): void => {
    const { range, selectionRange, children, name } = symbol;
    expect(within.start <= range.start && range.end <= within.end).toBe(true);
    expect(range.start <= selectionRange.start && selectionRange.end <= range.end).toBe(true);
    expect(name).not.toBe('');
    for (const child of children) check(range, child);
  };
  fc.assert(
    fc.property(anySql, (text) => {
      const document = parseSqlDocument(text);
      for (const symbol of sqlSymbols(document, testSchema)) check({ start: 0, end: text.length }, symbol);
      const open: number[] = [];
      for (const { start, end, kind } of sqlFolds(document)) {
        expect(text.slice(start, end)).toContain('\n');
        if (kind === 'comment') continue;
        while ((open.at(-1) ?? text.length) <= start) open.pop();
        expect(end).toBeLessThanOrEqual(open.at(-1) ?? text.length);
        open.push(end);
      }
    }),
    { numRuns: 500 },
  );
});
