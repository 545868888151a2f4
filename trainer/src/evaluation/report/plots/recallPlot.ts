import type { EvaluationDocument } from '../../document.ts';
import { figure } from '../tables.ts';
import { extent, linearAxis, logAxis, mark, picture, xOf, yOf } from './plot.ts';
import type { Plot } from './plot.ts';

/** A point a topic: how much was found for how many records to screen. Undefined for tasks without recall. */
export function recallPlot(documents: readonly EvaluationDocument[]): Plot | undefined {
  const points = documents.flatMap(({ rewriter, perTopic }, index) =>
    perTopic.flatMap(({ id, recall, records }) =>
      recall === null || records === null ? [] : [{ index, rewriter, id, recall, records }],
    ),
  );
  if (points.length === 0) return undefined;
  const x = logAxis('records found', extent(points.map(({ records }) => records))[1]);
  const y = linearAxis('recall', 0, 1);
  const description =
    'Recall of every topic against the number of records its query found (logarithmic). Further up is better, further left is less to screen. Queries that failed have no point.';
  const marks = points.map(({ index, rewriter, id, recall, records }) =>
    mark(
      index,
      xOf(x, records),
      yOf(y, recall),
      `${id}, ${rewriter}: recall ${recall.toFixed(2)}, ${records} records`,
    ),
  );
  return {
    svg: picture(
      'Recall against records',
      description,
      { x, y },
      documents.map(({ rewriter }) => rewriter),
      marks.join(''),
    ),
    description,
    table: {
      columns: ['topic', 'rewriter', 'records', 'recall'],
      rows: points.map(({ id, rewriter, records, recall }) => [
        id,
        rewriter,
        figure('records', records),
        figure('recall', recall),
      ]),
    },
  };
}
