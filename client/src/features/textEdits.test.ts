import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applied, movedBehind, offsetEdits, type OffsetEdit } from './textEdits.ts';

const at = (line: number, character: number): { line: number; character: number } => ({ line, character });

describe('offsetEdits', () => {
  it.each([
    ['\n', 'ab\ncd\n', 4],
    ['\r\n', 'ab\r\ncd\r\n', 5],
    ['\r', 'ab\rcd', 4],
  ])('counts lines that end with %j', (_, text, expected) => {
    const edit = { range: { start: at(1, 1), end: at(1, 2) }, newText: 'x' };
    expect(offsetEdits(text, [edit])).toEqual([{ start: expected, end: expected + 1, newText: 'x' }]);
  });

  it('takes places beyond a line or the text as their ends', () => {
    const edit = { range: { start: at(0, 99), end: at(9, 0) }, newText: '' };
    expect(offsetEdits('ab\ncd', [edit])).toEqual([{ start: 3, end: 5, newText: '' }]);
  });
});

/** Disjoint edits of one text, two lists of them. */
const twoLists = fc
  .tuple(
    fc.string({ maxLength: 60 }),
    fc.array(fc.tuple(fc.nat(60), fc.nat(60), fc.string({ maxLength: 5 }), fc.boolean()), { maxLength: 6 }),
  )
  .map(([text, raw]) => {
    const first: OffsetEdit[] = [];
    const second: OffsetEdit[] = [];
    let free = 0;
    for (const [a, b, newText, isFirst] of raw.sort(([a], [b]) => a - b)) {
      const start = Math.max(free, Math.min(a, text.length));
      const end = Math.min(text.length, start + (b % 7));
      if (start > text.length) break;
      (isFirst ? first : second).push({ start, end, newText });
      free = end + 1;
    }
    return { text, first, second };
  });

describe('movedBehind', () => {
  it('gives the same text in either order, and as applying both at once', () => {
    fc.assert(
      fc.property(twoLists, ({ text, first, second }) => {
        const both = applied(text, [...first, ...second]);
        const after = movedBehind(second, first);
        expect(after).toBeDefined();
        expect(applied(applied(text, first), after ?? [])).toBe(both);
      }),
    );
  });

  it.each([
    ['the same place', { start: 2, end: 2 }, { start: 2, end: 2 }],
    ['overlapping places', { start: 2, end: 5 }, { start: 4, end: 6 }],
    ['a place within the other', { start: 2, end: 6 }, { start: 3, end: 3 }],
    ['one that starts where the other does', { start: 2, end: 4 }, { start: 2, end: 2 }],
  ])('refuses %s', (_, one, other) => {
    const edits = [{ ...one, newText: 'x' }];
    const done = [{ ...other, newText: 'y' }];
    expect(movedBehind(edits, done)).toBeUndefined();
    expect(movedBehind(done, edits)).toBeUndefined();
  });
});
