import fc from 'fast-check';
import { parseQuery } from '@querent/core/pubmed';
import { describe, expect, it } from 'vitest';
import { shorterQueries } from './shorterQueries.ts';

describe('shorter queries', () => {
  it('keep every concept and the first alternatives', () => {
    const query = '(a[tiab] OR b[tiab] OR c[tiab]) AND ("D"[mh] OR e[tiab])';
    expect(shorterQueries(query)).toEqual([
      query,
      '(a[tiab] OR b[tiab]) AND ("D"[mh] OR e[tiab])',
      'a[tiab] AND "D"[mh]',
    ]);
  });

  it.each([
    ['a[tiab]', ['a[tiab]']],
    ['a[tiab] NOT b[tiab]', ['a[tiab] NOT b[tiab]']],
    ['(a[tiab]', ['(a[tiab]']],
    ['(x[ti] AND (a[ti] OR b[ti])) OR c[ti]', ['(x[ti] AND (a[ti] OR b[ti])) OR c[ti]', 'x[ti] AND a[ti]']],
  ])('of %s', (query, expected) => {
    expect(shorterQueries(query)).toEqual(expected);
  });

  it('can be read, and get no longer', () => {
    const word = fc.stringMatching(/^[a-z]{2,6}$/u).map((text) => `${text}x[tiab]`);
    const group = fc.array(word, { minLength: 1, maxLength: 20 }).map((words) => `(${words.join(' OR ')})`);
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 5 }), (groups) => {
        const all = shorterQueries(groups.join(' AND '));
        for (const [i, each] of all.entries()) {
          expect(parseQuery(each).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
          if (i > 0) expect(each.length).toBeLessThanOrEqual(all[i - 1]?.length ?? 0);
        }
      }),
    );
  });
});
