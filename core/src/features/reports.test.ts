import { describe, expect, it } from 'vitest';
import type { Facets, Overlap } from '../search/index.ts';
import { facetsReport } from './facetsReport.ts';
import { overlapReport } from './overlapReport.ts';

const provenance = {
  engine: 'library:x',
  label: 'citation library a.sqlite, 400 records',
  at: '2026-08-14T13:05:00Z',
};
const none = { covered: 0, libraryCovered: 0, distinct: 0, values: [], typical: [] };
const heading = { name: 'Accidental Falls', count: 3, library: 6, lift: 12.4, major: 2, libraryMajor: 4 };

const facets: Facets = {
  count: 8,
  library: 400,
  years: {
    counts: [2, 0, 5].map((count, i) => ({ year: 2010 + i, count, library: 100 })),
    undated: 1,
    libraryUndated: 10,
  },
  headings: { covered: 4, libraryCovered: 200, distinct: 9, values: [heading], typical: [heading] },
  publicationTypes: none,
  journals: {
    ...none,
    covered: 8,
    distinct: 1,
    values: [{ name: 'J | K <b>', count: 8, library: 80, lift: 5 }],
  },
  languages: none,
  warnings: [{ code: 'x', message: 'Mind [this].' }],
  provenance,
};

describe('the report on the records of a line', () => {
  const report = facetsReport('Records of line #4', '`falls[tiab]`', facets);
  it.each([
    '# Records of line \\#4\n\n`falls[tiab]`',
    '**8 records** of 400 (2 %). *Measured in citation library a.sqlite, 400 records, 2026-08-14 13:05 UTC. Counts in a library do not carry over to PubMed.*',
    '⚠ Mind \\[this\\].',
    '2010  2  ████████████████\n2011  0\n2012  5  ████████████████████████████████████████',
    '1 record without a date.',
    '4 records of 8 have any; shares are of those.',
    '| Accidental Falls | 3 | 75 % | 2 | 6 | 12 |',
    '… and 8 more.',
    '| J \\| K &lt;b> | 8 | 100 % | 80 | 5.0 |',
    '## Publication types\n\nNone of the records found has any.',
  ])('says %j', (text) => expect(report).toContain(text));

  it('of nothing says where nothing was found, and no more', () => {
    const empty = facetsReport('Records', '`x`', { ...facets, count: 0 });
    expect(empty).toContain('**0 records** of 400');
    expect(empty).not.toContain('##');
  });
});

describe('the report on what lines have in common', () => {
  const overlap: Overlap = {
    queries: [
      { count: 10, seeds: ['1', '2'] },
      { count: 6, seeds: ['2'] },
    ],
    union: 12,
    parts: [
      { foundBy: [0], count: 6, seeds: ['1'] },
      { foundBy: [1], count: 2, seeds: [] },
      { foundBy: [0, 1], count: 4, seeds: ['2'] },
    ],
    pairs: [{ first: 0, second: 1, both: 4, onlyFirst: 6, onlySecond: 2, jaccard: 1 / 3 }],
    missed: ['3'],
    warnings: [],
    provenance,
  };
  const lines = ['#1', '#2'].map((name) => ({ name, query: '`q`' }));
  it.each([
    '# \\#1 and \\#2 compared',
    '**\\#1** 10 records, 2 of 3 seeds',
    'only #1     6  ████████████████████████████████████████\nonly #2     2  █████████████▍\nboth #1 and #2',
    'At least one finds 12 records.',
    'both find 4, 33 % (Jaccard 0.33)',
    '- only \\#1: [1]',
    '- found by none: [3]',
  ])('says %j', (text) =>
    expect(overlapReport(lines, overlap).replace(/ {2,}(?=\d+ {2}█)/g, '     ')).toContain(text),
  );

  it('without seeds does not speak of them', () => {
    const without = {
      ...overlap,
      missed: [],
      parts: overlap.parts.map((part) => ({ ...part, seeds: [] })),
    };
    expect(overlapReport(lines, without)).not.toMatch(/seed/i);
  });
});
