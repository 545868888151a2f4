import { describe, expect, it } from 'vitest';
import { partsOf } from '../pubmed/index.ts';
import type { Facet, Facets, LineContributions, PartContribution } from '../search/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { describedAt, hover } from './hover.ts';
import type { Insights } from './insights.ts';
import { always, marked, measurement } from './testing.ts';

const provenance = {
  engine: 'library:x',
  label: 'citation library a.sqlite, 5,000 records',
  at: '2026-08-14T13:05:00Z',
};

const nothing: PartContribution = {
  count: 10,
  only: 0,
  excluded: 0,
  seeds: 0,
  onlySeeds: [],
  lostSeeds: [],
  redundant: false,
  sparse: false,
  ofWhole: { only: 0, excluded: 0, lostSeeds: [] },
};

const facet = (values: readonly (readonly [string, number])[], covered = 10): Facet => ({
  covered,
  libraryCovered: 1000,
  distinct: values.length,
  values: values.map(([name, count]) => ({ name, count, library: count * 10, lift: 1 })),
  typical: [],
});

const facets: Facets = {
  count: 10,
  library: 5000,
  years: {
    counts: [1, 0, 4].map((count, i) => ({ year: 2010 + i, count, library: 100 })),
    undated: 5,
    libraryUndated: 10,
  },
  headings: {
    ...facet([['Humans', 4]], 4),
    typical: facet(
      [
        ['Accidental Falls', 3],
        ['*Odd', 2],
      ],
      4,
    ).values,
  },
  publicationTypes: facet([['Review', 5]]),
  journals: facet([]),
  languages: facet([]),
  warnings: [],
  provenance,
};

/** Contributions by the text of a part; all others contribute nothing. */
function insights(
  document: StrategyDocument,
  of: Readonly<Record<string, Partial<PartContribution>>>,
): Insights {
  const numbersOf = (label: string): LineContributions => {
    const root = document.line(label)?.query.root;
    const parts = root ? partsOf(root) : [];
    return {
      key: label,
      count: 10,
      seeds: 0,
      parts: parts.map(({ range }) => ({ ...nothing, ...of[document.text.slice(range.start, range.end)] })),
    };
  };
  return {
    line: (label) => ({ numbers: numbersOf(label), isOfStrategy: true, provenance }),
    facets: () => facets,
  };
}

function at(source: string, of: Readonly<Record<string, Partial<PartContribution>>> = {}): string {
  const { document, offset } = marked(source);
  const view = { kind: 'done', measurement: measurement(1204, ['11'], ['13']) } as const;
  return (
    hover(document, offset, { measurements: always(view), insights: insights(document, of) })?.markdown ?? ''
  );
}

describe('hovers tell what was found out about the records', () => {
  it.each([
    [
      'a term that adds records and seeds',
      '#1 aa[ti] OR b¦b[ti]\n#2 #1 AND cc[ti]',
      { 'bb[ti]': { only: 4, onlySeeds: ['77'], ofWhole: { only: 2, excluded: 0, lostSeeds: [] } } },
      [
        'Adds **4 records** that nothing else in #1 finds',
        'Only it finds the seed [77]',
        'would lose 2 records without it',
      ],
    ],
    ['a term that adds nothing', '#1 aa[ti] OR b¦b[ti]', {}, ['Adds nothing: other terms of #1']],
    [
      'a term in parentheses',
      '(aa[ti] OR b¦b[ti]) AND cc[ti]',
      { 'bb[ti]': { only: 1 } },
      ['nothing else in this block of the query finds'],
    ],
    [
      'a reference',
      '#1 aa[ti]\n#2 bb[ti]\n#3 #1 AND #¦2',
      { '#2': { excluded: 30, ofWhole: { only: 0, excluded: 1, lostSeeds: ['5', '6'] } } },
      [
        '**Line #2**',
        'Without it, #3 would find **30 records** more',
        'It loses **2 seeds** that all other blocks find',
      ],
    ],
    [
      'the number of a line that another one uses',
      '#1 aa[ti]\n#¦2 bb[ti] OR cc[ti]\n#3 #1 AND #2',
      { '#2': { excluded: 30 } },
      [
        'would find **30 records** more',
        '▃▁█ 2010–2012 · Review 50 %',
        'Typical headings: Accidental Falls 75 %, \\*Odd 50 % (40 % of the records have any)',
      ],
    ],
    [
      'an exclusion',
      'aa[ti] NOT b¦b[ti]',
      { 'bb[ti]': { excluded: 3, ofWhole: { only: 0, excluded: 1, lostSeeds: ['9'] } } },
      ['Removes **3 records** from the query', 'Among them the seed [9]'],
    ],
    [
      'a block that leaves out nothing',
      '(aa[ti] OR bb[ti]) AND c¦c[ti]',
      {},
      ['Leaves out nothing: the query finds the same'],
    ],
    [
      'an operator',
      '(aa[ti] O¦R bb[ti]) AND cc[ti]',
      { '(aa[ti] OR bb[ti])': { excluded: 8 } },
      ['Without it, the query would find **8 records** more', '▃▁█'],
    ],
  ] as const)('%s', (_, source, of, expected) => {
    const markdown = at(source, of);
    for (const part of expected) expect(markdown).toContain(part);
    // Where and when comes last, once.
    expect(markdown).toMatch(/\*Measured in [^*]*\*$/);
  });

  it('but not of what is not measured, or has other parts by now', () => {
    const { document, offset } = marked('#1 aa[ti] OR b¦b[ti]');
    const view = { kind: 'done', measurement: measurement(3) } as const;
    const stale: Insights = {
      line: () => ({
        numbers: { key: '', count: 1, seeds: 0, parts: [nothing] },
        isOfStrategy: true,
        provenance,
      }),
      facets: () => undefined,
    };
    const markdown = hover(document, offset, { measurements: always(view), insights: stale })?.markdown ?? '';
    expect(markdown).not.toMatch(/Adds/);
    const none = { ...stale, line: () => undefined };
    expect(hover(document, offset, { measurements: always(view), insights: none })?.markdown).toBe(markdown);
  });

  it('describe blocks and lines, not single terms', () => {
    const described = (source: string): string | undefined => {
      const { document, offset } = marked(source);
      return describedAt(document, offset)?.root.kind;
    };
    expect(described('#1 a¦a[ti] OR bb[ti]')).toBeUndefined();
    expect(described('#1 aa[ti] O¦R bb[ti]')).toBe('chain');
    expect(described('#1¦ aa[ti] OR bb[ti]')).toBe('chain');
    expect(described('#1 aa[ti]\n#2 #1¦ AND bb[ti]')).toBe('term');
  });
});
