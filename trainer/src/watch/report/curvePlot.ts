import { extent, linearAxis, picture, xOf, yOf } from '../../evaluation/report/plots/plot.ts';
import type { Plot } from '../../evaluation/report/plots/plot.ts';
import { escaped } from '../../htmlPage.ts';
import { thinned } from '../curves.ts';
import type { Curve } from '../types.ts';

/** Points of a curve that are drawn, and rows of its table. */
const mostPoints = 120;

/** Curves over training steps in one picture; each point says its numbers when it is pointed at. Undefined where there is no point. */
export function curvePlot(title: string, curves: readonly Curve[]): Plot | undefined {
  const drawn = curves
    .map((curve) => ({ ...curve, points: thinned(curve.points, mostPoints) }))
    .filter(({ points }) => points.length > 0);
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return undefined;
  const [firstStep, lastStep] = extent(all.map(([step]) => step));
  const [low, high] = extent(all.map(([, value]) => value));
  // Shares are shown from 0 to 1, so that a small change does not look like a large one.
  const isShare = low >= 0 && high <= 1 && /share|recall/u.test(curves[0]?.label ?? '');
  const x = linearAxis('step', firstStep, Math.max(firstStep + 1, lastStep));
  const y = isShare ? linearAxis('', 0, 1) : linearAxis('', low, high === low ? low + 1 : high);
  const marks = drawn.map(({ label, points }, index) => {
    const places = points.map(([step, value]) => ({
      step,
      value,
      at: [xOf(x, step), yOf(y, value)] as const,
    }));
    const line = places.map(({ at }) => at.join(',')).join(' ');
    const dots = places
      .map(
        ({ step, value, at: [left, top] }) =>
          `<circle class="point series${index % 6}" cx="${left}" cy="${top}" r="${points.length > 40 ? 2 : 3}"><title>${escaped(`${label}, step ${step}: ${rounded(value)}`)}</title></circle>`,
      )
      .join('');
    return `<polyline class="curve${index % 6}" points="${line}"/>${dots}`;
  });
  const ends = drawn.map(({ label, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    return `${label}: ${rounded(first?.[1] ?? 0)} at step ${first?.[0] ?? 0}, ${rounded(last?.[1] ?? 0)} at step ${last?.[0] ?? 0}.`;
  });
  const description = ends.join(' ');
  const steps = [...new Set(all.map(([step]) => step))].sort((a, b) => a - b);
  const values = drawn.map(({ points }) => new Map(points));
  return {
    svg: picture(
      title,
      description,
      { x, y },
      drawn.map(({ label }) => label),
      marks.join(''),
    ),
    description,
    table: {
      columns: ['step', ...drawn.map(({ label }) => label)],
      rows: steps.map((step) => [
        String(step),
        ...values.map((points) => {
          const value = points.get(step);
          return value === undefined ? '' : rounded(value);
        }),
      ]),
    },
  };
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
