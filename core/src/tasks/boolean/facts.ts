import { defaultBudget } from '../../rewriting/index.ts';
import type { BooleanFacts } from '../../rewards/index.ts';
import type { Judged, RunOptions } from '../task.ts';
import { RowError } from '../task.ts';
import type { BooleanOutcome } from './outcome.ts';

/**
 * What rewards are paid on.
 * @throws RowError for a budget that is none, and, with code `no-relevant`, where the engine holds none of the relevant records: whatever
 * a query finds there is wrong, and a model would learn from the noise to find little.
 */
export function booleanFacts(
  { structure, answer, outcome }: Judged<BooleanOutcome>,
  options: RunOptions,
): BooleanFacts {
  const budget = options.budget ?? usualBudget(outcome);
  if (!(Number.isFinite(budget) && budget >= 1))
    throw new RowError(`budget must be a number of records, 1 or more, not ${String(budget)}.`);
  if (outcome?.unknown !== undefined && outcome.unknown >= outcome.relevant)
    throw new RowError(
      `None of the ${outcome.relevant} relevant records is held where it is searched, so no query can be right. Leave the topic out, or search where they are.`,
      'no-relevant',
    );
  const measurement = outcome?.kind === 'ran' ? outcome.measurement : undefined;
  return {
    isWellFormed: structure.isValid,
    answer,
    loopholes: outcome?.loopholes ?? [],
    isValid: measurement !== undefined,
    relevant: outcome?.relevant ?? 1,
    found: measurement?.found.length ?? 0,
    records: measurement?.count ?? 0,
    terms: outcome?.terms ?? 0,
    budget,
  };
}

/** Share of a library that a team screens at most, unless an item says otherwise: a fortieth. */
const mostScreened = 1 / 40;

/**
 * The budget of an item that names none: `defaultBudget`, in a small library less, since all of it would be within the budget, and a query for
 * everything would earn as much as one for the topic. Never less than there are relevant records.
 */
function usualBudget(outcome: BooleanOutcome | undefined): number {
  const { held = Infinity, relevant = 1 } = outcome ?? {};
  return Math.min(defaultBudget, Math.max(relevant, held * mostScreened));
}
