import type { RankedFacts } from '../../rewards/index.ts';
import type { Judged } from '../task.ts';
import type { RankedOutcome } from './outcome.ts';

/** What rewards are paid on. `rank` and `ndcg` are the task's; both undefined when nothing was ranked. */
export function rankedFacts<Outcome extends RankedOutcome>(
  { structure, answer, outcome }: Judged<Outcome>,
  rank: number | undefined,
  ndcg: number | undefined,
): RankedFacts {
  return {
    isWellFormed: structure.isValid,
    answer,
    loopholes: outcome?.loopholes ?? [],
    isValid: outcome !== undefined && outcome.problem === undefined,
    rank,
    ndcg,
    words: outcome?.words ?? 0,
  };
}
