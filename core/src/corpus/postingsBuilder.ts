import { ByteReader, ByteWriter } from './bytes.ts';
import type { PostingsData } from './postings.ts';
import { zoneSpan } from './postings.ts';
import { inOrder } from './indexOrder.ts';
import { TextTable } from './textTable.ts';

/** Occurrences that are gathered before they are sorted and packed: bounds the memory of a build. */
const segmentSize = 1 << 21;

/** Postings of a part of the documents: terms by number, the first posting of a term without its document. */
interface Segment {
  /** Slot of a term in the arrays below; -1 when the segment lacks it, undefined for later terms. */
  readonly slots: Int32Array;
  readonly firstDocs: Uint32Array;
  readonly lastDocs: Uint32Array;
  readonly frequencies: Uint32Array;
  readonly docStarts: Uint32Array;
  readonly placeStarts: Uint32Array;
  readonly docBytes: Uint8Array;
  readonly placeBytes: Uint8Array;
}

/** Collects occurrences, document by document, and makes {@link PostingsData} of them. */
export class PostingsBuilder {
  readonly #zoneBits: number;
  readonly #numbers = new Map<string, number>();
  readonly #terms: string[] = [];
  readonly #segments: Segment[] = [];
  #term = new Uint32Array(1 << 12);
  #doc = new Uint32Array(1 << 12);
  #place = new Uint32Array(1 << 12);
  #length = 0;

  constructor(zoneBits: number) {
    this.#zoneBits = zoneBits;
  }

  /** Adds an occurrence. Documents must come in ascending order; within a document any order will do. */
  add(word: string, doc: number, zone: number, position: number): void {
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.#terms.length;
      this.#numbers.set(word, number);
      this.#terms.push(word);
    }
    if (this.#length === this.#term.length) this.#makeRoom(doc);
    this.#term[this.#length] = number;
    this.#doc[this.#length] = doc;
    this.#place[this.#length++] = zone * zoneSpan + Math.min(position, zoneSpan - 1);
  }

  /** Grows up to the segment size; then packs every document but the one being added. */
  #makeRoom(doc: number): void {
    if (this.#length >= segmentSize && this.#doc[0] !== doc) {
      let keep = this.#length;
      while (keep > 0 && this.#doc[keep - 1] === doc) keep--;
      this.#pack(keep);
      this.#term.copyWithin(0, keep, this.#length);
      this.#doc.copyWithin(0, keep, this.#length);
      this.#place.copyWithin(0, keep, this.#length);
      this.#length -= keep;
      if (this.#length < this.#term.length) return;
    }
    this.#term = grown(this.#term);
    this.#doc = grown(this.#doc);
    this.#place = grown(this.#place);
  }

  /** Packs the first `length` occurrences into a segment. */
  #pack(length: number): void {
    const counts = new Uint32Array(this.#terms.length + 1);
    for (let i = 0; i < length; i++) {
      const next = (this.#term[i] ?? 0) + 1;
      counts[next] = (counts[next] ?? 0) + 1;
    }
    let used = 0;
    const slots = new Int32Array(this.#terms.length).fill(-1);
    for (let term = 0; term < slots.length; term++) if ((counts[term + 1] ?? 0) > 0) slots[term] = used++;
    for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
    const order = new Uint32Array(length);
    const next = counts.slice();
    for (let i = 0; i < length; i++) {
      const term = this.#term[i] ?? 0;
      const at = next[term] ?? 0;
      order[at] = i;
      next[term] = at + 1;
    }
    const segment: Segment = {
      slots,
      firstDocs: new Uint32Array(used),
      lastDocs: new Uint32Array(used),
      frequencies: new Uint32Array(used),
      docStarts: new Uint32Array(used + 1),
      placeStarts: new Uint32Array(used + 1),
      docBytes: new Uint8Array(),
      placeBytes: new Uint8Array(),
    };
    const docs = new ByteWriter(1 << 20);
    const places = new ByteWriter(1 << 20);
    const scratch = new ByteWriter(256);
    const group: number[] = [];
    for (let term = 0; term < slots.length; term++) {
      const slot = slots[term] ?? -1;
      if (slot < 0) continue;
      let last = -1;
      let frequency = 0;
      for (let at = counts[term] ?? 0, end = counts[term + 1] ?? 0; at < end; frequency++) {
        const doc = this.#doc[order[at] ?? 0] ?? 0;
        group.length = 0;
        for (; at < end && this.#doc[order[at] ?? 0] === doc; at++)
          group.push(this.#place[order[at] ?? 0] ?? 0);
        if (last < 0) segment.firstDocs[slot] = doc;
        const zones = encodePlaces(group, scratch, places);
        docs.varint((((last < 0 ? 0 : doc - last) << this.#zoneBits) | zones) >>> 0);
        last = doc;
      }
      segment.lastDocs[slot] = last;
      segment.frequencies[slot] = frequency;
      segment.docStarts[slot + 1] = docs.length;
      segment.placeStarts[slot + 1] = places.length;
    }
    this.#segments.push({ ...segment, docBytes: docs.toBytes(), placeBytes: places.toBytes() });
  }

  /** Packs what is left and joins the segments. The builder is used up. */
  finish(): PostingsData {
    this.#pack(this.#length);
    this.#length = 0;
    const terms = this.#terms;
    const order = inOrder(terms);
    const documentFrequencies = new Uint32Array(terms.length);
    const docStarts = new Uint32Array(terms.length + 1);
    const placeStarts = new Uint32Array(terms.length + 1);
    const docs = new ByteWriter(1 << 20);
    const places = new ByteWriter(1 << 20);
    order.forEach((term, rank) => {
      let last = 0;
      let frequency = 0;
      for (const segment of this.#segments) {
        const slot = segment.slots[term] ?? -1;
        if (slot < 0) continue;
        const reader = new ByteReader(segment.docBytes, segment.docStarts[slot] ?? 0);
        const zones = reader.varint();
        docs.varint(((((segment.firstDocs[slot] ?? 0) - last) << this.#zoneBits) | zones) >>> 0);
        docs.bytes(segment.docBytes.subarray(reader.at, segment.docStarts[slot + 1]));
        places.bytes(segment.placeBytes.subarray(segment.placeStarts[slot], segment.placeStarts[slot + 1]));
        last = segment.lastDocs[slot] ?? 0;
        frequency += segment.frequencies[slot] ?? 0;
      }
      documentFrequencies[rank] = frequency;
      docStarts[rank + 1] = docs.length;
      placeStarts[rank + 1] = places.length;
    });
    return {
      terms: TextTable.of(Array.from(order, (term) => terms[term] ?? '')),
      zoneBits: this.#zoneBits,
      documentFrequencies,
      docStarts,
      docBytes: docs.toBytes(),
      placeStarts,
      placeBytes: places.toBytes(),
    };
  }
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Writes the places of one document in the form that `PostingsData` describes; returns the bits of the zones in it. */
function encodePlaces(group: number[], scratch: ByteWriter, into: ByteWriter): number {
  let isSorted = true;
  for (let i = 1; i < group.length; i++) if ((group[i] ?? 0) <= (group[i - 1] ?? 0)) isSorted = false;
  const places = isSorted ? group : [...new Set(group)].sort((a, b) => a - b);
  scratch.clear();
  let zones = 0;
  for (let at = 0; at < places.length;) {
    const zone = Math.floor((places[at] ?? 0) / zoneSpan);
    const end = (zone + 1) * zoneSpan;
    let next = at;
    while (next < places.length && (places[next] ?? 0) < end) next++;
    if (next < places.length) scratch.varint(next - at);
    let last = zone * zoneSpan;
    for (; at < next; at++) {
      scratch.varint((places[at] ?? 0) - last);
      last = places[at] ?? 0;
    }
    zones |= 1 << zone;
  }
  into.varint(scratch.length);
  into.bytes(scratch.view());
  return zones;
}
