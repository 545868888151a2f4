import { topDocuments } from './feature.ts';

/*
 * The only constants that were fitted to labels: a logistic regression of "relevant" on the score as a share of the best ones, over the heads of
 * 32 review topics, and the chance at which screening one more record still raises F3 (docs/evaluation.md tells how flat both are).
 */
const slope = 7.25;
const offset = 7.46;
/** A record is worth screening for F3 when its chance to be relevant is at least so high: one in fifty. */
export const leastChance = 0.02;
/** The best scores, whose mean is the measure of all others. */
const bestScores = 10;
/** Records below this share of the best scores have no chance. */
const leastScore = 0.25;

/**
 * The chance of each document to be relevant, 0..1, by its score. On average over topics it is about right; how many relevant records a single
 * topic has it cannot know. 0 for all where no document has a score.
 */
export function chancesOf(scores: Float64Array): Float64Array {
  const best = topDocuments(scores, bestScores);
  const measure = best.reduce((sum, doc) => sum + (scores[doc] ?? 0), 0) / Math.max(1, best.length);
  return scores.map((score) =>
    measure > 0 && score >= leastScore * measure ? 1 / (1 + Math.exp(offset - (slope * score) / measure)) : 0,
  );
}

/**
 * F3 as it may be expected of `count` records with `caught` relevant ones in expectation, out of `total`: 10 PR / (9 P + R), which is
 * 10 caught / (count + 9 total). 0 where nothing is.
 */
export function expectedF3(caught: number, count: number, total: number): number {
  return count + total === 0 ? 0 : (10 * caught) / (count + 9 * total);
}
