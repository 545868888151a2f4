import { describe, expect, it } from 'vitest';
import { parseQuery } from './parser.ts';
import { partsOf } from './parts.ts';

/** Blocks in brackets with their operator; the text of all others. */
function shape(text: string): string {
  const { root } = parseQuery(text);
  if (root === undefined) return '';
  const parts = partsOf(root);
  const write = (at: number): string => {
    const part = parts[at];
    if (part === undefined) return '?';
    if (part.kind === 'leaf') return text.slice(part.range.start, part.range.end);
    return `${part.operator}[${part.children.map(write).join(', ')}]`;
  };
  return write(0);
}

describe('parts of a query', () => {
  it.each([
    ['a[ti]', 'a[ti]'],
    ['a[ti] OR b[ti]', 'OR[a[ti], b[ti]]'],
    ['a[ti] OR b[ti] AND c[ti]', 'AND[OR[a[ti], b[ti]], c[ti]]'],
    ['a[ti] AND b[ti] OR c[ti] OR d[ti]', 'OR[AND[a[ti], b[ti]], c[ti], d[ti]]'],
    ['a[ti] OR (b[ti] OR (c[ti])) OR d[ti]', 'OR[a[ti], b[ti], c[ti], d[ti]]'],
    ['(a[ti] AND b[ti]) AND (c[ti] OR d[ti])', 'AND[a[ti], b[ti], OR[c[ti], d[ti]]]'],
    ['a[ti] NOT b[ti] NOT (c[ti] NOT d[ti])', 'NOT[a[ti], b[ti], NOT[c[ti], d[ti]]]'],
    ['a[ti] NOT (b[ti] OR c[ti]) OR d[ti]', 'OR[NOT[a[ti], OR[b[ti], c[ti]]], d[ti]]'],
    ['#1 AND #2 NOT 2010:2015[dp]', 'NOT[AND[#1, #2], 2010:2015[dp]]'],
  ])('%s', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it('say where they stand and what they are to their neighbours', () => {
    const text = '(a[ti] OR b[ti]) NOT c[ti]';
    const { root } = parseQuery(text);
    const parts = root ? partsOf(root) : [];
    expect(parts.map(({ role, parent, depth }) => [role, parent, depth])).toEqual([
      ['ALONE', -1, 0],
      ['FROM', 0, 1],
      ['OR', 1, 2],
      ['OR', 1, 2],
      ['NOT', 0, 1],
    ]);
    expect(parts[1]?.range).toEqual({ start: 0, end: 16 });
  });

  it('of a chain that changes its operator ten thousand times exhaust no stack', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `a${i}[ti] ${i % 2 === 0 ? 'AND' : 'OR'}`).join(
      ' ',
    );
    const { root } = parseQuery(`${text} z[ti]`);
    expect(root && partsOf(root).length).toBe(20_001);
  });
});
