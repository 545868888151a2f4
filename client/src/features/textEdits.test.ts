import { describe, expect, it } from 'vitest';
import { applied, offsetEdits } from './textEdits.ts';

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

describe('applied', () => {
  it('replaces places of the text as it was, whatever the order of the edits', () => {
    const edits = [
      { start: 4, end: 6, newText: '' },
      { start: 0, end: 1, newText: 'xyz' },
      { start: 3, end: 3, newText: '-' },
    ];
    expect(applied('abcdef', edits)).toBe('xyzbc-d');
  });

  it('writes several at one place one after the other', () => {
    const edits = [
      { start: 1, end: 1, newText: 'x' },
      { start: 1, end: 2, newText: 'y' },
    ];
    expect(applied('abc', edits)).toBe('axyc');
  });
});
