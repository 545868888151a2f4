import { describe, expect, it } from 'vitest';
import { bar, spanName, sparkline, yearSpans } from './yearChart.ts';

const years = (from: number, ...counts: number[]) =>
  counts.map((count, i) => ({ year: from + i, count, library: count * 10 }));

describe('charts of years', () => {
  it('are a column a year while they fit, else of spans that begin at round years', () => {
    expect(yearSpans(years(2001, 1, 0, 2), 3).map(spanName)).toEqual(['2001', '2002', '2003']);
    const long = yearSpans(years(1998, ...Array.from({ length: 25 }, () => 1)), 6);
    expect(long.map(spanName)).toEqual([
      '1995–1999',
      '2000–2004',
      '2005–2009',
      '2010–2014',
      '2015–2019',
      '2020–2024',
    ]);
    expect(long.map(({ count }) => count)).toEqual([2, 5, 5, 5, 5, 3]);
    expect(long[0]?.library).toBe(20);
    expect(yearSpans([], 5)).toEqual([]);
  });

  it('show that something is there, however little', () => {
    expect(sparkline([0, 1, 50, 100])).toBe('▁▂▅█');
    expect(sparkline([])).toBe('');
    expect([bar(0, 10, 4), bar(1, 1000, 4), bar(5, 10, 4), bar(10, 10, 4)]).toEqual(['', '▏', '██', '████']);
  });
});
