import { ByteReader } from './bytes.ts';
import type { DocSet } from './docSet.ts';

/**
 * The postings of a set of terms in typed arrays. Per term:
 * - in `docBytes`, for each document ascending, `varint(gap * 2^zoneBits | zones)`: the gap to the document before (the number
 *   itself for the first) and a bit for each zone (title, abstract ...) in which the term occurs;
 * - in `placeBytes`, for each document, `varint(length)` and so many bytes: zone by zone the number of positions (left out
 *   for the last zone) and the gaps between the positions.
 */
export interface PostingsData {
  /** Ascending by UTF-16 code unit. */
  readonly terms: readonly string[];
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

  /** Number of the first term that is not less than `text`. */
  #lowerBound(text: string): number {
    const { terms } = this.data;
    let low = 0;
    let high = terms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((terms[middle] ?? '') < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The number of `term`, or -1. */
  find(term: string): number {
    const at = this.#lowerBound(term);
    return this.data.terms[at] === term ? at : -1;
  }

  /** Numbers of the terms that begin with `prefix`, as the half-open range [from, to). */
  prefixRange(prefix: string): { readonly from: number; readonly to: number } {
    return { from: this.#lowerBound(prefix), to: this.#lowerBound(`${prefix}\uffff`) };
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
      if (expression.test((this.data.terms[term] ?? '').slice(star))) numbers.push(term);
    return numbers;
  }

  /** Adds the documents that have `term` in one of the zones of `mask` to `into`. */
  addDocs(term: number, mask: number, into: DocSet): void {
    const { zoneBits, docStarts, docBytes } = this.data;
    const reader = new ByteReader(docBytes, docStarts[term] ?? 0);
    const end = docStarts[term + 1] ?? 0;
    const words = into.words;
    let doc = 0;
    while (reader.at < end) {
      const entry = reader.varint();
      doc += entry >>> zoneBits;
      if ((entry & mask) !== 0) words[doc >>> 5] = (words[doc >>> 5] ?? 0) | (1 << (doc & 31));
    }
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
    this.#forEachPosting(term, mask, undefined, (doc, zones, places) => {
      let frequency = 0;
      readPlaces(places.bytes, places.at, places.end, zones, mask, () => frequency++);
      visit(doc, frequency);
    });
  }

  /** Adds `(index in docs, place)` pairs of `term` in the zones of `mask` to `into`; only for documents that `ranks` knows. */
  collectPlaces(
    term: number,
    mask: number,
    ranks: Int32Array,
    into: { ranks: number[]; places: number[] },
  ): void {
    this.#forEachPosting(term, mask, ranks, (doc, zones, places) => {
      const rank = ranks[doc] ?? -1;
      readPlaces(places.bytes, places.at, places.end, zones, mask, (place) => {
        into.ranks.push(rank);
        into.places.push(place);
      });
    });
  }

  #forEachPosting(
    term: number,
    mask: number,
    ranks: Int32Array | undefined,
    visit: (doc: number, zones: number, places: { bytes: Uint8Array; at: number; end: number }) => void,
  ): void {
    const { zoneBits, docStarts, docBytes, placeStarts, placeBytes } = this.data;
    const docs = new ByteReader(docBytes, docStarts[term] ?? 0);
    const places = new ByteReader(placeBytes, placeStarts[term] ?? 0);
    const end = docStarts[term + 1] ?? 0;
    const zoneMask = (1 << zoneBits) - 1;
    let doc = 0;
    while (docs.at < end) {
      const entry = docs.varint();
      doc += entry >>> zoneBits;
      const length = places.varint();
      if ((entry & mask) !== 0 && (ranks === undefined || (ranks[doc] ?? -1) >= 0))
        visit(doc, entry & zoneMask, { bytes: placeBytes, at: places.at, end: places.at + length });
      places.at += length;
    }
  }
}

/** Decodes the places of one document (see {@link PostingsData}) and visits those in the zones of `mask`, ascending. */
function readPlaces(
  bytes: Uint8Array,
  at: number,
  end: number,
  zones: number,
  mask: number,
  visit: (place: number) => void,
): void {
  const reader = new ByteReader(bytes, at);
  for (let zone = 0, rest = zones; rest !== 0; zone++, rest >>>= 1) {
    if ((rest & 1) === 0) continue;
    let left = rest === 1 ? Infinity : reader.varint();
    let place = zone * zoneSpan;
    const isWanted = (mask & (1 << zone)) !== 0;
    while (left-- > 0 && reader.at < end) {
      place += reader.varint();
      if (isWanted) visit(place);
    }
  }
}
