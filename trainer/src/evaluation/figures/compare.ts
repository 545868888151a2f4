import { holm, mean, pairedRandomisation } from '@querent/core/metrics';
import { clusterInterval } from './clusterBootstrap.ts';
import { grouped } from '../../grouped.ts';

/** A system's figures by topic. */
export interface ComparedSystem {
  readonly name: string;
  readonly topics: readonly {
    readonly id: string;
    readonly group: string;
    readonly figures: Readonly<Record<string, number | undefined>>;
  }[];
}

/** Two systems on one figure, over the topics that both have. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  /** Topics that both have. */
  readonly n: number;
  /** Mean of a - b. */
  readonly difference: number;
  readonly interval: readonly [low: number, high: number] | null;
  /** Topics on which a is better, b is better, and neither is. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Two-sided paired randomisation test; near-duplicates are exchanged together. */
  readonly p: number;
  /** After Holm, over all comparisons of the same figure in the report. */
  readonly pHolm: number;
  readonly isExact: boolean;
}

/**
 * Compares every two of `systems`, and each of them with each of `others`, on every one of `metrics`. A topic of which one system has no
 * figure is left out of that comparison, so only figures should be compared that failures have too.
 */
export function compareSystems(
  systems: readonly ComparedSystem[],
  others: readonly ComparedSystem[],
  metrics: readonly string[],
  seed = 1,
): readonly Comparison[] {
  return metrics.flatMap((metric) => {
    const all = systems.flatMap((a, i) =>
      [...systems.slice(i + 1), ...others].flatMap((b) => compare(a, b, metric, seed) ?? []),
    );
    const adjusted = holm(all.map(({ p }) => p));
    return all.map((comparison, i) => ({ ...comparison, pHolm: adjusted[i] ?? 1 }));
  });
}

function compare(
  a: ComparedSystem,
  b: ComparedSystem,
  metric: string,
  seed: number,
): Omit<Comparison, 'pHolm'> | undefined {
  const others = new Map(b.topics.map((topic) => [topic.id, topic.figures[metric]]));
  const pairs = a.topics.flatMap(({ id, group, figures }) => {
    const [first, second] = [figures[metric], others.get(id)];
    return first === undefined || second === undefined
      ? []
      : [{ group, first, second, value: first - second }];
  });
  // Exchanged as one, near-duplicates are one observation: the test looks at sums, so the sums of the groups stand for their topics.
  const groups = [...grouped(pairs, ({ group }) => group).values()];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const test = pairedRandomisation(
    groups.map((members) => sum(members.map(({ first }) => first))),
    groups.map((members) => sum(members.map(({ second }) => second))),
    { seed },
  );
  const difference = mean(pairs.map(({ value }) => value));
  if (test === undefined || difference === undefined) return undefined;
  const count = (is: (value: number) => boolean): number => pairs.filter(({ value }) => is(value)).length;
  return {
    ...{ a: a.name, b: b.name, metric, n: pairs.length, difference },
    interval: clusterInterval(pairs, 'mean', seed) ?? null,
    wins: count((value) => value > 0),
    losses: count((value) => value < 0),
    ties: count((value) => value === 0),
    p: test.p,
    isExact: test.isExact,
  };
}
