import { escaped } from '../../../htmlPage.ts';
import { comparedMetrics } from '../../comparisons.ts';
import type { EvaluationDocument } from '../../document.ts';
import { figure, inWords } from '../tables.ts';
import { area, linearAxis, mark, picture, xOf } from './plot.ts';
import type { Plot } from './plot.ts';

/** The main figure of every rewriter with its interval. Undefined where there is none. */
export function intervalPlot(documents: readonly EvaluationDocument[]): Plot | undefined {
  const [metric = ''] = comparedMetrics(Object.keys(documents[0]?.metrics ?? {}));
  const rows = documents.flatMap(({ rewriter, metrics, intervals }) => {
    const [value, interval] = [metrics[metric], intervals[metric]];
    return typeof value === 'number' && interval !== undefined ? [{ rewriter, value, interval }] : [];
  });
  if (rows.length === 0) return undefined;
  const ends = rows.flatMap(({ value, interval }) => [value, ...interval]);
  const x = linearAxis(inWords(metric), Math.min(0, ...ends), Math.max(1, ...ends));
  const description = `${inWords(metric)} of every rewriter, with its 95 % interval.`;
  const step = area.height / rows.length;
  const marks = rows.map(({ rewriter, value, interval }, i) => {
    const y = Math.round(area.top + step * (i + 0.5));
    return (
      `<line class="interval" x1="${xOf(x, interval[0])}" y1="${y}" x2="${xOf(x, interval[1])}" y2="${y}"/>` +
      mark(
        i,
        xOf(x, value),
        y,
        `${rewriter}: ${figure(metric, value)} (${figure(metric, interval[0])} to ${figure(metric, interval[1])})`,
      ) +
      `<text x="${area.left + 4}" y="${y - 10}">${escaped(rewriter)}</text>`
    );
  });
  const y = { label: '', ticks: [], place: () => 0 };
  return {
    svg: picture(description, description, { x, y }, [], marks.join('')),
    description,
    table: {
      columns: ['rewriter', inWords(metric), 'from', 'to'],
      rows: rows.map(({ rewriter, value, interval }) => [
        rewriter,
        figure(metric, value),
        figure(metric, interval[0]),
        figure(metric, interval[1]),
      ]),
    },
  };
}
