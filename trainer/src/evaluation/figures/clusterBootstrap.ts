import { below, bootstrapInterval, mean, median, quantile, seededRandom } from '@querent/core/metrics';
import { grouped } from '../../grouped.ts';

/** A figure of one topic, and the group with which it is drawn. */
export interface GroupedValue {
  readonly value: number;
  readonly group: string;
}

const repetitions = 10_000;

/**
 * 95 % bootstrap percentile interval of the mean or the median over topics. Topics of one group (near-duplicates) are drawn together, as
 * one observation that counts as often as it has topics (cluster bootstrap: Davison & Hinkley, "Bootstrap Methods and their Application" (1997),
 * section 3.8); drawn one by one they would feign more evidence than there is. Without such groups this is `bootstrapInterval` of core.
 * Undefined of nothing and of a single group: drawn again it is always the same, and the figure would look as if it were certain.
 */
export function clusterInterval(
  values: readonly GroupedValue[],
  of: 'mean' | 'median' = 'mean',
  seed = 1,
): readonly [low: number, high: number] | undefined {
  const groups = [...grouped(values, ({ group }) => group).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => members.map(({ value }) => value));
  if (groups.length < 2) return undefined;
  if (groups.length === values.length)
    return bootstrapInterval(
      values.map(({ value }) => value),
      { of, seed, repetitions },
    );
  const random = seededRandom(seed);
  const statistic = of === 'mean' ? mean : median;
  const drawn = Array.from({ length: repetitions }, () => {
    const sample = groups.flatMap(() => groups[below(groups.length, random)] ?? []);
    return statistic(sample) ?? 0;
  });
  const low = quantile(drawn, 0.025);
  const high = quantile(drawn, 0.975);
  return low === undefined || high === undefined ? undefined : [low, high];
}
