import { mean, median } from '@querent/core/metrics';
import type { Task } from '@querent/core/tasks';
import type { TopicResult } from '../result.ts';
import { clusterInterval } from './clusterBootstrap.ts';

/** Figures over topics by name; null where no topic has one. */
export type Metrics = Readonly<Record<string, number | null>>;
/** 95 % intervals, of the figures that have one. */
export type Intervals = Readonly<Record<string, readonly [low: number, high: number]>>;

/** A figure over topics: how it is made of theirs. */
interface Figure {
  readonly name: string;
  readonly of: 'mean' | 'median';
  readonly value: (topic: TopicResult) => number | undefined;
}

/** Figures of single topics that are summed up under another name, or not at all. */
const renamed: Readonly<Record<string, readonly { readonly name: string; readonly of: Figure['of'] }[]>> = {
  records: [
    { name: 'medianRecords', of: 'median' },
    { name: 'meanRecords', of: 'mean' },
  ],
  valid: [],
  success: [{ name: 'successRate', of: 'mean' }],
  unknown: [],
};

/**
 * What is computed over topics for a task. Means (macro) of the task's figures, in which failures have the figures that failures count as;
 * `medianRecords` and `nnr` are over the topics that have them, since a query that was not run found neither few nor many. Beside them
 * `validRate` (queries that were run), `meanReward` (of completions), `medianQueryLength` (characters), `medianSeconds` (of the rewriter,
 * a topic).
 */
function figuresOf({ metricNames }: Task): readonly Figure[] {
  const own = metricNames.flatMap((metric) =>
    (renamed[metric] ?? [{ name: metric, of: 'mean' as const }]).map(({ name, of }): Figure => ({
      name,
      of,
      value: ({ figures }) => figures[metric],
    })),
  );
  return [
    ...own,
    { name: 'validRate', of: 'mean', value: ({ figures, valid }) => figures['valid'] ?? valid },
    { name: 'meanReward', of: 'mean', value: ({ reward }) => reward },
    { name: 'medianQueryLength', of: 'median', value: lengthOf },
    {
      name: 'medianSeconds',
      of: 'median',
      value: ({ samples }) => mean(samples.map(({ seconds }) => seconds)),
    },
  ];
}

/** Figures that say something of the machine rather than of the queries, and have no interval. */
const withoutInterval = new Set(['medianSeconds']);

/** The figures over `topics`; of those that nothing is known of, `null`. `meanReward` is there only where there are rewards. */
export function metricsOf(topics: readonly TopicResult[], task: Task): Metrics {
  return Object.fromEntries(
    figuresOf(task).flatMap(({ name, of, value }) => {
      const values = topics.map(value).filter((each) => each !== undefined);
      if (name === 'meanReward' && values.length === 0) return [];
      return [[name, (of === 'mean' ? mean(values) : median(values)) ?? null]];
    }),
  );
}

/** Intervals of {@link metricsOf}, with near-duplicates drawn together. */
export function intervalsOf(topics: readonly TopicResult[], task: Task, seed = 1): Intervals {
  return Object.fromEntries(
    figuresOf(task).flatMap(({ name, of, value }) => {
      if (withoutInterval.has(name)) return [];
      const values = topics.flatMap((topic) => {
        const one = value(topic);
        return one === undefined ? [] : [{ value: one, group: topic.group }];
      });
      const interval = clusterInterval(values, of, seed);
      return interval === undefined ? [] : [[name, interval]];
    }),
  );
}

/** Characters of a topic's queries, their mean over its samples; undefined without any. */
function lengthOf({ samples }: TopicResult): number | undefined {
  return mean(samples.flatMap(({ query }) => (query === null ? [] : [query.length])));
}

/** Pooled over topics (micro): all relevant records found among all relevant ones, and among all records found. */
export interface MicroFigures {
  readonly relevant: number;
  readonly found: number;
  readonly records: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly nnr: number | null;
}

/** Micro figures of a Boolean task; undefined for tasks whose topics have no set of relevant records, or no recall. */
export function microOf(topics: readonly TopicResult[]): MicroFigures | undefined {
  let [relevant, found, records] = [0, 0, 0];
  for (const topic of topics) {
    const { recall } = topic.figures;
    if (topic.relevant === undefined || recall === undefined) return undefined;
    relevant += topic.relevant;
    found += recall * topic.relevant;
    records += topic.figures['records'] ?? 0;
  }
  if (relevant === 0) return undefined;
  // Recall times relevant is a whole number for one sample, but for what division leaves behind.
  found = Number(found.toFixed(6));
  return {
    ...{ relevant, found, records, recall: found / relevant },
    precision: records === 0 ? null : found / records,
    nnr: found === 0 ? null : records / found,
  };
}
