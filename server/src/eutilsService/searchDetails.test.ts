import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchDetails } from './searchDetails.ts';

describe('the translation of a query', () => {
  it.each([
    ['(a[ti] AND b[ti])', 'a[ti] AND b[ti]'],
    ['(a[ti]) AND (b[ti])', '(a[ti]) AND (b[ti])'],
    ['((a[ti] OR b[ti]) AND c[ti])', '(a[ti] OR b[ti]) AND c[ti]'],
    ['("a)"[ti] OR "(b"[ti])', '"a)"[ti] OR "(b"[ti]'],
    ['("a)"[ti]) OR ("(b"[ti])', '("a)"[ti]) OR ("(b"[ti])'],
    ['("a AND b)', '"a AND b'],
    ['(a AND 2025/09/27:2025/11/26[edat])', 'a AND 2025/09/27:2025/11/26[Date - Entry]'],
    ['2010:2016[dp]', '2010:2016[Date - Publication]'],
    ['"2010/01" : "2016"[crdt]', '2010/01:2016[Date - Create]'],
    ['1000:2000[uid]', '1000:2000[uid]'],
    ['2010[dp]', '2010[dp]'],
    ['', ''],
    ['()', ''],
  ])('%s is %s', (written, expected) => expect(searchDetails(written)).toBe(expected));

  it('loses nothing but parentheses around it', () => {
    const piece = fc.constantFrom('(', ')', 'a', ' AND ', '"', '[ti]');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect([text, text.slice(1, -1)]).toContain(searchDetails(text));
      }),
    );
  });
});
