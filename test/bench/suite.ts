/** What a suite measured. Keys are stable: others read them (commands of `npm run bench -- SUITE --json`). */
export interface SuiteResult {
  /** Numbers by key; the key ends with the unit (`...Ms`). `...P95` and `...Spread` stand beside medians. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The same keys for what Querent is compared with, measured in the same run. */
  readonly peers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What a reader must know to judge the numbers. */
  readonly notes: readonly string[];
  readonly goals: readonly Goal[];
}

/** A bound that a metric has to keep. */
export type Goal = { readonly key: string } & ({ readonly atMost: number } | { readonly atLeast: number });

/** One suite; `log` tells the person how far it is. */
export interface Suite {
  readonly name: string;
  run(log: (line: string) => void): Promise<SuiteResult>;
}

/** The `share` quantile (0..1) of unsorted samples, by nearest rank. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * Sums up repetitions: median and p95 of each repetition, then the median over repetitions; the spread is the largest minus
 * the smallest p95.
 */
export function summarise(
  name: string,
  repetitions: readonly (readonly number[])[],
): Record<`${string}Ms` | `${string}Spread`, number> {
  const medians = repetitions.map((samples) => quantile(samples, 0.5));
  const p95s = repetitions.map((samples) => quantile(samples, 0.95));
  return {
    [`${name}MedianMs`]: round(quantile(medians, 0.5)),
    [`${name}P95Ms`]: round(quantile(p95s, 0.5)),
    [`${name}P95Spread`]: round(Math.max(...p95s) - Math.min(...p95s)),
  };
}

/** Two decimals are more than the clock is worth. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
