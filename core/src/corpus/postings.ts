import { ByteReader } from './bytes.ts';
import { DocSet } from './docSet.ts';
import type { TextTable } from './textTable.ts';

/**
 * The postings of a set of terms in typed arrays. Per term:
 * - in `docBytes`, for each document ascending, `varint(gap * 2^zoneBits | zones)`: the gap to the document before (the number
 *   itself for the first) and a bit for each zone (title, abstract ...) in which the term occurs;
 * - in `placeBytes`, for each document, `varint(length)` and so many bytes: zone by zone the number of positions (left out
 *   for the last zone) and the gaps between the positions.
 */
export interface PostingsData {
  /** Ascending, see `compareTexts`. */
  readonly terms: TextTable;
  readonly zoneBits: number;
  /** Number of documents a term. */
  readonly documentFrequencies: Uint32Array;
  /** Where a term's bytes start; one more than there are terms. */
  readonly docStarts: Uint32Array;
  readonly docBytes: Uint8Array;
  readonly placeStarts: Uint32Array;
  readonly placeBytes: Uint8Array;
}

/** A zone and a position in it as one number; positions of different zones are never adjacent. */
export const zoneSpan = 1 << 24;

/** Read access to {@link PostingsData}; terms are named by their number. */
export class Postings {
  readonly data: PostingsData;

  constructor(data: PostingsData) {
    this.data = data;
  }

  /** The number of `term`, or -1. */
  find(term: string): number {
    return this.data.terms.find(term);
  }

  /** Numbers of the terms that begin with `prefix`, as the half-open range [from, to). */
  prefixRange(prefix: string): { readonly from: number; readonly to: number } {
    return this.data.terms.prefixRange(prefix);
  }

  /** Numbers of the terms that `pattern` stands for; `*` is any run of characters, also none. */
  expand(pattern: string): readonly number[] {
    const star = pattern.indexOf('*');
    if (star < 0) {
      const term = this.find(pattern);
      return term < 0 ? [] : [term];
    }
    const { from, to } = this.prefixRange(pattern.slice(0, star));
    const numbers: number[] = [];
    if (star === pattern.length - 1) {
      for (let term = from; term < to; term++) numbers.push(term);
      return numbers;
    }
    const rest = pattern
      .slice(star)
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*');
    const expression = new RegExp(`^${rest}$`, 'su');
    for (let term = from; term < to; term++)
      if (expression.test(this.data.terms.at(term).slice(star))) numbers.push(term);
    return numbers;
  }

  /** The documents that have `term` in one of the zones of `mask`, of `size` documents in all. */
  docsOf(term: number, mask: number, size: number): DocSet {
    const count = this.data.documentFrequencies[term] ?? 0;
    if (!DocSet.isSmall(count, size)) {
      const docs = new DocSet(size, new Uint32Array((size + 31) >>> 5));
      this.addDocs(term, mask, docs.words);
      return docs;
    }
    const list = new Uint32Array(count);
    const length = this.copyDocs(term, mask, list, 0);
    return DocSet.ofSorted(size, length === count ? list : list.slice(0, length));
  }

  /** Writes the documents that have `term` in one of the zones of `mask` to `into` from `at` on; returns where they end. */
  copyDocs(term: number, mask: number, into: Uint32Array, at: number): number {
    let to = at;
    this.forEachDoc(term, mask, (doc) => (into[to++] = doc));
    return to;
  }

  /** Sets the bits of the documents that have `term` in one of the zones of `mask` in the bitmap `words`. */
  addDocs(term: number, mask: number, words: Uint32Array): void {
    this.forEachDoc(term, mask, (doc) => {
      words[doc >>> 5] = (words[doc >>> 5] as number) | (1 << (doc & 31));
    });
  }

  /** Calls `visit` with every document that has `term` in one of the zones of `mask`, ascending. */
  forEachDoc(term: number, mask: number, visit: (doc: number) => void): void {
    const { zoneBits, docStarts, docBytes } = this.data;
    const reader = new ByteReader(docBytes, docStarts[term] ?? 0);
    const end = docStarts[term + 1] ?? 0;
    let doc = 0;
    while (reader.at < end) {
      const entry = reader.varint();
      doc += entry >>> zoneBits;
      if ((entry & mask) !== 0) visit(doc);
    }
  }

  /** Calls `visit` with every document of `term` that has it in one of the zones of `mask`, and how often. */
  forEachFrequency(term: number, mask: number, visit: (doc: number, frequency: number) => void): void {
    const { zoneBits, docStarts, docBytes, placeStarts, placeBytes } = this.data;
    const docs = new ByteReader(docBytes, docStarts[term] ?? 0);
    const places = new ByteReader(placeBytes, placeStarts[term] ?? 0);
    const end = docStarts[term + 1] ?? 0;
    const zoneMask = (1 << zoneBits) - 1;
    const list = new PlaceList();
    let doc = 0;
    while (docs.at < end) {
      const entry = docs.varint();
      doc += entry >>> zoneBits;
      const length = places.varint();
      if ((entry & mask) !== 0) {
        list.length = 0;
        readPlaces(placeBytes, places.at, places.at + length, entry & zoneMask, mask, 0, list);
        visit(doc, list.length);
      }
      places.at += length;
    }
  }

  /**
   * The places of `term` in the zones of `mask`, in those of `docs` (ascending) that have it: `rank`, the index in `docs`, and place,
   * ascending by both.
   */
  collectPlaces(term: number, mask: number, docs: Uint32Array, into: PlaceList): void {
    const { zoneBits, docStarts, docBytes, placeStarts, placeBytes } = this.data;
    const entries = new ByteReader(docBytes, docStarts[term] ?? 0);
    const places = new ByteReader(placeBytes, placeStarts[term] ?? 0);
    const end = docStarts[term + 1] ?? 0;
    const zoneMask = (1 << zoneBits) - 1;
    let doc = 0;
    let rank = 0;
    while (entries.at < end && rank < docs.length) {
      const entry = entries.varint();
      doc += entry >>> zoneBits;
      const length = places.varint();
      while (rank < docs.length && (docs[rank] as number) < doc) rank++;
      if (docs[rank] === doc && (entry & mask) !== 0)
        readPlaces(placeBytes, places.at, places.at + length, entry & zoneMask, mask, rank, into);
      places.at += length;
    }
  }
}

/** Places with the rank of their document, in arrays that grow. */
export class PlaceList {
  ranks = new Uint32Array(256);
  places = new Uint32Array(256);
  length = 0;

  add(rank: number, place: number): void {
    if (this.length === this.ranks.length) {
      this.ranks = doubled(this.ranks);
      this.places = doubled(this.places);
    }
    this.ranks[this.length] = rank;
    this.places[this.length++] = place;
  }
}

function doubled(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Decodes the places of one document (see {@link PostingsData}); those in the zones of `mask` are added to `into`, ascending. */
function readPlaces(
  bytes: Uint8Array,
  at: number,
  end: number,
  zones: number,
  mask: number,
  rank: number,
  into: PlaceList,
): void {
  const reader = new ByteReader(bytes, at);
  for (let zone = 0, rest = zones; rest !== 0; zone++, rest >>>= 1) {
    if ((rest & 1) === 0) continue;
    let left = rest === 1 ? Infinity : reader.varint();
    let place = zone * zoneSpan;
    const isWanted = (mask & (1 << zone)) !== 0;
    while (left-- > 0 && reader.at < end) {
      place += reader.varint();
      if (isWanted) into.add(rank, place);
    }
  }
}
