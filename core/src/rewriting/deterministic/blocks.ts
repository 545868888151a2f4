import { DocSet } from '../../corpus/index.ts';
import type { Worth } from './cover.ts';
import { caughtBy, newlyFound, sumOf } from './cover.ts';
import type { Feature } from './feature.ts';

/** The shape that librarians write: `(a OR b OR c) AND (x OR y OR z)`. */
export interface TwoBlocks {
  readonly blocks: readonly [readonly Feature[], readonly Feature[]];
  readonly docs: DocSet;
  readonly count: number;
  /** Share of all worth that it catches, 0..1. */
  readonly caught: number;
}

/** How two blocks are limited. */
export interface TwoBlocksOptions {
  readonly budget: number;
  /** Most features in both blocks together. */
  readonly mostFeatures: number;
  /** As for the cover: merit is gain / cost^exponent. */
  readonly exponent: number;
  /**
   * A feature is added only while the documents that it brings are worth so much on average; the best document of the ranking is
   * worth 1. Keeps precision.
   */
  readonly leastMeanWorth: number;
}

/** Features of more than this share of all documents make no block: nearly everything passes. */
const mostOfAll = 0.3;

/**
 * Builds two blocks greedily: the best pair of features first, then the feature and the block where it has the best merit.
 * Undefined when no two features occur together within the budget.
 */
export function twoBlocks(
  features: readonly Feature[],
  worth: Worth,
  size: number,
  options: TwoBlocksOptions,
): TwoBlocks | undefined {
  const usable = features.filter(({ count }) => count <= Math.max(10, mostOfAll * size));
  const first = bestPair(usable, worth, size, options);
  if (first === undefined) return undefined;
  const blocks: readonly [Feature[], Feature[]] = [[first[0]], [first[1]]];
  const sets = [first[0].docs.clone(), first[1].docs.clone()] as const;
  let covered = sets[0].and(sets[1]);
  let count = covered.count();
  while (blocks[0].length + blocks[1].length < options.mostFeatures) {
    let best: { feature: Feature; side: 0 | 1 } | undefined;
    let merit = 0;
    for (const feature of usable) {
      if (blocks[0].includes(feature) || blocks[1].includes(feature)) continue;
      for (const side of [0, 1] as const) {
        const { gain, cost } = newlyFound(feature.docs, covered, worth, sets[side === 0 ? 1 : 0]);
        if (cost === 0 || gain === 0 || count + cost > options.budget || gain / cost < options.leastMeanWorth)
          continue;
        const its = gain / cost ** options.exponent;
        if (its > merit) [best, merit] = [{ feature, side }, its];
      }
    }
    if (best === undefined) break;
    blocks[best.side].push(best.feature);
    sets[best.side].addAll(best.feature.docs);
    covered = sets[0].and(sets[1]);
    count = covered.count();
  }
  return { blocks, docs: covered, count, caught: caughtBy(covered, worth, sumOf(worth)) };
}

function bestPair(
  features: readonly Feature[],
  worth: Worth,
  size: number,
  { budget, exponent }: TwoBlocksOptions,
): readonly [Feature, Feature] | undefined {
  const nothing = new DocSet(size);
  let best: readonly [Feature, Feature] | undefined;
  let merit = 0;
  for (const [i, a] of features.entries())
    for (const b of features.slice(0, i)) {
      const { gain, cost } = newlyFound(a.docs, nothing, worth, b.docs);
      if (cost === 0 || cost > 0.9 * budget) continue;
      const its = gain / cost ** exponent;
      if (its > merit) [best, merit] = [[b, a], its];
    }
  return best;
}
