import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import { sqlSemanticTokens } from './semanticTokens.ts';

const schema = readDdl('CREATE TABLE t (a, b); CREATE TABLE u (b, c, key)');

function coloured(text: string): string {
  return sqlSemanticTokens(parseSqlDocument(text), schema)
    .map(
      ({ start, end, type, isDefinition }) => `${text.slice(start, end)}=${type}${isDefinition ? '!' : ''}`,
    )
    .join(' ');
}

describe('semantic tokens of SQL', () => {
  it.each<[string, string]>([
    ['SELECT x.a AS n FROM t x', 'SELECT=keyword x=alias a=column AS=keyword n=alias! FROM=keyword t=table x=alias!'],
    ['select count(*), key from u', 'select=keyword count=function key=column from=keyword u=table'],
    ["SELECT replace(a, 'x', :p), ?1 FROM t", "SELECT=keyword replace=function a=column 'x'=string :p=parameter ?1=parameter FROM=keyword t=table"],
    ['SELECT "a", "no", [b], true FROM t', 'SELECT=keyword "a"=column "no"=string [b]=column true=keyword FROM=keyword t=table'],
    ['WITH w(p) AS (SELECT 1) SELECT p FROM w', 'WITH=keyword w=table! p=column! AS=keyword SELECT=keyword SELECT=keyword p=column FROM=keyword w=table'],
    ['SELECT q FROM t, nowhere', 'SELECT=keyword q=column FROM=keyword t=table'],
    ['SELECT value FROM t, json_each(t.a)', 'SELECT=keyword value=column FROM=keyword t=table json_each=function t=table a=column'],
    ['CREATE VIEW v AS SELECT 1', 'CREATE=keyword VIEW=keyword v=table! AS=keyword SELECT=keyword'],
    ["SELECT 'one\ntwo' -- c", "SELECT=keyword 'one=string two'=string"],
    ['SELECT 1;\nUPDATE t SET a = 2', 'SELECT=keyword UPDATE=keyword t=table SET=keyword a=column'],
    ['SELECT b FROM t NATURAL JOIN u', 'SELECT=keyword b=column FROM=keyword t=table NATURAL=keyword JOIN=keyword u=table'],
  ])('%j', (text, expected) => {
    expect(coloured(text)).toBe(expected);
  }); // prettier-ignore

  it('keep to the statements of a range', () => {
    const document = parseSqlDocument('SELECT 1;\nSELECT 2;\nSELECT 3');
    expect(sqlSemanticTokens(document, schema, { start: 12, end: 13 }).map(({ start }) => start)).toEqual([
      10,
    ]);
  });

  it('of any text are apart, in order and on one line each', () => {
    fc.assert(
      fc.property(anySql, (text) => {
        let before = 0;
        for (const { start, end } of sqlSemanticTokens(parseSqlDocument(text), schema)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(text.slice(start, end)).toMatch(/^[^\r\n]+$/u);
          before = end;
        }
      }),
      { numRuns: 500 },
    );
  });
});
