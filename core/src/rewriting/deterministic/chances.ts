/**
 * The chance of the record at a rank (from 0) to be relevant, 0..1, as it was on average over 32 review topics: a curve of three constants, which
 * is all that was learnt of labels (docs/evaluation.md). It tells a head from a tail, not how many relevant records a topic has.
 */
export function chanceAt(rank: number): number {
  return best / (1 + (rank / half) ** steepness);
}

const best = 0.26;
const half = 75;
const steepness = 1.4;

/**
 * F3 as it may be expected of `count` records with `caught` relevant ones in expectation, out of `total`: 10 PR / (9 P + R), which is
 * 10 caught / (count + 9 total). 0 where nothing is.
 */
export function expectedF3(caught: number, count: number, total: number): number {
  return count + total === 0 ? 0 : (10 * caught) / (count + 9 * total);
}
