import type { CitationRecord } from '../../corpus/index.ts';
import { Growing } from './growing.ts';
import { BM25, RankedIndex, WEIGHT_UNIT } from './rankedIndex.ts';
import { termOf, wordsOf } from './words.ts';

/** Between two steps of finishing so many entries are handled: a few milliseconds. */
const STEP = 250_000;
const MOST_FREQUENCY = 0xffff;
const MOST_WEIGHT = 0xffff;

const u32 = (size: number): Uint32Array => new Uint32Array(size);
const u16 = (size: number): Uint16Array => new Uint16Array(size);

/**
 * Builds a {@link RankedIndex} with exactly the weights that lunr's builder computes (a test compares them), but without its objects: for
 * 61,281 records lunr takes 51 s and 2.5 GB of heap. Texts go through lunr's stop words and stemmer, each different word once.
 */
export class RankedIndexBuilder {
  readonly #ids: string[] = [];
  readonly #terms: string[] = [];
  readonly #numberOfTerm = new Map<string, number>();
  /** Term numbers by word, -1 for stop words. */
  readonly #numberOfWord = new Map<string, number>();
  /** What the documents hold, one after the other: terms and how often they have them. */
  readonly #entries = { terms: new Growing(u32), frequencies: new Growing(u16) };
  /** Where the entries of each document end. */
  readonly #ends = new Growing(u32);
  /** Words of each document, repetitions included, stop words not. */
  readonly #lengths = new Growing(u32);

  /** Adds a record under `id`; its document number is the number of records before it. */
  add(id: string, record: CitationRecord | undefined): void {
    this.#ids.push(id);
    const counts = new Map<number, number>();
    let length = 0;
    for (const [text, weight] of record === undefined ? [] : textsOf(record))
      for (const word of text === '' ? [] : wordsOf(text)) {
        const number = this.#number(word);
        if (number < 0) continue;
        counts.set(number, (counts.get(number) ?? 0) + weight);
        length += weight;
      }
    for (const [number, count] of counts) {
      this.#entries.terms.push(number);
      this.#entries.frequencies.push(Math.min(count, MOST_FREQUENCY));
    }
    this.#ends.push(this.#entries.terms.length);
    this.#lengths.push(length);
  }

  #number(word: string): number {
    const known = this.#numberOfWord.get(word);
    if (known !== undefined) return known;
    const term = termOf(word);
    let number = term === '' ? -1 : this.#numberOfTerm.get(term);
    if (number === undefined) {
      number = this.#terms.push(term) - 1;
      this.#numberOfTerm.set(term, number);
    }
    this.#numberOfWord.set(word, number);
    return number;
  }

  /** Finishes step by step, so that the caller can give way in between; the last step gives the index. */
  *finish(): Generator<undefined, RankedIndex> {
    this.#numberOfWord.clear();
    this.#numberOfTerm.clear();
    const terms = this.#terms;
    const order = yield* this.#order();
    const placeOf = new Uint32Array(order.length);
    order.forEach((number, place) => (placeOf[number] = place));
    yield;
    const offsets = yield* this.#offsets(placeOf);
    const total = offsets.at(-1) ?? 0;
    const docs = new Uint32Array(total);
    const weights = new Uint16Array(total);
    const free = offsets.slice();
    const idfs = this.#idfs(offsets, order.length);
    const lengths = this.#lengths.values;
    const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    const numbers = this.#entries.terms.values;
    const frequencies = this.#entries.frequencies.values;
    const ends = this.#ends.values;
    let at = 0;
    let step = STEP;
    for (let doc = 0; doc < ends.length; doc++) {
      const norm = BM25.k1 * (1 - BM25.b + BM25.b * ((lengths[doc] ?? 0) / average));
      const end = ends[doc] ?? 0;
      for (; at < end; at++) {
        const place = placeOf[numbers[at] ?? 0] ?? 0;
        const to = free[place] ?? 0;
        free[place] = to + 1;
        const frequency = frequencies[at] ?? 0;
        // The operations stand in lunr's order, since the last bit decides how a half is rounded.
        const weight = ((idfs[place] ?? 0) * ((BM25.k1 + 1) * frequency)) / (norm + frequency);
        docs[to] = doc;
        weights[to] = Math.min(Math.round(weight * WEIGHT_UNIT), MOST_WEIGHT);
      }
      if (at < step) continue;
      step = at + STEP;
      yield;
    }
    return new RankedIndex({
      ids: this.#ids,
      terms: Array.from(order, (number) => terms[number] ?? ''),
      offsets,
      docs,
      weights,
    });
  }

  /** Term numbers in the order of the terms' units, which binary search compares. Sorted in groups, to give way in between. */
  *#order(): Generator<undefined, Uint32Array> {
    const groups = new Map<string, number[]>();
    this.#terms.forEach((term, number) => {
      const first = term.charAt(0);
      const group = groups.get(first);
      if (group === undefined) groups.set(first, [number]);
      else group.push(number);
    });
    yield;
    const order = new Uint32Array(this.#terms.length);
    let at = 0;
    for (const first of [...groups.keys()].sort()) {
      const group = groups.get(first) ?? [];
      group.sort((a, b) => ((this.#terms[a] ?? '') < (this.#terms[b] ?? '') ? -1 : 1));
      order.set(group, at);
      at += group.length;
      yield;
    }
    return order;
  }

  *#offsets(placeOf: Uint32Array): Generator<undefined, Uint32Array> {
    const offsets = new Uint32Array(placeOf.length + 1);
    const numbers = this.#entries.terms.values;
    for (let i = 0; i < numbers.length; i++) {
      const place = placeOf[numbers[i] ?? 0] ?? 0;
      offsets[place + 1] = (offsets[place + 1] ?? 0) + 1;
      if (i % STEP === STEP - 1) yield;
    }
    for (let i = 1; i < offsets.length; i++) offsets[i] = (offsets[i] ?? 0) + (offsets[i - 1] ?? 0);
    yield;
    return offsets;
  }

  /** lunr's inverse document frequency, log(1 + |(N - n + 0.5) / (n + 0.5)|), n being the documents that have the term. */
  #idfs(offsets: Uint32Array, terms: number): Float64Array {
    const documents = this.#ids.length;
    return Float64Array.from({ length: terms }, (_, term) => {
      const n = (offsets[term + 1] ?? 0) - (offsets[term] ?? 0);
      return Math.log(1 + Math.abs((documents - n + 0.5) / (n + 0.5)));
    });
  }
}

/** The texts of a record that are searched, each with the times that it counts. */
export function textsOf(record: CitationRecord): readonly (readonly [text: string, weight: number])[] {
  const { title, abstract, keywords, substances, mesh, more } = record;
  return [
    [title, BM25.titleWeight],
    [abstract, 1],
    ...[more?.transliteratedTitles ?? [], more?.otherAbstracts ?? [], keywords, substances, mesh].map(
      (texts) => [texts.join(' ; '), 1] as const,
    ),
  ];
}
