import type { ResolvedQuery } from '../../pubmed/index.ts';
import { canDescribe, SearchError } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { QueryShape, ShapeBlock } from '../shape/index.ts';

/** A block of one query and the block of another that means the same concept, by position. */
export type AlignedPair = readonly [number, number];

/** Blocks that share this part of the words of the smaller one are on one concept. */
const sharedWords = 0.3;
/** So are blocks that share this part of all records that either finds (Jaccard). */
const sharedRecords = 0.1;
/** Comparisons by records in a rewrite. */
const mostComparisons = 60;

/** Finds out which blocks of two queries are on the same concept: by the words of their terms, else by the records that they find. */
export class Aligner {
  readonly #engine: SearchEngine;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, number>();
  #left = mostComparisons;

  constructor(engine: SearchEngine, signal: AbortSignal) {
    this.#engine = engine;
    this.#signal = signal;
  }

  /** Pairs of blocks, each block in one pair at most; the likest first. */
  async align(a: QueryShape, b: QueryShape): Promise<readonly AlignedPair[]> {
    const pairs: AlignedPair[] = [];
    choose(a, b, pairs, (one, other) => wordsInCommon(one, other), sharedWords);
    const scores = new Map<string, number>();
    for (const [i, one] of a.blocks.entries())
      for (const [j, other] of b.blocks.entries())
        if (!pairs.some(([x, y]) => x === i || y === j))
          scores.set(`${one.query}\n${other.query}`, await this.#recordsInCommon(one.query, other.query));
    choose(a, b, pairs, (one, other) => scores.get(`${one.query}\n${other.query}`) ?? 0, sharedRecords);
    return pairs;
  }

  async #recordsInCommon(a: string, b: string): Promise<number> {
    const key = `${a}\n${b}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (!canDescribe(this.#engine) || this.#left-- <= 0) return 0;
    const queries = [resolveText(a), resolveText(b)].filter(
      (query): query is ResolvedQuery => !isUnresolvable(query),
    );
    if (queries.length < 2) return 0;
    let score = 0;
    try {
      const { pairs } = await this.#engine.overlap(queries, [], { signal: this.#signal });
      score = pairs[0]?.jaccard ?? 0;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof SearchError)) throw error; // What cannot be compared is not on one concept.
    }
    this.#known.set(key, score);
    return score;
  }
}

/** Adds the likest pairs of blocks that are in none yet. */
function choose(
  a: QueryShape,
  b: QueryShape,
  pairs: AlignedPair[],
  likeness: (one: ShapeBlock, other: ShapeBlock) => number,
  least: number,
): void {
  const scored = a.blocks.flatMap((one, i) =>
    b.blocks.map((other, j) => ({ i, j, score: likeness(one, other) })),
  );
  scored.sort((x, y) => y.score - x.score || x.i - y.i || x.j - y.j);
  for (const { i, j, score } of scored)
    if (score >= least && !pairs.some(([x, y]) => x === i || y === j)) pairs.push([i, j]);
}

/** Shared words / words of the block that has fewer (overlap coefficient), 0..1. */
function wordsInCommon({ words: a }: ShapeBlock, { words: b }: ShapeBlock): number {
  const least = Math.min(a.size, b.size);
  if (least === 0) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared / least;
}
