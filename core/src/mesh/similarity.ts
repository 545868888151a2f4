import { editDistance } from '../text/index.ts';
import type { Descriptor } from './descriptor.ts';
import type { TermIndex } from './termIndex.ts';
import { wordsOf } from './termIndex.ts';

/** Words that share fewer trigrams (Dice) are not looked at. */
const MIN_TRIGRAM_SIMILARITY = 0.3;
/** So many words that share most trigrams have their edit distance taken. */
const MAX_TRIGRAM_CANDIDATES = 150;
/** Words of a query below this similarity to a word of MeSH are not taken for a misspelling of it. */
const MIN_WORD_SIMILARITY = 0.65;
/** Words beyond these add nothing to a suggestion, and a pasted page must not take seconds. */
const MAX_QUERY_WORDS = 12;
/** Words whose trigrams are taken between two pauses: some 10 ms. */
const WORDS_AT_ONCE = 1_500;

interface Candidate {
  readonly word: number;
  readonly similarity: number;
}

/**
 * Finds headings that resemble a text, in two steps: every word of the text is matched with the words that MeSH uses by
 * their letter trigrams and then their edit distance, so misspellings find their word; then names and entry terms are scored by the
 * words they share with the text, rare words counting more (inverse document frequency, weighted Dice).
 */
export class TermSimilarity {
  readonly #index: TermIndex;
  readonly #trigrams = new Map<string, number[]>();
  readonly #trigramCounts: number[] = [];
  #wordWeights = new Float64Array(0);
  #termWeights = new Float64Array(0);
  #scores = new Float64Array(0);
  #stamps = new Int32Array(0);

  constructor(index: TermIndex) {
    this.#index = index;
  }

  /** Makes its tables, in steps; the index has to be filled. */
  *build(): Generator<void> {
    const { words, postings, owners } = this.#index;
    for (const [id, word] of words.entries()) {
      if (id % WORDS_AT_ONCE === WORDS_AT_ONCE - 1) yield;
      this.#addTrigrams(word, id);
    }
    this.#wordWeights = new Float64Array(words.length);
    this.#termWeights = new Float64Array(owners.length);
    for (const [word, terms] of postings.entries()) {
      if (word % WORDS_AT_ONCE === WORDS_AT_ONCE - 1) yield;
      const weight = Math.log(1 + owners.length / terms.length);
      this.#wordWeights[word] = weight;
      for (const term of terms) this.#termWeights[term] = (this.#termWeights[term] ?? 0) + weight;
    }
    this.#scores = new Float64Array(owners.length);
    this.#stamps = new Int32Array(owners.length);
  }

  /** Up to `limit` descriptors, best first; ties in the order of the thesaurus. */
  find(text: string, limit: number): readonly Descriptor[] {
    const touched: number[] = [];
    let queryWeight = 0;
    const queryWords = [...new Set(wordsOf(text))].slice(0, MAX_QUERY_WORDS);
    queryWords.forEach((word, index) => {
      queryWeight += this.#addWord(word, index + 1, touched);
    });
    const best = new Map<number, number>();
    for (const term of touched) {
      const owner = this.#index.owners[term] ?? 0;
      const score = (2 * (this.#scores[term] ?? 0)) / (queryWeight + (this.#termWeights[term] ?? 0));
      if (score > (best.get(owner) ?? 0)) best.set(owner, score);
      this.#scores[term] = 0;
      this.#stamps[term] = 0;
    }
    return [...best]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, Math.max(0, limit))
      .flatMap(([owner]) => this.#index.descriptors[owner] ?? []);
  }

  /** Adds what `word` contributes to every term, once a term; returns the weight that a full match would have given. */
  #addWord(word: string, stamp: number, touched: number[]): number {
    const candidates = this.#candidates(word);
    const top = candidates[0];
    if (top === undefined) return Math.log(1 + this.#index.owners.length);
    for (const { word: id, similarity } of candidates) {
      const gain = similarity * (this.#wordWeights[id] ?? 0);
      for (const term of this.#index.postings[id] ?? []) {
        const last = this.#stamps[term] ?? 0;
        if (last === stamp) continue;
        if (last === 0) touched.push(term);
        this.#stamps[term] = stamp;
        this.#scores[term] = (this.#scores[term] ?? 0) + gain;
      }
    }
    return this.#wordWeights[top.word] ?? 0;
  }

  /** Words of MeSH like `word`, the most similar first. */
  #candidates(word: string): Candidate[] {
    const exact = this.#index.wordId(word);
    const grams = trigrams(word);
    const shared = new Map<number, number>();
    for (const gram of grams)
      for (const id of this.#trigrams.get(gram) ?? []) shared.set(id, (shared.get(id) ?? 0) + 1);
    const candidates: Candidate[] = [];
    for (const [id, count] of shared) {
      const similarity = (2 * count) / (grams.length + (this.#trigramCounts[id] ?? 0));
      if (id !== exact && similarity >= MIN_TRIGRAM_SIMILARITY) candidates.push({ word: id, similarity });
    }
    const near = candidates
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, MAX_TRIGRAM_CANDIDATES)
      .map((candidate) => ({
        ...candidate,
        similarity: editSimilarity(word, this.#index.words[candidate.word] ?? ''),
      }))
      .filter((candidate) => candidate.similarity >= MIN_WORD_SIMILARITY)
      .sort((a, b) => b.similarity - a.similarity);
    return exact === undefined ? near : [{ word: exact, similarity: 1 }, ...near];
  }

  #addTrigrams(word: string, id: number): void {
    const grams = trigrams(word);
    this.#trigramCounts.push(grams.length);
    for (const gram of grams) {
      const list = this.#trigrams.get(gram);
      if (list === undefined) this.#trigrams.set(gram, [id]);
      else list.push(id);
    }
  }
}

/** Distinct trigrams of a word, its beginning and end marked; a longer word than MeSH has is cut. */
function trigrams(word: string): string[] {
  const marked = `^${word.slice(0, 64)}$`;
  const grams = new Set<string>();
  for (let i = 0; i + 3 <= marked.length; i++) grams.add(marked.slice(i, i + 3));
  return [...grams];
}

/** 1 - edit distance / length of the longer word. */
function editSimilarity(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  if (longer > 64) return 0;
  return 1 - editDistance(a, b) / longer;
}
