import type { EvidenceOutcome } from './run.ts';

/** Whether one of the first 1, 5, 20, 100 passages has an answer, and 1 / rank of the first that has. */
export const evidenceMetricNames = ['hits1', 'hits5', 'hits20', 'hits100', 'mrr'] as const;

/**
 * The figures of an outcome. A query that failed found nothing, and counts so. Hits beyond the ranks that were looked at cannot be said
 * where none came before.
 */
export function evidenceMetrics(
  outcome: EvidenceOutcome | undefined,
): Readonly<Record<string, number | undefined>> {
  const { rank, depth = Infinity, problem } = outcome ?? {};
  const isFailure = outcome === undefined || problem !== undefined;
  const hits = (k: number): number | undefined => {
    if (rank !== undefined) return rank <= k ? 1 : 0;
    return isFailure || k <= depth ? 0 : undefined;
  };
  return {
    ...{ hits1: hits(1), hits5: hits(5), hits20: hits(20), hits100: hits(100) },
    mrr: rank === undefined ? 0 : 1 / rank,
  };
}
