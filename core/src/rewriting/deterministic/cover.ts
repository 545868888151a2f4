import { DocSet } from '../../corpus/index.ts';
import type { Feature } from './feature.ts';

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
  /** A clause is taken only while the documents that it brings are worth so much on average; 0 unless told otherwise. Keeps precision. */
  readonly leastMeanWorth?: number;
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
  readonly docs: DocSet;
  /** Worth of the documents not yet covered, their number, and gain / cost^exponent, 0 for too small a gain. */
  gain: number;
  cost: number;
  merit: number;
  /** How many clauses were chosen when it was last looked at. */
  round: number;
  /** Its place among the candidates: equals go in this order. */
  readonly place: number;
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
  const { budget, exponent, mostClauses, leastMeanWorth = 0 } = options;
  const chosen: Candidate[] = [];
  let count = 0;
  const assess = (one: Candidate): void => {
    Object.assign(one, newlyFound(one.docs, covered, worth));
    one.merit = one.cost === 0 || one.gain < leastGain * total ? 0 : one.gain / one.cost ** exponent;
    one.round = chosen.length;
  };
  let pool = candidates(features, size, budget);
  for (const one of pool) assess(one);
  pool = pool.filter(({ merit }) => merit > 0);
  while (chosen.length < mostClauses) {
    pool.sort((a, b) => b.merit - a.merit || a.place - b.place);
    // A clause loses merit when others are chosen and hardly ever wins, so that only those at the head are looked at anew.
    let best: Candidate | undefined;
    for (const one of pool) {
      if (best !== undefined && one.merit <= best.merit) break;
      if (one.round < chosen.length) assess(one);
      const fits = count + one.cost <= budget && one.gain >= leastMeanWorth * one.cost;
      if (fits && one.merit > (best?.merit ?? 0)) best = one;
    }
    if (best === undefined) break;
    chosen.push(best);
    count += best.cost;
    covered.addAll(best.docs);
    pool = pool.filter((one) => one !== best && one.merit > 0);
  }
  const clauses = withoutIdle(chosen, size).map(({ clause }) => clause);
  return { clauses, docs: covered, count, caught: caughtBy(covered, worth, total) };
}

function candidates(features: readonly Feature[], size: number, budget: number): Candidate[] {
  const found: Candidate[] = [];
  const add = (clause: Clause, docs: DocSet): void => {
    found.push({ clause, docs, gain: 0, cost: 0, merit: 0, round: 0, place: found.length });
  };
  for (const [i, a] of features.entries()) {
    // Words of a kind of study name no topic: they only narrow.
    if (a.count <= budget && a.kind !== 'design') add([a], a.docs);
    for (const b of features.slice(0, i)) {
      if (a.count + b.count > 1.5 * size) continue;
      const count = a.docs.countCommon(b.docs);
      // A pair that is nearly one of its parts says nothing more than the part.
      if (count <= 2 || count > budget || count >= 0.98 * Math.min(a.count, b.count)) continue;
      add([b, a], a.docs.and(b.docs));
    }
  }
  return found;
}

/** The chosen clauses without those whose documents all the others together find as well; late ones go first. */
function withoutIdle(chosen: readonly Candidate[], size: number): readonly Candidate[] {
  let kept = [...chosen];
  for (const one of [...chosen].reverse()) {
    const others = new DocSet(size);
    for (const other of kept) if (other !== one) others.addAll(other.docs);
    if (one.docs.isWithin(others)) kept = kept.filter((other) => other !== one);
  }
  return kept;
}

/** Worth (`gain`) and number (`cost`) of the documents of `docs` that are not covered yet; with `within`, only of those also in it. */
export function newlyFound(
  docs: DocSet,
  covered: DocSet,
  worth: Worth,
  within?: DocSet,
): { readonly gain: number; readonly cost: number } {
  let gain = 0;
  let cost = 0;
  // Looked at some hundred thousand times a rewrite, hence without making sets in between.
  for (let w = 0; w < docs.words.length; w++) {
    let word = (docs.words[w] ?? 0) & ~(covered.words[w] ?? 0);
    if (within !== undefined) word &= within.words[w] ?? 0;
    for (; word !== 0; word &= word - 1) {
      gain += worth[(w << 5) + 31 - Math.clz32(word & -word)] ?? 0;
      cost++;
    }
  }
  return { gain, cost };
}

/** Share of `total` worth that the documents of `docs` have, 0..1; 0 when nothing is worth anything. */
export function caughtBy(docs: DocSet, worth: Worth, total: number): number {
  if (total === 0) return 0;
  let sum = 0;
  docs.forEach((doc) => (sum += worth[doc] ?? 0));
  return sum / total;
}

/** Sum of all worth. */
export function sumOf(worth: Worth): number {
  return worth.reduce((sum, one) => sum + one, 0);
}
