import type { RankedFacts } from '../facts.ts';
import type { Reward } from '../reward.ts';
import { paid, pay } from './payment.ts';
import type { LengthLimits } from './payment.ts';

/**
 * A question of 128 words holds every rewrite that adds synonyms or describes an answer; one of 512 is a text of its own. (Without reasoning
 * the reference's queries grew to 400-600 tokens while its recall stood still.)
 */
export const wordLimits = { free: 128, endless: 512 } as const satisfies LengthLimits;

/** How much of the reward for NDCG is for the rank of the first relevant record. */
const rankShare = 0.1;

/**
 * Querent's reward of ranked search: smooth in the ranks, without a cliff. -1..1.
 *
 *     by `rank`: worth = max(0, 1 - ln(rank) / ln(depth + 1)), 0 without a rank
 *     by `ndcg`: worth = 0.9·NDCG@k + 0.1·(the worth of the rank)
 *     no query: -1    cannot be ranked by: -0.5    form bad: -0.15 more    games the measure, or 512 words: worth forfeited, -0.75
 *
 * Why so:
 * - The logarithm of the rank earns the same for the way from 100 to 50 as for that from 2 to 1; the reciprocal rank pays for the last steps
 *   only and leaves a policy that begins at rank 900 without a direction. It reaches 0 just beyond `depth`, so coming into the ranking is no step.
 * - NDCG@k is 0 for all that happens beyond k. The tenth for the first relevant record's rank is what is left to learn from there; NDCG
 *   decides within k.
 * - A query that holds the answer (loophole `knowledge`) is forfeited: it searches for what it should find.
 * @param options.by what is paid for; NDCG where there is one, else the rank.
 * @param options.depth ranks that were looked at, >= 1; 3,000 unless told otherwise, as in the reference.
 */
export function querentRanked(
  facts: RankedFacts,
  options: { readonly by?: 'ndcg' | 'rank'; readonly depth?: number } = {},
): Reward {
  if (!facts.isValid) return paid(facts, { validity: pay.invalid }, facts.words, wordLimits);
  const byRank = worthOfRank(facts.rank, options.depth ?? 3000);
  const by = options.by ?? (facts.ndcg === undefined ? 'rank' : 'ndcg');
  const outcome = by === 'rank' ? byRank : (1 - rankShare) * (facts.ndcg ?? 0) + rankShare * byRank;
  return paid(facts, { outcome }, facts.words, wordLimits);
}

function worthOfRank(rank: number | undefined, depth: number): number {
  return rank === undefined ? 0 : Math.max(0, 1 - Math.log(rank) / Math.log(depth + 1));
}
