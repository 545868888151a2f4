import { describe, expect, it } from 'vitest';
import { distribution, doublingBins } from './distribution.ts';
import type { CountedTopic } from './statistics.ts';
import { statisticsOf, statisticsText } from './statistics.ts';
import { statisticsPage } from './statisticsPage.ts';
import { topic } from './testing/topics.ts';

const counted: readonly CountedTopic[] = [
  { topic: topic('a', ['1'], { until: '2003-01-01' }), part: 'train', prompt: 'one two three' },
  { topic: topic('b', ['1', '2', '3'], { until: '2010-05-05' }), part: 'train', prompt: 'one' },
  { topic: topic('c', ['4', '5'], { source: '<script>alert(1)</script>' }), part: 'test', prompt: 'one two' },
  { topic: topic('d', [], { task: 'qa', target: { answers: ['x'] } }), part: 'test', prompt: '' },
];

describe('statistics', () => {
  it('tell relevant records, dates, prompts and what the library lacks, by part and source', () => {
    const { all, parts } = statisticsOf(counted, (id) => id === '1' || id === '2');
    expect(all).toMatchObject({
      topics: 4,
      tasks: { publication: 3, qa: 1 },
      relevant: { count: 3, mean: 2, median: 2, lowerQuartile: 1.5, upperQuartile: 2.5, max: 3 },
      withOne: 1 / 3,
      records: 5,
      dates: { first: '2003-01-01', last: '2010-05-05', without: 2, january1: 1 },
      promptWords: { max: 3, min: 0 },
      unknown: { records: 3, topicsWithoutAny: 1 },
    });
    expect(parts.map(({ name, sources }) => [name, sources.length])).toEqual([
      ['train', 1],
      ['test', 2],
    ]);
    expect(statisticsText(statisticsOf(counted))).toMatch(
      /train: 2 topics \(publication 2\)\n +relevant per topic +mean 2, median 2/,
    );
  });

  it('of nothing are no zeros', () => {
    const { all } = statisticsOf([]);
    expect(all).toMatchObject({ topics: 0, relevant: { count: 0 }, withOne: null, unknown: null });
    expect(all.relevant.mean).toBeUndefined();
    expect(statisticsPage('none', statisticsOf([]), [])).toContain('</html>');
  });

  it('are drawn on a page that runs no script and loads nothing', () => {
    const page = statisticsPage('A & B', statisticsOf(counted), counted);
    expect(page).toContain('A &#38; B');
    expect(page).toMatch(/<svg role="img" aria-label="train: relevant records per topic"/);
    expect(page).not.toMatch(/<script|https?:|src=|url\(/);
    expect(page).toContain('&#60;script&#62;');
  });
});

describe('distributions', () => {
  it('have quartiles between ranks, and classes that double', () => {
    expect(distribution([4, 1, 3, 2])).toEqual({
      count: 4,
      mean: 2.5,
      min: 1,
      lowerQuartile: 1.75,
      median: 2.5,
      upperQuartile: 3.25,
      max: 4,
    });
    expect(doublingBins([0, 1, 2, 3, 4, 7, 9])).toEqual([
      { from: 0, to: 0, count: 1 },
      { from: 1, to: 1, count: 1 },
      { from: 2, to: 3, count: 2 },
      { from: 4, to: 7, count: 2 },
      { from: 8, to: 15, count: 1 },
    ]);
  });
});
