import type { Measurement } from '../../search/index.ts';
import type { RewriteRequest } from '../proposal.ts';
import { defaultBudget } from '../deterministic/index.ts';
import { decisive } from './front.ts';

/** What is compared with the query that is there. */
interface Both {
  readonly measurement: Measurement;
  readonly whole: Measurement | undefined;
}

/** Why a query is not worth showing beside the one that is there, as a sentence; undefined when it is. */
export function whyNotWorthShowing(
  one: Both,
  original: Both | undefined,
  { goal, budget = defaultBudget }: Pick<RewriteRequest, 'goal' | 'budget'>,
): string | undefined {
  if (one.measurement.count === 0) return `It finds no record in ${one.measurement.provenance.label}.`;
  if (original === undefined) return undefined;
  // A whole is compared with a whole, or nothing can be said.
  if ((one.whole === undefined) !== (original.whole === undefined)) return undefined;
  const [now, before] = [decisive(one), decisive(original)];
  if (goal === 'narrow' && now.count >= before.count)
    return 'It finds no fewer records than the query that is there.';
  if (before.recall === undefined) return undefined;
  if (
    goal === 'catch-missed' &&
    before.missed.length > 0 &&
    !now.found.some((id) => before.missed.includes(id))
  )
    return 'It finds none of the seeds that the query that is there misses.';
  // That all of a handful of seeds are found is no proof: what finds them in more records, still within the budget, may miss less of what is not known.
  const isSafer = before.missed.length === 0 && now.count > before.count && now.count <= budget;
  if (isSafer && now.missed.length === 0 && goal !== 'catch-missed') return undefined;
  if (now.found.length <= before.found.length && now.count >= before.count)
    return 'It finds no more seeds than the query that is there, and no fewer records.';
  return undefined;
}
