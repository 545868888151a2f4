import { describe, expect, it } from 'vitest';
import { completenessReport } from './completenessReport.ts';
import { missedSeedsReport, type MissedSeedsText } from './missedSeedsReport.ts';
import { measurement } from './testing.ts';

const told: MissedSeedsText = {
  title: 'Missed seeds of the strategy',
  query: '#1 AND #2 NOT #3',
  written: '#1 falls[tiab] OR "Accidental Falls"[mh]\n#2 gait[mh]\n#3 rats[ti]',
  measurement: measurement(1_204, ['1', '2', '3'], ['4', '5', '6']),
  summary: ['The block “falls” (line #1) loses 2 seeds, 1 of them alone.'],
  blocks: [
    { name: 'falls', label: '1', query: 'falls[tiab] OR "Accidental Falls"[mh]', loses: ['4', '5'] },
    { name: 'rats | mice', query: 'rats[ti]', isExcluded: true, loses: ['6'] },
  ],
  seeds: [
    {
      id: '4',
      title: 'Tumbling <b>of</b> elders',
      year: 2019,
      why: 'Lost by “falls”; the other block finds it.',
      headings: ['Humans', 'Postural Balance', 'Accidental Falls', 'Aged'],
      keywords: ['tumbles'],
    },
    { id: '5', why: 'No block finds it.', headings: ['Postural Balance', 'Gait'] },
    { id: '6', why: 'NOT takes it away.', headings: ['Rats'] },
  ],
  notes: ['A file of seeds could not be read.'],
};

describe('the report of missed seeds', () => {
  const text = missedSeedsReport(told);

  it('tells numbers, blocks by seeds, and what the lost records have that a block lacks', () => {
    for (const part of [
      '**3 of 6 seeds are missed**; 3 (50 %) are among 1,204 records.',
      '⚠ A file of seeds could not be read.',
      '- The block “falls” (line \\#1) loses 2 seeds, 1 of them alone.',
      '| Missed seed | falls (\\#1) | rats \\| mice |',
      '/pubmed.ncbi.nlm.nih.gov/5/) | ✗ |  |',
      'of&lt;/b> elders (2019): Lost by “falls”; the other block finds it.',
      '## falls (\\#1)',
      '- MeSH headings: `"Postural Balance"[mh]` (2 of 2), `"Aged"[mh]` (1 of 2)',
      '- authors’ keywords: `"tumbles"[tiab]` (1 of 2)',
      '## NOT rats \\| mice',
      'Querent: Find What Catches Missed Seeds',
    ])
      expect(text).toContain(part);
  });

  it('offers no heading that is everywhere, and none that a line has', () => {
    expect(text).not.toMatch(/`"(?:Humans|Accidental Falls|Gait)"\[mh\]`/);
  });

  it('has no markup of what strangers wrote', () => {
    expect(text).not.toContain('<b>');
  });

  it('says that nothing is missed', () => {
    const none = { ...told, measurement: measurement(5, ['1'], []), seeds: [], blocks: [], summary: [] };
    expect(missedSeedsReport(none)).toContain('No seed is missed');
  });

  it('says where numbers are of an earlier day', () => {
    const { provenance } = told.measurement;
    const offline = { ...told.measurement, provenance: { ...provenance, offline: 'No network.' } };
    expect(missedSeedsReport({ ...told, measurement: offline })).toContain(
      'cannot be reached now: No network.',
    );
  });
});

describe('the report of completeness', () => {
  it('tells the estimate, its assumptions, the searches to repeat it, and what seeds say', () => {
    const text = completenessReport({
      title: 'What the strategy may miss',
      query: 'stroke[mh] OR stroke[tiab]',
      words: ['By headings alone it finds 60 records.'],
      assumptions: ['Both find independently.'],
      headings: 'stroke[mh]',
      textWords: 'stroke[tiab] ``` x',
      provenance: { engine: 'pubmed', label: 'PubMed (live)', at: '2026-11-30T08:00:00.000Z' },
      seeds: { found: 10, total: 12 },
    });
    for (const part of [
      'By headings alone it finds 60 records.',
      '*Measured in PubMed (live), 2026-11-30 08:00 UTC.*',
      'Of 12 known relevant records it finds 10.',
      '- Both find independently.',
      '```text\nstroke[mh]\n```',
      '````text\nstroke[tiab] ``` x\n````',
    ])
      expect(text).toContain(part);
  });

  it('says why there is none', () => {
    const text = completenessReport({ title: 'T', query: 'q', problem: 'It cannot be split.' });
    expect(text).toContain('There is no estimate: It cannot be split.');
    expect(text).not.toContain('rests on');
  });
});
