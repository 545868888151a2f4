import type { MetricsRow } from '../engines/embedded/index.ts';
import type { Curve } from './types.ts';

/** Points of a curve at most. */
const mostPoints = 400;

/** What is drawn of a training: the figure's name, its words, and where it stands in a line of metrics. */
const drawn: readonly (readonly [name: string, label: string, place: string])[] = [
  ['reward', 'reward (mean)', 'reward.mean'],
  ['recall', 'recall (mean)', 'recall.mean'],
  ['validationReward', 'reward on validation topics', 'validation.reward'],
  ['validationRecall', 'recall on validation topics', 'validation.recall'],
  ['validRate', 'valid answers (share)', 'validRate'],
  ['loss', 'loss', 'loss'],
  ['validationLoss', 'loss on validation pairs', 'validationLoss'],
  ['kl', 'KL to the reference (nats)', 'kl'],
  ['entropy', 'entropy (nats)', 'entropy'],
  ['clipFraction', 'clipped updates (share)', 'clipFraction'],
  ['explainedVariance', 'explained variance of the critic', 'explainedVariance'],
  ['completionTokens', 'tokens of an answer (mean)', 'completionTokens.mean'],
  ['records', 'records found (median)', 'records.median'],
];

/** The figure at a place with dots; undefined where it is no number. */
export function figureAt(row: Readonly<Record<string, unknown>>, place: string): number | undefined {
  let value: unknown = row;
  for (const key of place.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The curves of a training: those of the known figures that it has. */
export function curvesOf(rows: readonly MetricsRow[]): readonly Curve[] {
  return drawn.flatMap(([name, label, place]) => {
    const points = rows.flatMap((row) => {
      const value = figureAt(row, place);
      return value === undefined ? [] : [[row.step, value] as const];
    });
    return points.length === 0 ? [] : [{ name, label, points: thinned(points, mostPoints) }];
  });
}

/** At most `most` points: the mean of each stretch, at its last step. */
export function thinned(
  points: readonly (readonly [number, number])[],
  most: number,
): readonly (readonly [number, number])[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => {
    const stretch = points.slice(
      Math.floor((i * points.length) / most),
      Math.floor(((i + 1) * points.length) / most),
    );
    const sum = stretch.reduce((total, [, value]) => total + value, 0);
    return [stretch.at(-1)?.[0] ?? 0, sum / stretch.length] as const;
  });
}
