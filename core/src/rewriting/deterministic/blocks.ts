import { DocSet } from '../../corpus/index.ts';
import type { Worth } from './cover.ts';
import { addBits, caughtBy, sumOf } from './cover.ts';
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
  const first = bestPair(usable, worth, options);
  if (first === undefined) return undefined;
  const blocks: readonly [Feature[], Feature[]] = [[first[0]], [first[1]]];
  const sets = [first[0].docs.words.slice(), first[1].docs.words.slice()] as const;
  const covered = new DocSet(size);
  let count = 0;
  const update = (): void => {
    covered.words.forEach((_, w) => (covered.words[w] = (sets[0][w] ?? 0) & (sets[1][w] ?? 0)));
    count = covered.count();
  };
  update();
  while (blocks[0].length + blocks[1].length < options.mostFeatures) {
    let best: { feature: Feature; side: 0 | 1 } | undefined;
    let merit = 0;
    for (const feature of usable) {
      if (blocks[0].includes(feature) || blocks[1].includes(feature)) continue;
      for (const side of [0, 1] as const) {
        const { gain, cost } = more(feature.docs.words, sets[side === 0 ? 1 : 0], covered.words, worth);
        if (cost === 0 || gain === 0 || count + cost > options.budget || gain / cost < options.leastMeanWorth)
          continue;
        const its = gain / cost ** options.exponent;
        if (its > merit) [best, merit] = [{ feature, side }, its];
      }
    }
    if (best === undefined) break;
    blocks[best.side].push(best.feature);
    addBits(sets[best.side], best.feature.docs.words);
    update();
  }
  const total = sumOf(worth);
  return { blocks, docs: covered, count, caught: total === 0 ? 0 : caughtBy(covered.words, worth) / total };
}

function bestPair(
  features: readonly Feature[],
  worth: Worth,
  { budget, exponent }: TwoBlocksOptions,
): readonly [Feature, Feature] | undefined {
  let best: readonly [Feature, Feature] | undefined;
  let merit = 0;
  for (const [i, a] of features.entries())
    for (const b of features.slice(0, i)) {
      const { gain, cost } = more(a.docs.words, b.docs.words, undefined, worth);
      if (cost === 0 || cost > 0.9 * budget) continue;
      const its = gain / cost ** exponent;
      if (its > merit) [best, merit] = [[b, a], its];
    }
  return best;
}

/** Worth and number of the documents in `a` and `b` that are not covered yet. */
function more(
  a: Uint32Array,
  b: Uint32Array,
  covered: Uint32Array | undefined,
  worth: Worth,
): { readonly gain: number; readonly cost: number } {
  let gain = 0;
  let cost = 0;
  for (let w = 0; w < a.length; w++)
    for (let word = (a[w] ?? 0) & (b[w] ?? 0) & ~(covered?.[w] ?? 0); word !== 0; word &= word - 1) {
      gain += worth[(w << 5) + 31 - Math.clz32(word & -word)] ?? 0;
      cost++;
    }
  return { gain, cost };
}
