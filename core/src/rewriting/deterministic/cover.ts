import { DocSet } from '../../corpus/index.ts';
import type { Feature } from './feature.ts';
import { bitCount } from './feature.ts';

/** What a document is worth to the cover; 0 for all but the head of the ranking. */
export type Worth = Float64Array;

/** One clause of a disjunction: a feature, or two features that must occur together. */
export type Clause = readonly [Feature] | readonly [Feature, Feature];

/** How a cover is limited. */
export interface CoverOptions {
  /** Most documents that the whole may find. */
  readonly budget: number;
  readonly mostClauses: number;
  /** A clause's merit is gain / cost^exponent: near 1 small exact clauses win, near 0 broad ones. */
  readonly exponent: number;
}

/** A query in the making. */
export interface Cover {
  readonly clauses: readonly Clause[];
  readonly docs: DocSet;
  /** Number of documents in `docs`. */
  readonly count: number;
  /** Share of all worth that it catches, 0..1. */
  readonly caught: number;
}

interface Candidate {
  readonly clause: Clause;
  readonly bits: Uint32Array;
  /** Worth of the documents not yet covered, and their number. */
  gain: number;
  cost: number;
}

/** A clause that catches less than this share of all worth is not worth reading. */
const leastGain = 0.0005;

/**
 * Covers what is worth most by single features and pairs, greedily: the clause with the best gain / cost^exponent first, until
 * the budget, the number of clauses or the gain is used up. Afterwards clauses whose documents others have found are dropped.
 */
export function greedyCover(
  features: readonly Feature[],
  worth: Worth,
  size: number,
  options: CoverOptions,
): Cover {
  const covered = new DocSet(size);
  const total = sumOf(worth);
  const chosen: Candidate[] = [];
  let count = 0;
  let pool = candidates(features, size, options.budget);
  for (const one of pool) assess(one, covered.words, worth);
  while (chosen.length < options.mostClauses) {
    let best: Candidate | undefined;
    let merit = 0;
    for (const one of pool) {
      if (one.cost === 0 || count + one.cost > options.budget || one.gain < leastGain * total) continue;
      const its = one.gain / one.cost ** options.exponent;
      if (its > merit) [best, merit] = [one, its];
    }
    if (best === undefined) break;
    chosen.push(best);
    count += best.cost;
    addBits(covered.words, best.bits);
    for (const one of pool) if (overlaps(one.bits, best.bits)) assess(one, covered.words, worth);
    pool = pool.filter(({ gain }) => gain >= leastGain * total);
  }
  const clauses = withoutIdle(chosen).map(({ clause }) => clause);
  return { clauses, docs: covered, count, caught: total === 0 ? 0 : caughtBy(covered.words, worth) / total };
}

function candidates(features: readonly Feature[], size: number, budget: number): Candidate[] {
  const found: Candidate[] = [];
  for (const [i, a] of features.entries()) {
    if (a.count <= budget) found.push({ clause: [a], bits: a.docs.words, gain: 0, cost: 0 });
    for (const b of features.slice(0, i)) {
      if (a.count + b.count > 1.5 * size) continue;
      const bits = new Uint32Array(a.docs.words.length);
      let count = 0;
      for (let w = 0; w < bits.length; w++) {
        const common = (a.docs.words[w] ?? 0) & (b.docs.words[w] ?? 0);
        if (common !== 0) count += bitCount(common);
        bits[w] = common;
      }
      // A pair that is nearly one of its parts says nothing more than the part.
      if (count <= 2 || count > budget || count >= 0.98 * Math.min(a.count, b.count)) continue;
      found.push({ clause: [b, a], bits, gain: 0, cost: 0 });
    }
  }
  return found;
}

function assess(candidate: Candidate, covered: Uint32Array, worth: Worth): void {
  let gain = 0;
  let cost = 0;
  const { bits } = candidate;
  for (let w = 0; w < bits.length; w++)
    for (let word = (bits[w] ?? 0) & ~(covered[w] ?? 0); word !== 0; word &= word - 1) {
      gain += worth[(w << 5) + 31 - Math.clz32(word & -word)] ?? 0;
      cost++;
    }
  candidate.gain = gain;
  candidate.cost = cost;
}

/** The chosen clauses without those whose documents all the others together find as well; late ones go first. */
function withoutIdle(chosen: readonly Candidate[]): readonly Candidate[] {
  let kept = [...chosen];
  for (const one of [...chosen].reverse()) {
    const others = new Uint32Array(one.bits.length);
    for (const other of kept) if (other !== one) addBits(others, other.bits);
    if (one.bits.every((word, w) => (word & ~(others[w] ?? 0)) === 0))
      kept = kept.filter((other) => other !== one);
  }
  return kept;
}

function overlaps(a: Uint32Array, b: Uint32Array): boolean {
  for (let w = 0; w < a.length; w++) if (((a[w] ?? 0) & (b[w] ?? 0)) !== 0) return true;
  return false;
}

/** Adds the documents of `bits` to `into`. */
export function addBits(into: Uint32Array, bits: Uint32Array): void {
  for (let w = 0; w < into.length; w++) into[w] = (into[w] ?? 0) | (bits[w] ?? 0);
}

/** Sum of the worth of the documents in `bits`. */
export function caughtBy(bits: Uint32Array, worth: Worth): number {
  let sum = 0;
  for (let w = 0; w < bits.length; w++)
    for (let word = bits[w] ?? 0; word !== 0; word &= word - 1)
      sum += worth[(w << 5) + 31 - Math.clz32(word & -word)] ?? 0;
  return sum;
}

/** Sum of all worth. */
export function sumOf(worth: Worth): number {
  return worth.reduce((sum, one) => sum + one, 0);
}
