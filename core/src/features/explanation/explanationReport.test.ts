import { describe, expect, it } from 'vitest';
import { measurement } from '../testing.ts';
import type { Explanation } from './explanation.ts';
import { explanationReport } from './explanationReport.ts';

const explanation: Explanation = {
  title: 'Line #3 explained',
  query: '#1 NOT #2',
  measurement: measurement(10, ['1'], ['2', '3']),
  faults: ['It misses 2 of 3 known relevant records.'],
  blocks: [
    {
      name: 'a | <img src=x>',
      query: 'a`b[ti]',
      label: '1',
      count: 1204,
      seeds: 1,
      seedsLost: ['2'],
      terms: [
        { text: 'a|`b[ti]', count: 5, adds: 0, seeds: 1, seedsAdded: 0 },
        { text: 'c[ti]', problem: 'It was [not](command:x) asked.' },
      ],
    },
    { name: 'rats', query: 'rats[ti]', isExcluded: true, seedsLost: [], terms: [] },
  ],
  missed: [{ id: '2', title: '<b>Title</b>', why: 'No block finds it.' }],
  findings: [
    { rule: 'x', message: 'A hint.', severity: 'hint', press: 'PRESS 2: operators' },
    { rule: 'y', message: 'An error.', severity: 'error', place: 'line #1' },
  ],
  notes: ['The file of seeds could not be read.'],
};

describe('an explanation as a document', () => {
  const text = explanationReport(explanation);

  it('tells numbers, blocks, terms, seeds and rules', () => {
    for (const part of [
      '**10 records**, **1 of 3 seeds** (33 %)',
      '⚠ The file of seeds could not be read.',
      '- It misses 2 of 3 known relevant records.',
      'found by each of them, but by none that NOT takes away.',
      '| NOT rats | ? | ? | 0 |',
      'It alone loses a seed that all other blocks find: [2](https://pubmed.ncbi.nlm.nih.gov/2/).',
      'One term adds nothing that the others do not find.',
      '… and 1 more.',
      '- **error** line \\#1: An error. (`y`)',
      'PRESS 2015 checklist concerned: PRESS 2: operators.',
    ])
      expect(text).toContain(part);
  });

  it('has no markup of what strangers wrote, and no table is torn by it', () => {
    expect(text).not.toMatch(/<img|<b>|[^\\]\]\(command:/);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const cells = (row: string): number => row.replaceAll('\\|', '').split('|').length;
    expect(new Set(rows.slice(0, 4).map(cells))).toEqual(new Set([6]));
    expect(new Set(rows.slice(4, 8).map(cells))).toEqual(new Set([8]));
  });

  it('leaves out what nobody reads, and says how much', () => {
    const terms = Array.from({ length: 100 }, (_, i) => ({ text: `t${i}[ti]`, count: i }));
    const blocks = Array.from({ length: 50 }, (_, i) => ({ name: `b${i}`, query: `b${i}[ti]`, terms }));
    const long = explanationReport({ ...explanation, blocks, findings: [] });
    expect(long).toContain('… and 40 more terms.');
    expect(long).toContain('… and 10 more blocks.');
    expect(long).toContain('Nothing is found by the rules.');
  });
});
