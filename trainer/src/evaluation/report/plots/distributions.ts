import type { EvaluationDocument } from '../../document.ts';
import { countAxis, extent, linearAxis, mark, picture, round, roundStep, xOf, yOf } from './plot.ts';
import type { Plot } from './plot.ts';

/** About so many classes, whose width is a round number. */
const wanted = 20;

/** How often which reward was paid for completions. Undefined without rewards. */
export function rewardHistogram(documents: readonly EvaluationDocument[]): Plot | undefined {
  return histogram(
    'Rewards',
    'reward',
    'How often which reward was paid, by rewriter.',
    rewardsOf(documents),
  );
}

/** How long queries are. Undefined without queries. */
export function queryLengths(documents: readonly EvaluationDocument[]): Plot | undefined {
  const lengths = documents.map(({ rewriter, perTopic }) => ({
    rewriter,
    values: perTopic.flatMap(({ query }) => (query === null ? [] : [query.length])),
  }));
  return histogram('Length of queries', 'characters', 'How many queries are how long, by rewriter.', lengths);
}

/** Rewards of all topics from the best to the worst: the steps of a ladder show where many earn the same. Undefined without rewards. */
export function rewardLadder(documents: readonly EvaluationDocument[]): Plot | undefined {
  const series = rewardsOf(documents).map(({ rewriter, values }) => ({
    rewriter,
    values: [...values].sort((a, b) => b - a),
  }));
  const all = series.flatMap(({ values }) => values);
  if (all.length === 0) return undefined;
  const [lowest, highest] = extent(all);
  const y = linearAxis('reward', Math.min(0, lowest), Math.max(1, highest));
  const x = linearAxis('topics, best first', 1, Math.max(2, ...series.map(({ values }) => values.length)));
  const description =
    'Rewards of all topics from the best to the worst. A level stretch is a step of the ladder, on which all earn the same.';
  const marks = series.map(({ rewriter, values }, index) =>
    values
      .map((value, i) =>
        mark(index, xOf(x, i + 1), yOf(y, value), `${rewriter}, ${i + 1}: ${value.toFixed(3)}`),
      )
      .join(''),
  );
  return {
    svg: picture(
      'Rewards in order',
      description,
      { x, y },
      series.map(({ rewriter }) => rewriter),
      marks.join(''),
    ),
    description,
    table: {
      columns: ['rewriter', 'place', 'reward'],
      rows: series.flatMap(({ rewriter, values }) =>
        values.map((value, i) => [rewriter, String(i + 1), value.toFixed(3)]),
      ),
    },
  };
}

interface Series {
  readonly rewriter: string;
  readonly values: readonly number[];
}

function rewardsOf(documents: readonly EvaluationDocument[]): readonly Series[] {
  return documents
    .map(({ rewriter, perTopic }) => ({
      rewriter,
      values: perTopic.flatMap(({ reward }) => (typeof reward === 'number' ? [reward] : [])),
    }))
    .filter(({ values }) => values.length > 0);
}

/** Bars of every series side by side in classes of the same width. */
function histogram(
  title: string,
  label: string,
  description: string,
  series: readonly Series[],
): Plot | undefined {
  const all = series.flatMap(({ values }) => values);
  if (all.length === 0) return undefined;
  const [least, greatest] = extent(all);
  const width = roundStep((greatest - least || 1) / wanted);
  const low = Math.floor(least / width + 1e-9) * width;
  const bins = Math.floor((greatest - low) / width + 1e-9) + 1;
  const counted = series.map(({ rewriter, values }) => {
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) {
      const bin = Math.min(bins - 1, Math.floor((value - low) / width));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return { rewriter, counts };
  });
  const x = linearAxis(label, low, low + bins * width);
  const most = Math.max(...counted.flatMap(({ counts }) => counts));
  const y = countAxis('topics', most);
  const bar = (xOf(x, low + width) - xOf(x, low)) / (counted.length + 0.5);
  const marks = counted.map(({ counts }, index) =>
    counts
      .map((count, bin) => {
        if (count === 0) return '';
        const top = yOf(y, count);
        const left = round(xOf(x, low + bin * width) + bar * index);
        return `<rect class="series${index % 6}" x="${left}" y="${top}" width="${round(Math.max(1, bar))}" height="${round(yOf(y, 0) - top)}"><title>${classOf(low, width, bin)}: ${count}</title></rect>`;
      })
      .join(''),
  );
  return {
    svg: picture(
      title,
      description,
      { x, y },
      counted.map(({ rewriter }) => rewriter),
      marks.join(''),
    ),
    description,
    table: {
      columns: [label, ...counted.map(({ rewriter }) => rewriter)],
      rows: Array.from({ length: bins }, (_, bin) => [
        classOf(low, width, bin),
        ...counted.map(({ counts }) => String(counts[bin] ?? 0)),
      ]).filter(([, ...counts]) => counts.some((count) => count !== '0')),
    },
  };
}

function classOf(low: number, width: number, bin: number): string {
  const edge = (i: number): string => String(Number((low + i * width).toPrecision(4)));
  return `${edge(bin)} to ${edge(bin + 1)}`;
}
