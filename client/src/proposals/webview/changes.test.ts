import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween } from './changes.ts';

const shown = (before: string, after: string): string =>
  (changesBetween(before, after)?.stretches ?? [])
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'new' ? `{+${text}+}` : `{-${text}-}`))
    .join('');

describe('what changes in a query', () => {
  it.each([
    ['a[tiab] OR b[tiab]', 'a[tiab] OR b[tiab]', 'a[tiab] OR b[tiab]'],
    ['a[tiab] OR b[tiab]', 'a[tiab] OR c[tiab] OR b[tiab]', 'a[tiab]{+ OR c[tiab]+} OR b[tiab]'],
    ['(a[tiab] OR "b c"[mh]) AND d', '(a[tiab]) AND d', '(a[tiab]){- OR "b c"[mh])-} AND d'],
    ['a AND b', '(a OR x) AND b', '(a{+ OR x)+} AND b'],
    ['', 'a[tiab]', '{+a[tiab]+}'],
  ])('%s to %s', (before, after, expected) => expect(shown(before, after)).toBe(expected));

  it('counts terms wherever they stand, and no operators or references', () => {
    const found = changesBetween('#1 AND (a[tiab] OR b[tiab])', '(B[tiab] OR c[tiab]) AND d[mh]');
    expect(found).toMatchObject({ added: 2, removed: 1, kept: 1 });
  });

  it('gives no comparison of texts that are too long to be read', () => {
    expect(changesBetween('a'.repeat(50_000), 'a')).toBeUndefined();
  });

  it('what is the same or new makes up the new query, whatever it is', () => {
    const words = fc.constantFrom(
      'a[tiab]',
      '"b c"[mh]',
      'OR',
      'AND',
      'NOT',
      '(',
      ')',
      '"',
      '#1',
      'ü',
      '[x',
      '*',
    );
    const query = fc.array(words, { maxLength: 14 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(query, query, (before, after) => {
        const { stretches } = changesBetween(before, after) ?? { stretches: [] };
        const now = stretches.filter(({ kind }) => kind !== 'gone').map(({ text }) => text);
        expect(now.join('')).toBe(after.trim());
      }),
    );
  });
});
