import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import { contains, touches } from '../../text/index.ts';
import { sqlSelectionRanges } from './selectionRange.ts';
import { marked } from './testing.ts';

function taken(text: string): readonly string[] {
  const [document, offset] = marked(text);
  return sqlSelectionRanges(document, offset).map(({ start, end }) => document.text.slice(start, end));
}

describe('expanding the selection in SQL', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT d.na|me FROM Dogs d', ['name', 'd.name', 'SELECT d.name', 'SELECT d.name FROM Dogs d']],
    ['SELECT max(a|ge) FROM Dogs', ['age', '(age)', 'max(age)', 'SELECT max(age)', 'SELECT max(age) FROM Dogs']],
    [
      "SELECT 1 FROM t WHERE a IN (SELECT b FROM u WHERE c = 'x|y')",
      ['xy', "'xy'", "c = 'xy'", "WHERE c = 'xy'", "SELECT b FROM u WHERE c = 'xy'", "(SELECT b FROM u WHERE c = 'xy')",
       "a IN (SELECT b FROM u WHERE c = 'xy')", "WHERE a IN (SELECT b FROM u WHERE c = 'xy')", "SELECT 1 FROM t WHERE a IN (SELECT b FROM u WHERE c = 'xy')"],
    ],
    ['-- Q: how many?\nSEL|ECT 1;\nSELECT 2', ['SELECT', 'SELECT 1', 'SELECT 1;', '-- Q: how many?\nSELECT 1;', '-- Q: how many?\nSELECT 1;\nSELECT 2']],
    ['-- no|te\n\nSELECT 1', ['-- note', '-- note\n\nSELECT 1']],
    ['|', ['']],
  ])('%j', (text, expected) => {
    expect(taken(text)).toEqual(expected);
  }); // prettier-ignore

  it('of any text is nested, never empty, and ends with the document', () => {
    fc.assert(
      fc.property(anySql, fc.nat(), (text, n) => {
        const document = parseSqlDocument(text);
        const offset = n % (text.length + 1);
        const ranges = sqlSelectionRanges(document, offset);
        expect(ranges.at(-1)).toEqual({ start: 0, end: text.length });
        ranges.forEach((range, i) => {
          expect(touches(range, offset)).toBe(true);
          const wider = ranges[i + 1];
          if (wider !== undefined) expect(contains(wider, range) && wider.end - wider.start > range.end - range.start).toBe(true);
        });
      }),
    );
  }); // prettier-ignore
});
