import { DocSet } from '../../corpus/index.ts';
import type { Worth } from './cover.ts';
import { caughtBy, newlyFound, sumOf } from './cover.ts';
import type { Feature } from './feature.ts';

/** The shape that librarians write: `(a OR b OR c) AND (x OR y OR z)`, or one block alone. */
export interface ConceptBlocks {
  readonly blocks: readonly (readonly Feature[])[];
  readonly docs: DocSet;
  readonly count: number;
  /** Share of all worth that it catches, 0..1. */
  readonly caught: number;
}

/** How blocks are limited. */
export interface BlockOptions {
  readonly budget: number;
  /** Most clauses, that is features, in all blocks together. */
  readonly mostClauses: number;
  /** As for the cover: merit is gain / cost^exponent. */
  readonly exponent: number;
}

/** Features of more than this share of all documents make no block: nearly everything passes. */
const mostOfAll = 0.3;
/** One block alone, which ORs what a librarian would AND, has to catch so much more than two. */
const oneBlockFactor = 1.1;
/** So many pairs are tried as the beginnings of two blocks. */
const mostStarts = 6;
/** The last clauses chosen are looked at again so many times. */
const mostPasses = 2;

/**
 * One or two blocks that catch most worth. Two are built greedily from the best pairs of features of which one is named by the topic, each time the
 * feature and the block with the best merit; then each clause is tried against those left out. Undefined when nothing fits the budget.
 */
export function conceptBlocks(
  features: readonly Feature[],
  worth: Worth,
  size: number,
  options: BlockOptions,
): ConceptBlocks | undefined {
  const usable = features.filter(({ count }) => count <= Math.max(10, mostOfAll * size));
  const builder = new Builder(usable, worth, size, options);
  const starts: readonly (readonly Feature[])[] = [[], ...bestPairs(usable, worth, size, options)];
  const total = sumOf(worth);
  let best: ConceptBlocks | undefined;
  let merit = -1;
  for (const start of starts) {
    const blocks = builder.improve(builder.fill(start.map((feature) => [feature])));
    const { found, count } = builder.find(blocks);
    if (count === 0 || count > options.budget) continue;
    const made = { blocks, docs: found, count, caught: caughtBy(found, worth, total) };
    const its = made.caught / (blocks.length === 1 ? oneBlockFactor : 1);
    if (its > merit + 1e-9) [best, merit] = [made, its];
  }
  return best;
}

type Blocks = readonly (readonly Feature[])[];

class Builder {
  readonly #features: readonly Feature[];
  readonly #worth: Worth;
  readonly #size: number;
  readonly #options: BlockOptions;
  readonly #lifts = new Map<Feature, Map<Feature, number>>();

  constructor(features: readonly Feature[], worth: Worth, size: number, options: BlockOptions) {
    this.#features = features;
    this.#worth = worth;
    this.#size = size;
    this.#options = options;
  }

  /** What the blocks find together; nothing without blocks. */
  find(blocks: Blocks): { readonly sets: readonly DocSet[]; readonly found: DocSet; readonly count: number } {
    const sets = blocks.map((block) => {
      const docs = new DocSet(this.#size);
      for (const feature of block) docs.addAll(feature.docs);
      return docs;
    });
    const [first, second] = sets;
    const found =
      first === undefined ? new DocSet(this.#size) : second === undefined ? first : first.and(second);
    return { sets, found, count: found.count() };
  }

  /** Adds features while there is room for them; without blocks it makes one. */
  fill(start: Blocks): Blocks {
    let blocks = start;
    for (let next = this.#more(blocks); next !== undefined; next = this.#more(blocks)) blocks = next;
    return blocks;
  }

  /** Takes each clause out in turn and fills the gap, where that catches more. */
  improve(start: Blocks): Blocks {
    let best = start;
    let caught = this.#caught(best);
    for (let pass = 0; pass < mostPasses; pass++) {
      const before = caught;
      for (const feature of best.flat()) {
        const rest = best.map((block) => block.filter((one) => one !== feature));
        if (rest.some((block) => block.length === 0)) continue;
        const other = this.fill(rest);
        const its = this.#caught(other);
        if (its > caught + 1e-9) [best, caught] = [other, its];
      }
      if (caught === before) break;
    }
    return best;
  }

  #caught(blocks: Blocks): number {
    return caughtBy(this.find(blocks).found, this.#worth, 1);
  }

  /**
   * Whether the feature is akin to the block: it occurs with the block's first feature more often than chance has it (pointwise mutual information)
   * by at least as much as with the other block's. Keeps the terms of one concept together.
   */
  #belongs(feature: Feature, blocks: Blocks, side: number): boolean {
    const [own, other] = [blocks[side]?.[0], blocks[1 - side]?.[0]];
    if (own === undefined || other === undefined) return true;
    return this.#lift(feature, own) >= this.#lift(feature, other);
  }

  /** How much more often two features occur together than by chance. */
  #lift(a: Feature, b: Feature): number {
    let of = this.#lifts.get(a);
    if (of === undefined) this.#lifts.set(a, (of = new Map<Feature, number>()));
    let lift = of.get(b);
    if (lift === undefined)
      of.set(b, (lift = (a.docs.countCommon(b.docs) * this.#size) / (a.count * b.count)));
    return lift;
  }

  #more(blocks: Blocks): Blocks | undefined {
    const { budget, mostClauses, exponent } = this.#options;
    const used = new Set(blocks.flat());
    if (used.size >= mostClauses) return undefined;
    const { sets, found, count } = this.find(blocks);
    let best: { feature: Feature; side: number } | undefined;
    let merit = 0;
    for (const feature of this.#features) {
      if (used.has(feature)) continue;
      for (let side = 0; side < Math.max(1, blocks.length); side++) {
        if (!this.#belongs(feature, blocks, side)) continue;
        const within = blocks.length === 2 ? sets[1 - side] : undefined;
        const { gain, cost } = newlyFound(feature.docs, found, this.#worth, within);
        if (cost === 0 || gain === 0 || count + cost > budget) continue;
        const its = gain / cost ** exponent;
        if (its > merit) [best, merit] = [{ feature, side }, its];
      }
    }
    if (best === undefined) return undefined;
    const { feature, side } = best;
    return blocks.length === 0
      ? [[feature]]
      : blocks.map((block, i) => (i === side ? [...block, feature] : block));
  }
}

/** The pairs with the most merit, best first: of what the topic names, or where it names one thing only, with what was learnt. */
function bestPairs(
  features: readonly Feature[],
  worth: Worth,
  size: number,
  { budget, exponent }: BlockOptions,
): readonly (readonly [Feature, Feature])[] {
  const nothing = new DocSet(size);
  const named = features.filter(({ source }) => source === 'topic');
  const least = named.some((a, i) => named.slice(0, i).some((b) => !isSame(a, b))) ? 2 : 1;
  const pairs: { pair: readonly [Feature, Feature]; merit: number }[] = [];
  for (const [i, a] of features.entries())
    for (const b of features.slice(0, i)) {
      if (Number(a.source === 'topic') + Number(b.source === 'topic') < least || isSame(a, b)) continue;
      const { gain, cost } = newlyFound(a.docs, nothing, worth, b.docs);
      if (cost > 0 && cost <= 0.9 * budget && gain > 0)
        pairs.push({ pair: [b, a], merit: gain / cost ** exponent });
    }
  return pairs
    .sort((a, b) => b.merit - a.merit)
    .slice(0, mostStarts)
    .map(({ pair }) => pair);
}

/** Whether two features are one concept in other words: most documents of the rarer one have the other, too. */
function isSame(a: Feature, b: Feature): boolean {
  return a.docs.countCommon(b.docs) > 0.6 * Math.min(a.count, b.count);
}
