import { hitsAtK, ndcg, recall, relevantAtK } from '../../metrics/index.ts';
import type { RetrievalOutcome } from './run.ts';
import type { JudgedTarget } from './target.ts';

/**
 * `ndcg`: at the `k` that was asked for, linear gain, ideal order by grade; `ndcg10` the same at 10. `recall10`, `recall100`, `recall1000`: share of
 * the relevant documents among the first ones. `hits1`, `hits5`, `hits20`, `hits100`: whether one is. `mrr`: 1 / rank of the first.
 */
export const retrievalMetricNames = [
  ...['ndcg', 'ndcg10', 'recall10', 'recall100', 'recall1000'],
  ...['hits1', 'hits5', 'hits20', 'hits100', 'mrr'],
] as const;

/** The figures of an outcome; a query that failed found nothing, and counts so. */
export function retrievalMetrics(
  outcome: RetrievalOutcome | undefined,
  { grades, relevant }: JudgedTarget,
): Readonly<Record<string, number | undefined>> {
  const ids = outcome?.ids ?? [];
  const rank = outcome?.rank;
  const found = (k: number): number | undefined => recall(relevantAtK(ids, relevant, k), relevant.size);
  const hits = (k: number): number | undefined => hitsAtK(ids, relevant, k);
  return {
    ...{ ndcg: outcome?.ndcg ?? 0, ndcg10: ndcg(ids, grades, 10) },
    ...{ recall10: found(10), recall100: found(100), recall1000: found(1000) },
    ...{ hits1: hits(1), hits5: hits(5), hits20: hits(20), hits100: hits(100) },
    mrr: rank === undefined ? 0 : 1 / rank,
  };
}
