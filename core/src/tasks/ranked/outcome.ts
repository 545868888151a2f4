import type { Loophole } from '../../rewards/index.ts';

/** What became of a query that ranks, whatever the task. */
export interface RankedOutcome {
  /** Why it could not be ranked by; undefined when it was. */
  readonly problem: string | undefined;
  readonly loopholes: readonly Loophole[];
  /** Words of the query. */
  readonly words: number;
  /** Ids, best first, at most `depth`; empty when there is a problem. */
  readonly ids: readonly string[];
  /** Ranks that were looked at, >= 1. */
  readonly depth: number;
}

/** See `TaskDefinition.failure`. */
export function rankedFailure({ problem }: RankedOutcome): string | undefined {
  return problem;
}
