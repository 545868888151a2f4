import { wilsonInterval } from '../../metrics/index.ts';
import type { Measurement } from '../../search/index.ts';
import type { Draft, RewriteRequest, Share } from '../proposal.ts';

/** A share with its interval; undefined of nothing. */
export function shareOf(found: number, total: number): Share | undefined {
  if (total === 0) return undefined;
  return { found, total, value: found / total, interval: wilsonInterval(found, total) };
}

/** Recall on all seeds. */
export function seedRecallOf({ found, missed }: Measurement): Share | undefined {
  return shareOf(found.length, found.length + missed.length);
}

/** The seeds that helped to write a draft: what it says, else all of the request for what is not a model's. */
export function seedsUsedBy({ origin, shownSeeds }: Draft, { seeds }: RewriteRequest): readonly string[] {
  if (shownSeeds !== undefined) return shownSeeds.filter((id) => seeds.includes(id));
  return origin === 'model' ? [] : seeds;
}

/** Recall on the seeds that a model was not shown; undefined where it was shown none, or all. */
export function recallOnUnshown({ found, missed }: Measurement, shown: readonly string[]): Share | undefined {
  if (shown.length === 0) return undefined;
  const isUnshown = (id: string): boolean => !shown.includes(id);
  const caught = found.filter(isUnshown).length;
  return shareOf(caught, caught + missed.filter(isUnshown).length);
}
