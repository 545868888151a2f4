import type { AnswerState, Loophole } from '../facts.ts';
import type { Reward, RewardComponents } from '../reward.ts';
import { rewardOf } from '../reward.ts';

/**
 * What Querent's own rewards have in common. All are within -1..1, and in this order, whatever else is true of a completion:
 *
 *     valid > failed when run > invalid > games the measure > no query
 *
 * `form` is little, since the reader forgives: it is there to be learned, not to decide. It is the only part that a completion without
 * any other fault can lose, so between the steps of the order there is always more than `form`.
 */
export const pay = { form: -0.15, failed: -0.3, invalid: -0.5, gamed: -0.75, noQuery: -1 } as const;

/** From how many terms on a query pays for its length, and from how many it is worth no more than one that games the measure. */
export interface LengthLimits {
  readonly free: number;
  readonly endless: number;
}

/** What of a completion decides whether it is paid. */
interface Completion {
  readonly isWellFormed: boolean;
  readonly answer: AnswerState;
  readonly loopholes: readonly Loophole[];
}

/**
 * Pays `worth` for a completion with a query, less what it gamed:
 *
 *     reward = form + (1 - g)·worth + g·gamed
 *
 * where g is 1 with a {@link Loophole}, else how far `length` is on its way from `free` to `endless`. Whatever a query found by gaming is thereby
 * forfeited, not only fined: no recall is high enough to be worth it.
 */
export function paid(
  facts: Completion,
  worth: Partial<Pick<RewardComponents, 'validity' | 'outcome' | 'cost'>>,
  length = 0,
  limits: LengthLimits = { free: Infinity, endless: Infinity },
): Reward {
  if (facts.answer !== 'read') return rewardOf({ format: pay.noQuery });
  const form = { format: facts.isWellFormed ? 0 : pay.form };
  const gamed = facts.loopholes.length > 0 ? 1 : shareOver(length, limits);
  if (gamed === 0) return rewardOf({ ...form, ...worth });
  const forfeited = (worth.validity ?? 0) + (worth.outcome ?? 0) + (worth.cost ?? 0);
  return rewardOf({ ...form, ...worth, penalty: gamed * (pay.gamed - forfeited) });
}

function shareOver(length: number, { free, endless }: LengthLimits): number {
  return length <= free ? 0 : Math.min(1, (length - free) / (endless - free));
}
