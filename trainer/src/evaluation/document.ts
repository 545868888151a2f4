import { mean } from '@querent/core/metrics';
import type { Task } from '@querent/core/tasks';
import { intervalsOf, metricsOf, microOf } from './figures/aggregate.ts';
import type { Intervals, Metrics, MicroFigures } from './figures/aggregate.ts';
import type { Comparison } from './figures/compare.ts';
import { failuresOf } from './figures/failures.ts';
import type { FailureCounts } from './figures/failures.ts';
import { grouped } from '../grouped.ts';
import type { TopicResult } from './result.ts';

/** A topic in a result. Beside these keys it has every figure of the task under its own name, null where it cannot be said. */
interface TopicRow {
  readonly id: string;
  /** Of the first attempt. */
  readonly query: string | null;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly records: number | null;
  /** Why there is no figure but that of a failure; null when any attempt gave a query that was run. */
  readonly error: string | null;
  readonly [figure: string]: unknown;
}

type MetricsByGroup = Readonly<Record<string, { readonly n: number; readonly metrics: Metrics }>>;

/** What `evaluate --json` prints for a rewriter; the first six keys are the contract, the others explain them. */
export interface EvaluationDocument {
  readonly task: string;
  readonly rewriter: string;
  /** Topics. */
  readonly n: number;
  /** Over topics (macro). */
  readonly metrics: Metrics;
  /** 95 % bootstrap percentile intervals, near-duplicate topics drawn together. */
  readonly intervals: Intervals;
  readonly perTopic: readonly TopicRow[];
  /** Pooled over topics; null where the task has no sets of relevant records. */
  readonly micro: MicroFigures | null;
  readonly perSource: MetricsByGroup;
  /** Questions for SQL by their database; absent for other tasks. */
  readonly perDatabase?: MetricsByGroup;
  /** The same without the topics whose labels are doubtful; null where there is none of them. */
  readonly withoutDoubtful: {
    readonly n: number;
    readonly leftOut: readonly string[];
    readonly metrics: Metrics;
    readonly intervals: Intervals;
  } | null;
  /** With several samples a topic: the mean of the best of them. Null with one. */
  readonly bestOf: { readonly samples: number; readonly metrics: Metrics } | null;
  readonly failures: FailureCounts;
  /** With other systems on the same topics, this one first. */
  readonly comparisons: readonly Comparison[];
  /** What a reader of the figures should know. */
  readonly notes: readonly string[];
}

/** What a document is made of, beside the results. */
export interface DocumentContext {
  readonly task: Task;
  readonly doubtful: readonly string[];
  readonly notes: readonly string[];
  /** Of the bootstrap. */
  readonly seed: number;
}

/** The document of a rewriter's results, without comparisons. */
export function documentOf(
  rewriter: string,
  topics: readonly TopicResult[],
  { task, doubtful, notes, seed }: DocumentContext,
): EvaluationDocument {
  const leftOut = topics.filter(({ id }) => doubtful.includes(id)).map(({ id }) => id);
  const trusted = topics.filter(({ id }) => !leftOut.includes(id));
  const samples = topics.reduce((most, topic) => Math.max(most, topic.samples.length), 0);
  return {
    task: task.id,
    rewriter,
    n: topics.length,
    metrics: metricsOf(topics, task),
    intervals: intervalsOf(topics, task, seed),
    perTopic: topics.map(rowOf),
    micro: microOf(topics) ?? null,
    perSource: metricsBy(topics, task, ({ source }) => source),
    ...(topics.some(({ database }) => database !== undefined)
      ? { perDatabase: metricsBy(topics, task, ({ database = '' }) => database) }
      : {}),
    withoutDoubtful:
      leftOut.length === 0 || trusted.length === 0
        ? null
        : {
            n: trusted.length,
            leftOut,
            metrics: metricsOf(trusted, task),
            intervals: intervalsOf(trusted, task, seed),
          },
    bestOf: samples <= 1 ? null : { samples, metrics: bestOf(topics, task) },
    failures: failuresOf(topics),
    comparisons: [],
    notes: [...notes, ...unknownNote(topics)],
  };
}

function metricsBy(
  topics: readonly TopicResult[],
  task: Task,
  key: (topic: TopicResult) => string,
): MetricsByGroup {
  return Object.fromEntries(
    Array.from(grouped(topics, key), ([group, members]) => [
      group,
      { n: members.length, metrics: metricsOf(members, task) },
    ]),
  );
}

function rowOf(topic: TopicResult): TopicRow {
  const { id, source, group, figures, reward, samples } = topic;
  const [first] = samples;
  const failed = samples.every(({ failure }) => failure !== null);
  const all = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value ?? null]));
  return {
    id,
    query: first?.query ?? null,
    ...{ recall: null, precision: null, records: null },
    ...all,
    error: failed ? (first?.failure?.message ?? 'There was no attempt.') : null,
    failure: failed ? (first?.failure?.kind ?? null) : null,
    source,
    group,
    ...(reward === undefined ? {} : { reward }),
    seconds: mean(samples.map(({ seconds }) => seconds)) ?? null,
    ...(samples.length <= 1
      ? {}
      : {
          samples: samples.map((sample) => ({
            query: sample.query,
            ...sample.figures,
            reward: sample.reward,
            error: sample.failure?.message ?? null,
          })),
        }),
  };
}

/** Means over topics of the best sample, for every figure of which more is better. */
function bestOf(topics: readonly TopicResult[], { metricNames }: Task): Metrics {
  return Object.fromEntries(
    metricNames
      .filter((name) => !lessIsBetter.has(name))
      .map((name) => {
        const best = topics.flatMap(({ samples }) => {
          const values = samples.flatMap(({ figures }) => figures[name] ?? []);
          return values.length === 0 ? [] : [Math.max(...values)];
        });
        return [name, mean(best) ?? null];
      }),
  );
}

const lessIsBetter = new Set(['records', 'nnr', 'unknown']);

function unknownNote(topics: readonly TopicResult[]): readonly string[] {
  const unknown = topics.reduce((sum, { figures }) => sum + (figures['unknown'] ?? 0), 0);
  const relevant = topics.reduce((sum, topic) => sum + (topic.relevant ?? 0), 0);
  if (unknown === 0) return [];
  return [
    `${Math.round(unknown)} of ${relevant} relevant records are not held where it was searched. No query can find them, and they count as missed; --held-only leaves them out.`,
  ];
}
