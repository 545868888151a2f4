import type { ComponentName } from '@querent/core/rewards';
import type { Failure } from './rewriters/rewriter.ts';

/** One attempt at one topic, judged: a line of `results.jsonl`. */
export interface SampleResult {
  readonly rewriter: string;
  readonly id: string;
  /** From 0. */
  readonly sample: number;
  readonly query: string | null;
  /** As the model wrote it, cut at 20,000 characters; null for rewriters that write none. */
  readonly completion: string | null;
  /** By the names of the task; null where a figure cannot be said. A failure has the figures that a failure counts as. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** What the task's default reward pays for the completion; null without one. */
  readonly reward: number | null;
  readonly components: Readonly<Record<ComponentName, number>> | null;
  readonly failure: Failure | null;
  /** Seconds that the rewriter took, and those that judging took. */
  readonly seconds: number;
  readonly judgingSeconds: number;
  /** Tokens that the model wrote; null where it is not known. */
  readonly tokens: number | null;
}

/** The attempts of a rewriter at a topic, as one. */
export interface TopicResult {
  readonly id: string;
  readonly source: string;
  readonly group: string;
  /** Of questions for SQL. */
  readonly database?: string;
  readonly relevant: number | undefined;
  readonly samples: readonly SampleResult[];
  /** Means over the samples; undefined where no sample has the figure. */
  readonly figures: Readonly<Record<string, number | undefined>>;
  /** Share of samples that gave a query which was run, 0..1. */
  readonly valid: number;
  /** Mean reward of the completions; undefined without any. */
  readonly reward: number | undefined;
}
