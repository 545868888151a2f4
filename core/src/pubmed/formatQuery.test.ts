import fc from 'fast-check';
import { expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
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

it.each([
  ['a OR b OR c', 9, 'a OR b OR\n  c'],
  ['a OR b OR c', 11, 'a OR b OR c'],
  ['(a OR b) AND (c OR d)', 14, '(a OR b) AND\n  (c OR d)'],
  ['(a OR b OR c) AND d', 9, '(a OR\n    b OR\n    c) AND\n  d'],
  ['aaaaaaaaaaaaa OR bbbbbbbbbbbbb', 5, 'aaaaaaaaaaaaa OR\n  bbbbbbbbbbbbb'],
  ['a OR b // a long comment that stays', 8, 'a OR b // a long comment that stays'],
  ['a OR // why\n  b OR c OR d', 7, 'a OR // why\n  b OR\n  c OR\n  d'],
  ['"a and\nb" OR c', 5, '"a and\nb" OR\n  c'],
])('breaks %j at %i', (text, lineWidth, expected) => {
  expect(formatQuery(text, { lineWidth })).toBe(expected);
});

it('counts the number in front, and breaks as the document does', () => {
  const options = { lineWidth: 8, column: 3, indent: 3, lineBreak: '\r\n' };
  expect(formatQuery('a OR b OR c', options)).toBe('a OR\r\n   b OR\r\n   c');
});

it.each([
  ['a[Title/Abstract] OR "b"[MeSH Terms : noexp]', 'a[tiab] OR "b"[mh:noexp]'],
  ['"a b"[Title:~2] OR x[sb] OR y[TIAB] OR z[nonsense]', '"a b"[ti:~2] OR x[sb] OR y[tiab] OR z[nonsense]'],
])('shortens the tags of %j', (text, expected) => {
  expect(formatQuery(text, { tags: 'short' })).toBe(expected);
});

it('wraps in linear time', () => {
  const long = 'aaaa OR '.repeat(125_000) + 'b';
  const start = processorMs();
  expect(formatQuery(long, { lineWidth: 80 }).split('\n').length).toBeGreaterThan(10_000);
  expect(processorMs() - start).toBeLessThan(15_000);
});

const keyOf = (text: string): string => {
  const { root } = parseQuery(text);
  return root === undefined ? '' : queryKey(root, new Map());
};

const options = fc.record({
  lineWidth: fc.constantFrom(0, 5, 10, 20, 80),
  tags: fc.constantFrom('keep' as const, 'short' as const),
  column: fc.nat(6),
});

it('is idempotent and keeps meaning and comments, whatever the text', () => {
  fc.assert(
    fc.property(queryText, options, (text, chosen) => {
      const formatted = formatQuery(text, chosen);
      expect(formatQuery(formatted, chosen)).toBe(formatted);
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
