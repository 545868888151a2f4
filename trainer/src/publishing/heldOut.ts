import { mean } from '@querent/core/metrics';
import type { EvaluationFigure } from '@querent/core/channel';
import { badInput } from '@querent/server/terminal';
import { z } from 'zod';
import type { EvaluationDocument } from '../evaluation/document.ts';

/** Figures of a topic that gates compare. Failures have the figures that failures count as: 0. */
export type GateFigure = 'recallWithinBudget' | 'recall' | 'f3' | 'reward';

/** What the gate's figures are called in sentences. */
export const gateFigureTitles: Readonly<Record<GateFigure, string>> = {
  recallWithinBudget: 'recall within the budget',
  recall: 'recall',
  f3: 'F3',
  reward: 'reward',
};

const row = z.object({
  id: z.string().min(1).max(500),
  /** Near-duplicate topics have one group; they are one observation. */
  group: z.string().max(500),
  figures: z.object({
    recallWithinBudget: z.number().nullable(),
    recall: z.number().nullable(),
    f3: z.number().nullable(),
    reward: z.number().nullable(),
  }),
});

/**
 * What a release did on the held-out topics, one row a topic. It is published beside the release as `VERSION/evaluation-HASH.json`, and the next one is held against it.
 * There are no queries and no records in it.
 */
export const heldOutSchema = z.object({
  schema: z.literal(1),
  task: z.string().min(1).max(100),
  rewriter: z.string().max(500),
  /** SHA-256 of the model file that was asked; null for rewriters without one, and where it is not known. */
  model: z.string().nullable(),
  topics: z.object({
    /** File name. */
    name: z.string().max(500),
    /** Of the file; null where it is not known. */
    sha256: z.string().nullable(),
  }),
  /** Records that a team is ready to screen: what finds more has no recall within the budget. */
  budget: z.number().min(1),
  /** Relevant records that were given away, a topic. */
  seeds: z.number().min(0).nullable(),
  rows: z.array(row).max(100_000),
  /** Over topics, as releases show them. */
  summary: z.array(z.unknown()).optional(),
});
export type HeldOut = Omit<z.infer<typeof heldOutSchema>, 'summary'>;
export type HeldOutRow = HeldOut['rows'][number];

/** What is known of an evaluation beside its result. */
export interface HeldOutContext {
  readonly topics: HeldOut['topics'];
  readonly budget: number;
  readonly seeds: number | null;
  readonly model: string | null;
}

/** The rows that a gate compares, from the result of an evaluation. @throws CliError when a topic is there twice, or there is none */
export function heldOutOf(
  document: Pick<EvaluationDocument, 'task' | 'rewriter' | 'perTopic'>,
  context: HeldOutContext,
): HeldOut {
  const rows = document.perTopic.map((topic) => ({
    id: topic.id,
    group: typeof topic['group'] === 'string' ? topic['group'] : topic.id,
    figures: figuresOf(topic, context.budget),
  }));
  if (rows.length === 0) throw badInput(`The evaluation of ${document.rewriter} has no topics.`);
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) throw badInput(`The evaluation of ${document.rewriter} has the topic ${id} twice.`);
    seen.add(id);
  }
  return { schema: 1, task: document.task, rewriter: document.rewriter, ...context, rows };
}

function figuresOf(topic: Readonly<Record<string, unknown>>, budget: number): HeldOutRow['figures'] {
  // With several samples the topic's figures are their means; whether one is within the budget is for each to say.
  const samples = Array.isArray(topic['samples'])
    ? (topic['samples'] as readonly Readonly<Record<string, unknown>>[])
    : [topic];
  return {
    recallWithinBudget: mean(samples.map((sample) => withinBudget(sample, budget))) ?? 0,
    recall: numberOf(topic['recall']) ?? 0,
    f3: numberOf(topic['f3']) ?? 0,
    // A reward is not 0 for failures: without one there is none.
    reward: numberOf(topic['reward']) ?? null,
  };
}

function withinBudget(sample: Readonly<Record<string, unknown>>, budget: number): number {
  const records = numberOf(sample['records']);
  return records === undefined || records > budget ? 0 : (numberOf(sample['recall']) ?? 0);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Figures that a release shows, in this order. */
const shown = ['recall', 'f3', 'precision', 'medianRecords', 'nnr', 'validRate'];

/** The figures of a release, from the result of its evaluation. */
export function releaseFigures(
  { metrics, intervals, n }: Pick<EvaluationDocument, 'metrics' | 'intervals' | 'n'>,
  on: string,
): readonly EvaluationFigure[] {
  const names = Object.keys(metrics).filter((name) => metrics[name] !== null);
  const listed = [...shown.filter((name) => names.includes(name))];
  return (listed.length > 0 ? listed : names.slice(0, 10)).flatMap((name) => {
    const value = metrics[name];
    return value === null || value === undefined
      ? []
      : [{ name, value, interval: intervals[name] ?? null, n, on }];
  });
}
