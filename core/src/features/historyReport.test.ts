import { describe, expect, it } from 'vitest';
import { historyReport, type HistoryStep } from './historyReport.ts';

const step = (
  at: string,
  count: number,
  changed: HistoryStep['changed'],
  seedsFound = 0,
  seeds = 0,
): HistoryStep => ({
  at: `${at}T08:00:00.000Z`,
  count,
  seedsFound,
  seeds,
  changed,
});

describe('historyReport', () => {
  it('tells what to do where nothing is noted', () => {
    const text = historyReport('Count history', [{ label: '1', query: 'falls', steps: [] }]);
    expect(text).toContain('Nothing is noted yet');
    expect(text).toContain('Querent: Measure Strategy');
  });

  it('has a row with a chart for each line, and the steps with their reasons, newest first', () => {
    const text = historyReport('Count history', [
      {
        label: '1',
        name: 'Falls',
        query: 'falls[tiab]',
        steps: [
          step('2026-11-01', 12_000, 'first', 3, 4),
          step('2026-11-08', 12_010, 'database', 3, 4),
          step('2026-11-15', 11_500, 'query', 4, 4),
          step('2026-11-22', 11_500, 'none', 4, 4),
        ],
      },
      { label: '2', query: 'aged[mh]', steps: [step('2026-11-22', 5, 'first')] },
    ]);
    expect(text).toContain('from 2026-11-01 08:00 UTC to 2026-11-22 08:00 UTC');
    expect(text).toContain('| Line \\#1, Falls | 11,500 | −510 on 2026-11-15 | 4/4 | `██│▁▁` |');
    expect(text).toContain('| Line \\#2 | 5 |  |  |  |');
    const rows = text.split('\n').filter((line) => line.startsWith('| 2026'));
    expect(rows).toEqual([
      '| 2026-11-22 08:00 UTC | 11,500 |  | 4/4 |  |',
      '| 2026-11-15 08:00 UTC | 11,500 | −510 | 4/4 | the line was changed |',
      '| 2026-11-08 08:00 UTC | 12,010 | +10 | 3/4 | the database changed |',
      '| 2026-11-01 08:00 UTC | 12,000 |  | 3/4 | first note |',
    ]);
    expect(text.match(/^## /gm)).toHaveLength(1);
  });

  it('keeps what a line was that is gone, escapes names, and leaves out old notes with their number', () => {
    const steps = Array.from({ length: 30 }, (_, i) =>
      step(`2026-10-${String(i + 1).padStart(2, '0')}`, 100 + i, i === 0 ? 'first' : 'database'),
    );
    const text = historyReport('Count history', [{ label: '3', name: '[x](command:y)', steps }]);
    expect(text).toContain('not in the strategy any more');
    expect(text).toContain('10 older notes are left out');
    expect(text).toContain('\\[x\\](command:y)');
  });

  it('leaves out what cannot be told after the first note', () => {
    const text = historyReport('H', [{ label: '1', query: 'x', steps: [step('2026-11-01', 7, 'first')] }]);
    expect(text).toContain('so far once: 2026-11-01 08:00 UTC');
    expect(text).toContain('| Line | Records |\n| --- | --: |\n| Line \\#1 | 7 |');
  });

  it('draws a line that never changed flat', () => {
    const flat = [step('2026-11-01', 7, 'first'), step('2026-11-02', 7, 'none')];
    expect(historyReport('H', [{ label: '1', query: 'x', steps: flat }])).toContain('| none | `▁▁` |');
  });
});
