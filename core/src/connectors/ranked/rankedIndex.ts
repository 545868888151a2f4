import type { RankedClause } from './clauses.ts';
import { Largest } from './largest.ts';

/**
 * How records are weighed: BM25 with lunr's parameters, which are also those of the reference for BEIR (k1 = 1.2: how soon more
 * occurrences stop counting; b = 0.75: how much long texts are held against them), over one field that holds everything, as the
 * reference's `contents`. A word in the title counts twice: the title stands in the field twice.
 *
 * lunr could keep fields apart, but then adds up their scores: a word counts as rare in each anew. On the review topics that found 5 of 100
 * relevant records fewer.
 */
export const BM25 = { k1: 1.2, b: 0.75, titleWeight: 2 } as const;

/** lunr's name of the one field. */
export const FIELD = 'contents';

/** Weights are kept as lunr rounds them, in thousandths. */
export const WEIGHT_UNIT = 1000;

/** An index as it lies in memory and on disk. */
export interface RankedParts {
  /** Record ids by document number. */
  readonly ids: readonly string[];
  /** Terms in the order of their UTF-16 units; the number of a term is its place. */
  readonly terms: readonly string[];
  /** Where the postings of each term begin; one more at the end. */
  readonly offsets: Uint32Array;
  /** Document numbers, ascending within a term. */
  readonly docs: Uint32Array;
  /** lunr's weight of the term in that document, in {@link WEIGHT_UNIT}ths. */
  readonly weights: Uint16Array;
}

/** The best documents of a query. */
export interface Candidates {
  /** Documents that match at all. */
  readonly count: number;
  /** Document numbers, best first; of equal ones the lower number first. */
  readonly docs: Uint32Array;
}

/**
 * An index for ranking: what lunr's own index holds, in typed arrays (a sixtieth of its memory). It finds the documents that may be
 * among the best with whole numbers alone; lunr then scores those (`lunrScores`).
 */
export class RankedIndex {
  readonly parts: RankedParts;

  constructor(parts: RankedParts) {
    this.parts = parts;
  }

  get documentCount(): number {
    return this.parts.ids.length;
  }

  /** The number of a term, -1 when no document has it. */
  termNumber(term: string): number {
    const { terms } = this.parts;
    let low = 0;
    let high = terms.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = terms[middle] ?? '';
      if (found === term) return middle;
      if (found < term) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** Where the postings of a term lie in `docs` and `weights`; nowhere for -1. */
  postings(term: number): readonly [start: number, end: number] {
    return term < 0 ? [0, 0] : [this.parts.offsets[term] ?? 0, this.parts.offsets[term + 1] ?? 0];
  }

  /**
   * The `most` best documents. A document matches when it has one of the words that are not excluded, every required and no excluded
   * one. `check` is called between the clauses and may throw.
   */
  best(clauses: readonly RankedClause[], most: number, check: () => void): Candidates {
    const { docs, weights } = this.parts;
    const size = this.documentCount;
    const scores = new Float64Array(size);
    const state = new Uint8Array(size);
    /** How many of the required clauses so far a document has, as long as it has all. */
    const has = new Uint16Array(size);
    let required = 0;
    for (const { term, weight, presence } of clauses) {
      check();
      const [start, end] = this.postings(this.termNumber(term));
      for (let i = start; i < end; i++) {
        const doc = docs[i] ?? 0;
        if (presence === 'excluded') state[doc] = EXCLUDED;
        else {
          if (state[doc] === UNSEEN) state[doc] = MATCHES;
          if (presence === 'required' && has[doc] === required) has[doc] = required + 1;
          scores[doc] = (scores[doc] ?? 0) + (weights[i] ?? 0) * weight;
        }
      }
      if (presence === 'required') required++;
    }
    check();
    // One number holds score and document, so that equal scores need no second look; both are whole and fit, see `clauses.ts`.
    const largest = new Largest(Math.min(most, size));
    let count = 0;
    for (let doc = 0; doc < size; doc++) {
      if (state[doc] !== MATCHES || has[doc] !== required) continue;
      count++;
      largest.offer((scores[doc] ?? 0) * size + (size - 1 - doc));
    }
    return { count, docs: Uint32Array.from(largest.descending(), (key) => size - 1 - (key % size)) };
  }
}

const UNSEEN = 0;
const MATCHES = 1;
const EXCLUDED = 2;
