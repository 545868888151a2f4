import { below, seededRandom } from './random.ts';
import { quantileOfSorted } from './summary.ts';

/** How an interval is made. */
export interface BootstrapOptions {
  /** What of the values it is for; their mean unless told otherwise. */
  readonly of?: 'mean' | 'median';
  /** Share of intervals that should hold the true value, within 0..1; 0.95 unless told otherwise. */
  readonly level?: number;
  /** Samples drawn, >= 1; 10,000 unless told otherwise. */
  readonly repetitions?: number;
  /** See `seededRandom`; 1 unless told otherwise. */
  readonly seed?: number;
}

/**
 * Bootstrap percentile interval of the mean or the median (Efron, The Annals of Statistics 1979; 7(1):1-26; Efron & Tibshirani, "An Introduction
 * to the Bootstrap" (1993), chapter 13): as many values as there are, drawn with replacement, again and again; the interval holds the
 * middle `level` of what comes out. One value a topic: topics are what is sampled, so the interval tells how far the figure might be off on
 * other topics of the kind. With fewer than some twenty topics it is too narrow, and where all values are the same it has no width, which
 * says nothing about a value that has not been seen. The same values in any order give the same interval. Undefined of nothing.
 */
export function bootstrapInterval(
  values: readonly number[],
  options: BootstrapOptions = {},
): readonly [low: number, high: number] | undefined {
  const { of = 'mean', level = 0.95, repetitions = 10_000, seed = 1 } = options;
  const sorted = Float64Array.from(values).sort();
  const random = seededRandom(seed);
  const resampled = of === 'mean' ? resampledMean : resampledMedian;
  const drawn = Float64Array.from({ length: repetitions }, () => resampled(sorted, random)).sort();
  const low = quantileOfSorted(drawn, (1 - level) / 2);
  const high = quantileOfSorted(drawn, (1 + level) / 2);
  return values.length === 0 || low === undefined || high === undefined ? undefined : [low, high];
}

function resampledMean(sorted: Float64Array, random: () => number): number {
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) sum += sorted[below(sorted.length, random)] ?? 0;
  return sum / sorted.length;
}

/** Counts how often each place is drawn instead of sorting what was drawn. */
function resampledMedian(sorted: Float64Array, random: () => number): number {
  const times = new Uint32Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) {
    const at = below(sorted.length, random);
    times[at] = (times[at] ?? 0) + 1;
  }
  return (nth(sorted, times, (sorted.length - 1) >> 1) + nth(sorted, times, sorted.length >> 1)) / 2;
}

/** The `n`th (from 0) of the values when each is there so many `times`. */
function nth(sorted: Float64Array, times: Uint32Array, n: number): number {
  let [at, before] = [0, times[0] ?? 0];
  while (before <= n && at < sorted.length - 1) before += times[++at] ?? 0;
  return sorted[at] ?? NaN;
}
