import { hitsAtK, ndcg, relevantAtK } from '@querent/core/metrics';
import type { ReviewTopic } from '../../evaluation/topics.ts';

/** Gives ids for the words of a topic, best first. */
export type Ranking = (words: readonly string[]) => readonly string[] | Promise<readonly string[]>;

/** Means over the topics: NDCG@10, recall@1000, hits@10. A topic for which nothing is found counts as 0. */
export async function quality(
  name: string,
  topics: readonly ReviewTopic[],
  questions: readonly (readonly string[])[],
  rank: Ranking,
): Promise<Record<string, number>> {
  let [gain, found, hits] = [0, 0, 0];
  for (const [i, { relevant }] of topics.entries()) {
    const ids = await rank(questions[i] ?? []);
    const set = new Set(relevant);
    gain += ndcg(ids, new Map(relevant.map((id) => [id, 1])), 10) ?? 0;
    found += relevantAtK(ids, set, 1000) / set.size;
    hits += hitsAtK(ids, set, 10) ?? 0;
  }
  const mean = (sum: number): number => Math.round((sum / topics.length) * 10_000) / 10_000;
  return {
    [`ranked.${name}Ndcg10`]: mean(gain),
    [`ranked.${name}RecallAt1000`]: mean(found),
    [`ranked.${name}HitsAt10`]: mean(hits),
  };
}
