import { ByteReader, ByteWriter } from './bytes.ts';
import { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import { recordDays } from './dates.ts';
import { mostDocuments } from './indexBuilder.ts';
import { inOrder, newestFirst } from './indexOrder.ts';
import type { IndexParts } from './indexParts.ts';
import type { PostingsData } from './postings.ts';
import type { CitationRecord } from './record.ts';
import { compareTexts, TextTable } from './textTable.ts';

/** See {@link mergeIndexes}; `records` are the ones to be added. */
export function updateIndex(
  base: CitationIndex,
  dropped: ReadonlySet<string>,
  records: Iterable<CitationRecord>,
): CitationIndex {
  return new CitationIndex(mergeIndexes(base, dropped, CitationIndex.build(records)));
}

/** Numbers of documents after a merge: by old number, -1 where a document goes. */
interface Renumbering {
  /** Undefined where all documents stay as they are. */
  readonly base: Int32Array | undefined;
  /** What the documents of the addition count from. */
  readonly offset: number;
}

/**
 * The index of what is left of `base` without the records `dropped`, followed by the records of `addition`: what an update of a library
 * needs, in a small part of the time that indexing everything takes. A record that changed is in both: its old self dropped, its new self
 * added. Ids must be distinct after the dropping. The result is, byte for byte, the index of the
 * records that stay followed by those added.
 */
function mergeIndexes(
  base: CitationIndex,
  dropped: ReadonlySet<string>,
  addition: CitationIndex,
): IndexParts {
  const kept: number[] = [];
  for (let doc = 0; doc < base.documentCount; doc++) if (!dropped.has(base.idOf(doc))) kept.push(doc);
  const numbers: Renumbering = {
    base: kept.length === base.documentCount ? undefined : renumber(kept, base.documentCount),
    offset: kept.length,
  };
  const size = kept.length + addition.documentCount;
  if (size > mostDocuments) throw new RangeError(`An index holds at most ${mostDocuments} records.`);
  const [a, b] = [base.parts, addition.parts];
  const joined = (x: Uint32Array | undefined, y: Uint32Array | undefined): Uint32Array => {
    const column = new Uint32Array(size);
    if (x !== undefined) kept.forEach((doc, i) => (column[i] = x[doc] ?? 0));
    if (y !== undefined) column.set(y, kept.length);
    return column;
  };
  const flags = new Uint8Array(size);
  kept.forEach((doc, i) => (flags[i] = a.flags[doc] ?? 0));
  flags.set(b.flags, kept.length);
  const ids = [...kept.map((doc) => base.idOf(doc)), ...b.ids.range(0, b.ids.length)];
  const dates = joined(a.dates, b.dates);
  return {
    ids: TextTable.of(ids),
    idOrder: inOrder(ids),
    dates,
    days: Object.fromEntries(
      recordDays
        .map((day) => [day, joined(a.days[day], b.days[day])] as const)
        .filter(([, column]) => column.some((date) => date > 0)),
    ),
    lengths: joined(a.lengths, b.lengths),
    flags,
    newestFirst: newestFirst(ids, dates),
    covered: joinCovered(a.covered, b.covered, kept, size),
    text: mergePostings(a.text, b.text, numbers),
    meta: mergePostings(a.meta, b.meta, numbers),
    keys: mergePostings(a.keys, b.keys, numbers),
  };
}

function renumber(kept: readonly number[], size: number): Int32Array {
  const numbers = new Int32Array(size).fill(-1);
  kept.forEach((doc, i) => (numbers[doc] = i));
  return numbers;
}

function joinCovered(
  a: IndexParts['covered'],
  b: IndexParts['covered'],
  kept: readonly number[],
  size: number,
): IndexParts['covered'] {
  const joined: Record<string, Uint32Array> = {};
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof IndexParts['covered']>;
  for (const field of fields) {
    const docs = new DocSet(size);
    const before = new DocSet(size, a[field] ?? new Uint32Array());
    kept.forEach((doc, i) => {
      if (before.has(doc)) docs.add(i);
    });
    new DocSet(size, b[field] ?? new Uint32Array()).forEach((doc) => docs.add(kept.length + doc));
    if (!docs.isEmpty()) joined[field] = docs.words;
  }
  return joined;
}

/** Joins the postings of two stores term by term; terms that no document has any more are left out. */
function mergePostings(a: PostingsData, b: PostingsData, numbers: Renumbering): PostingsData {
  const terms: string[] = [];
  const frequencies: number[] = [];
  const docStarts: number[] = [0];
  const placeStarts: number[] = [0];
  const docs = new ByteWriter(a.docBytes.length + b.docBytes.length + 16);
  const places = new ByteWriter(a.placeBytes.length + b.placeBytes.length + 16);
  const appender = new Appender(a.zoneBits, docs, places);
  for (let i = 0, j = 0; i < a.terms.length || j < b.terms.length;) {
    const mine = i < a.terms.length ? a.terms.at(i) : undefined;
    const theirs = j < b.terms.length ? b.terms.at(j) : undefined;
    const isMine = mine !== undefined && (theirs === undefined || compareTexts(mine, theirs) <= 0);
    const term = isMine ? mine : (theirs ?? '');
    appender.start();
    if (mine === term) appender.append(a, i++, numbers.base, 0);
    if (theirs === term) appender.append(b, j++, undefined, numbers.offset);
    if (appender.frequency === 0) continue;
    terms.push(term);
    frequencies.push(appender.frequency);
    docStarts.push(docs.length);
    placeStarts.push(places.length);
  }
  return {
    terms: TextTable.of(terms),
    zoneBits: a.zoneBits,
    documentFrequencies: Uint32Array.from(frequencies),
    docStarts: Uint32Array.from(docStarts),
    docBytes: docs.toBytes(),
    placeStarts: Uint32Array.from(placeStarts),
    placeBytes: places.toBytes(),
  };
}

/** Writes the postings of one term after the other; see `PostingsData` for their form. */
class Appender {
  readonly #zoneBits: number;
  readonly #docs: ByteWriter;
  readonly #places: ByteWriter;
  #last = 0;
  frequency = 0;

  constructor(zoneBits: number, docs: ByteWriter, places: ByteWriter) {
    this.#zoneBits = zoneBits;
    this.#docs = docs;
    this.#places = places;
  }

  start(): void {
    this.#last = 0;
    this.frequency = 0;
  }

  /** Appends the postings of `term`; documents without a new number are passed over. */
  append(from: PostingsData, term: number, numbers: Int32Array | undefined, offset: number): void {
    const zoneMask = (1 << this.#zoneBits) - 1;
    const docs = new ByteReader(from.docBytes, from.docStarts[term] ?? 0);
    const end = from.docStarts[term + 1] ?? 0;
    const places = new ByteReader(from.placeBytes, from.placeStarts[term] ?? 0);
    // Runs of documents that stay are copied in one go.
    let copied = places.at;
    let doc = 0;
    while (docs.at < end) {
      const entry = docs.varint();
      doc += entry >>> this.#zoneBits;
      const start = places.at;
      const length = places.varint();
      places.at += length;
      const number = numbers === undefined ? doc + offset : (numbers[doc] ?? -1);
      if (number < 0) {
        this.#places.bytes(from.placeBytes.subarray(copied, start));
        copied = places.at;
        continue;
      }
      this.#docs.varint((((number - this.#last) << this.#zoneBits) | (entry & zoneMask)) >>> 0);
      this.#last = number;
      this.frequency++;
    }
    this.#places.bytes(from.placeBytes.subarray(copied, places.at));
  }
}
