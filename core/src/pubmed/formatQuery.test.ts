import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatQuery } from './formatQuery.ts';
import { parseQuery } from './parser.ts';
import { queryKey } from './printQuery.ts';
import { queryText } from './testQueries.ts';

it.each([
  ['cancer [tiab]  or  ( “heart attack” [ti]and x )', 'cancer[tiab] OR ("heart attack"[ti] AND x)'],
  ['a[ti]|b[ti] // why\n  & c[ti]   ', 'a[ti] OR b[ti] // why\n  AND c[ti]'],
  ['(a OR b)AND(c OR d)', '(a OR b) AND (c OR d)'],
  ['2010:2015[dp]', '2010:2015[dp]'],
  ['"2020"[dp]   :  "3000"[dp]', '"2020"[dp] : "3000"[dp]'],
  ['heart   attack [tiab :~2]', 'heart attack[tiab:~2]'],
  ['"a*"* OR "Neoplasms"/therapy[mh]', '"a*"* OR "Neoplasms"/therapy[mh]'],
  ['', ''],
])('tidies %j', (text, expected) => {
  expect(formatQuery(text)).toBe(expected);
});

const keyOf = (text: string): string => {
  const { root } = parseQuery(text);
  return root === undefined ? '' : queryKey(root, new Map());
};

it('is idempotent and keeps meaning and comments, whatever the text', () => {
  fc.assert(
    fc.property(queryText, (text) => {
      const formatted = formatQuery(text);
      expect(formatQuery(formatted)).toBe(formatted);
      expect(keyOf(formatted)).toBe(keyOf(text));
      const comments = (of: string) =>
        parseQuery(of)
          .tokens.filter((t) => t.kind === 'comment')
          .map((t) => of.slice(t.start, t.end));
      expect(comments(formatted)).toEqual(comments(text));
    }),
    { numRuns: 2000 },
  );
});
