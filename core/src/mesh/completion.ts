import type { TermCompletion, TermFit } from './descriptor.ts';
import { normaliseTerm } from './normalise.ts';
import type { TermIndex } from './termIndex.ts';
import { wordsOf } from './termIndex.ts';
import { WordPrefixes } from './wordPrefixes.ts';
import type { NearWord } from './wordPrefixes.ts';

/** Words beyond these are no term that somebody types. */
const MAXIMUM_WORDS = 12;
/** Misspelt words are looked for when fewer headings than this fit as typed. */
const ENOUGH = 5;
/** Misspelt forms of one word that are looked at, the nearest first. */
const MAXIMUM_NEAR_WORDS = 400;

/** Descriptors that are weighed between two pauses: some 5 ms. */
const DESCRIPTORS_AT_ONCE = 5_000;

const FITS: readonly TermFit[] = ['misspelt', 'word', 'entry term', 'name', 'exact'];

/** How much the term of a heading is worth beside others that fit as well: what is short and what is broad goes first. */
export interface HeadingWeight {
  /** Headings below it, counted at each of their places. */
  readonly narrower: number;
  /** Segments of its shortest tree number. */
  readonly depth: number;
}

/** Finds headings for a text that is being typed. */
export class TermCompleter {
  readonly #index: TermIndex;
  readonly #prefixes: WordPrefixes;
  readonly #weightOf: (owner: number) => HeadingWeight;
  /** Descriptor -> what its place in the trees adds to its score. */
  #places = new Float32Array(0);
  /** Term -> how many words of the text it has, counted up from `#stamp`. */
  #matched = new Int32Array(0);
  /** Term -> letters typed wrong so far. */
  #wrong = new Uint8Array(0);
  #stamp = 1;

  constructor(index: TermIndex, weightOf: (owner: number) => HeadingWeight) {
    this.#index = index;
    this.#prefixes = new WordPrefixes(index.words);
    this.#weightOf = weightOf;
  }

  /** Makes its tables, in steps; the index has to be filled. */
  *build(): Generator<void> {
    const { descriptors, owners } = this.#index;
    this.#places = new Float32Array(descriptors.length);
    for (let owner = 0; owner < descriptors.length; owner++) {
      if (owner % DESCRIPTORS_AT_ONCE === DESCRIPTORS_AT_ONCE - 1) yield;
      const { narrower, depth } = this.#weightOf(owner);
      this.#places[owner] = 8 * Math.log2(1 + narrower) - 2 * depth;
    }
    yield;
    yield* this.#prefixes.build();
    this.#matched = new Int32Array(owners.length);
    this.#wrong = new Uint8Array(owners.length);
  }

  /** See `Thesaurus.complete`. */
  find(text: string, limit: number, fuzzy: boolean): readonly TermCompletion[] {
    const typed = normaliseTerm(text);
    const words = [...new Set(wordsOf(typed))];
    if (words.length === 0 || words.length > MAXIMUM_WORDS || limit < 1) return [];
    const best = new Best(limit);
    const strict = this.#terms(words, (word) => this.#prefixes.starting(word).map(asTyped));
    for (const term of strict) this.#judge(term, typed, words[0] ?? '', best);
    if (fuzzy && best.size < ENOUGH) {
      const known = new Set(strict);
      for (const term of this.#terms(words, (word) => this.#near(word)))
        if (!known.has(term)) best.add(this.#owner(term), term, this.#score(term, 0, this.#wrong[term] ?? 0));
    }
    return best.ranked().map(({ owner, term, score }) => this.#answer(owner, term, score));
  }

  /** Terms in which each of `words` begins a word, as `candidates` tells. */
  #terms(words: readonly string[], candidates: (word: string) => readonly NearWord[]): number[] {
    const start = this.#stamp;
    this.#stamp += words.length + 1;
    let found: number[] = [];
    for (const [position, word] of words.entries()) {
      const before = start + position;
      found = [];
      for (const { id, distance } of candidates(word)) {
        for (const term of this.#index.postings[id] ?? []) {
          const matched = this.#matched[term] ?? 0;
          if (position === 0 ? matched > before : matched !== before) continue;
          this.#matched[term] = before + 1;
          this.#wrong[term] = (position === 0 ? 0 : (this.#wrong[term] ?? 0)) + distance;
          found.push(term);
        }
      }
      if (found.length === 0) return found;
    }
    return found;
  }

  #near(word: string): readonly NearWord[] {
    const limit = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    if (limit === 0) return this.#prefixes.starting(word).map(asTyped);
    return this.#prefixes.near(word, limit).slice(0, MAXIMUM_NEAR_WORDS);
  }

  #judge(term: number, typed: string, firstWord: string, best: Best): void {
    const text = this.#index.texts[term] ?? '';
    const isName = this.#index.isName(term);
    const fit = text.startsWith(typed) ? (text.length === typed.length ? 4 : isName ? 3 : 2) : 1;
    // Whoever types "mellitus type" means what begins with it less often than what holds it; beginning alike still counts.
    const bonus = fit === 4 && isName ? 1000 : fit === 1 && text.startsWith(firstWord) ? 20 : 0;
    best.add(this.#owner(term), term, this.#score(term, fit, 0, bonus));
  }

  /** The fit, and behind the point how good a term of this fit it is. */
  #score(term: number, fit: number, wrong: number, bonus = 0): number {
    const length = (this.#index.texts[term] ?? '').length;
    const points = bonus + (this.#places[this.#owner(term)] ?? 0) - length - 30 * wrong;
    return fit + 0.999 / (1 + Math.exp(-points / 60));
  }

  #owner(term: number): number {
    return this.#index.owners[term] ?? 0;
  }

  #answer(owner: number, term: number, score: number): TermCompletion {
    const descriptor = this.#index.descriptors[owner];
    if (descriptor === undefined) throw new RangeError(`There is no descriptor ${owner}.`);
    return { descriptor, term: this.#index.written(term), score, fit: FITS[Math.floor(score)] ?? 'misspelt' };
  }
}

function asTyped(id: number): NearWord {
  return { id, distance: 0 };
}

interface Candidate {
  readonly owner: number;
  readonly term: number;
  readonly score: number;
}

/** The best term of each of the best headings. */
class Best {
  readonly #limit: number;
  readonly #byOwner = new Map<number, Candidate>();
  /** Scores at or below this one are not among the best any more. */
  #floor = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byOwner.size;
  }

  add(owner: number, term: number, score: number): void {
    if (score <= this.#floor) return;
    const known = this.#byOwner.get(owner);
    if (known !== undefined && known.score >= score) return;
    this.#byOwner.set(owner, { owner, term, score });
    // Thrown out in bulk: sorting at every one of thousands of terms would be felt.
    if (this.#byOwner.size > 4 * this.#limit + 64) this.#trim();
  }

  ranked(): readonly Candidate[] {
    this.#trim();
    return [...this.#byOwner.values()];
  }

  #trim(): void {
    const kept = [...this.#byOwner.values()]
      .sort((a, b) => b.score - a.score || a.owner - b.owner)
      .slice(0, this.#limit);
    this.#byOwner.clear();
    for (const candidate of kept) this.#byOwner.set(candidate.owner, candidate);
    if (kept.length === this.#limit) this.#floor = kept.at(-1)?.score ?? this.#floor;
  }
}
