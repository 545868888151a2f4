import type { DocSet } from '../../corpus/index.ts';
import type { Expression } from './vocabulary.ts';

/** Something to search for: an OR of terms under one name. */
export interface Feature extends Expression {
  /** `design`: the words of a kind of study. */
  readonly kind: 'concept' | 'word' | 'phrase' | 'heading' | 'design';
  /** For people: the heading, the word, the phrase. */
  readonly name: string;
  /** `topic`: the title or the query names it; `details`: only the PICO does; `feedback`: learnt from records. */
  readonly source: 'topic' | 'details' | 'feedback';
}

/** Inverse document frequency as in BM25 (Robertson & Zaragoza 2009), never negative. `count` of `total` documents have the term. */
export function idf(count: number, total: number): number {
  return Math.log(1 + (total - count + 0.5) / (count + 0.5));
}

/** Numbers of the documents with the highest scores above 0, best first, equals by number; at most `limit`. */
export function topDocuments(scores: Float64Array, limit: number): readonly number[] {
  const docs: number[] = [];
  scores.forEach((score, doc) => {
    if (score > 0) docs.push(doc);
  });
  return docs.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b).slice(0, limit);
}

/** Adds `amount` to the score of every document of `docs`. */
export function addScore(scores: Float64Array, docs: DocSet, amount: number): void {
  docs.forEach((doc) => (scores[doc] = (scores[doc] ?? 0) + amount));
}
