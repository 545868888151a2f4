import { RowError } from '@querent/core/tasks';
import type { Task, World } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { topicResult } from './figures/topics.ts';
import type { EvaluationItem } from './items/item.ts';
import { attemptItem } from './judge.ts';
import type { JudgingSettings } from './judge.ts';
import type { SampleResult, TopicResult } from './result.ts';
import type { EvaluatedRewriter } from './rewriters/rewriter.ts';
import { keyOf } from './runFolder.ts';
import type { RunFolder } from './runFolder.ts';

/** What is run. */
export interface Evaluation {
  readonly task: Task;
  readonly items: readonly EvaluationItem[];
  readonly rewriters: readonly EvaluatedRewriter[];
  readonly world: World;
  readonly judging: JudgingSettings;
  /** Topics that are attempted at the same time, >= 1: for servers of models and of databases, which do several things at once. */
  readonly concurrency: number;
  /** Where results are kept as they come, and taken from. */
  readonly folder?: RunFolder;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

export interface EvaluationProgress {
  readonly rewriter: string;
  readonly id: string;
  /** Attempts that are done, those found in the folder included. */
  readonly done: number;
  readonly total: number;
}

/**
 * Lets every rewriter attempt every item. Results are in the order of rewriters and items, whatever order they came in.
 * @throws the first fault of the world or a model, once no attempt is under way any more; what was judged is in the folder then.
 */
export async function evaluate(evaluation: Evaluation): Promise<ReadonlyMap<string, readonly TopicResult[]>> {
  const { task, items, rewriters, world, judging, folder, signal, onProgress } = evaluation;
  const results = new Map<string, SampleResult>(folder?.done ?? []);
  const jobs = rewriters.flatMap((rewriter) =>
    items.flatMap((item) =>
      Array.from({ length: rewriter.samples }, (_, sample) => ({
        rewriter,
        item,
        sample,
        key: keyOf({ rewriter: rewriter.name, id: item.question.id, sample }),
      })),
    ),
  );
  const open = jobs.filter(({ key }) => !results.has(key));
  let done = jobs.length - open.length;
  // One fault ends the run: the others are told to stop, so that nothing is judged after it.
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const queue = open.values();
  const work = async (): Promise<void> => {
    for (const { rewriter, item, sample, key } of queue) {
      const result = await attemptItem(rewriter, item, sample, task, world, judging, either).catch(
        (error: unknown) => {
          throw error instanceof RowError ? badInput(`${item.question.id}: ${error.message}`, error) : error;
        },
      );
      await folder?.append(result);
      results.set(key, result);
      onProgress?.({ rewriter: rewriter.name, id: item.question.id, done: ++done, total: jobs.length });
      either.throwIfAborted();
    }
  };
  const workers = await Promise.allSettled(
    Array.from({ length: Math.max(1, evaluation.concurrency) }, async () => {
      try {
        await work();
      } catch (error) {
        if (!ending.signal.aborted) ending.abort(error);
        throw error;
      }
    }),
  );
  if (workers.some(({ status }) => status === 'rejected'))
    throw signal.aborted ? signal.reason : ending.signal.reason;
  return new Map(
    rewriters.map((rewriter) => [
      rewriter.name,
      items.map((item) =>
        topicResult(
          item,
          Array.from({ length: rewriter.samples }, (_, sample) =>
            results.get(keyOf({ rewriter: rewriter.name, id: item.question.id, sample })),
          ).filter((result) => result !== undefined),
        ),
      ),
    ]),
  );
}
