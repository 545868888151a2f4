import { headingKey } from './characters.ts';
import { DocSet } from './docSet.ts';
import type { CoveredField, WordField } from './fields.ts';
import { anyKeyZone, isWordField, keyZone, scopeOf } from './fields.ts';
import { IndexBuilder } from './indexBuilder.ts';
import type { IndexParts } from './indexParts.ts';
import { recordFlag } from './indexParts.ts';
import { docsNear, docsOfPhrase, docsOfSlot } from './phraseSearch.ts';
import type { WordPlaces } from './phraseSearch.ts';
import { Postings } from './postings.ts';
import type { CitationRecord } from './record.ts';
import type { Slot } from './tokenize.ts';
import { searchWords } from './tokenize.ts';
import { ForwardView } from './forwardView.ts';

/** Fields of whole values whose document frequency can be asked. */
export type ValueField = 'mh' | 'majr' | 'sh';

/** Documents that have a term, ascending, and how often each has it. */
export interface TermPostings {
  readonly docs: Uint32Array;
  readonly frequencies: Uint32Array;
}

/** The check of a search that nobody gives up. */
const goOn = (): void => undefined;

/**
 * Most bytes of remembered result sets unless told otherwise: a bitmap takes an eighth of a byte a document, and a reader has some
 * thousands of terms.
 */
const cacheBytes = 64 * 1024 * 1024;
const cacheBytesPerDocument = 320;
/** What an entry takes beside its set, about. */
const entryBytes = 200;

/**
 * The embedded citation index: positional postings in typed arrays, in memory. Documents have numbers 0..`documentCount`-1 in the
 * order in which they were added. Immutable but for a cache of the sets of single terms.
 */
export class CitationIndex {
  readonly parts: IndexParts;
  readonly text: Postings;
  readonly meta: Postings;
  readonly keys: Postings;
  readonly #cache = new Map<string, { readonly docs: DocSet; usedAt: number }>();
  readonly #mostBytes: number;
  #cachedBytes = 0;
  #uses = 0;
  readonly #coverage = new Map<CoveredField, number>();
  #forward: ForwardView | undefined;
  #averageLength: number | undefined;

  /** @param mostBytes bytes of remembered sets of terms; what asks for the terms of many topics is faster with more than the usual */
  constructor(parts: IndexParts, mostBytes = cacheBytes) {
    this.parts = parts;
    this.#mostBytes = Math.max(mostBytes, cacheBytesPerDocument * parts.ids.length);
    this.text = new Postings(parts.text);
    this.meta = new Postings(parts.meta);
    this.keys = new Postings(parts.keys);
  }

  /** Builds an index of `records`; of records with the same id the first counts. Use {@link IndexBuilder} to report progress. */
  static build(records: Iterable<CitationRecord>, mostBytes?: number): CitationIndex {
    const builder = new IndexBuilder();
    for (const record of records) builder.add(record);
    return new CitationIndex(builder.finish(), mostBytes);
  }

  get documentCount(): number {
    return this.parts.ids.length;
  }

  /** The record id of a document number; the empty text when there is no such document. */
  idOf(doc: number): string {
    return this.parts.ids.at(doc);
  }

  /** The document number of a record id. */
  docOf(id: string): number | undefined {
    const doc = this.parts.ids.find(id, this.parts.idOrder);
    return doc < 0 ? undefined : doc;
  }

  /** Words in title, abstract and keywords of a document: the document length of BM25. */
  documentLength(doc: number): number {
    return this.parts.lengths[doc] ?? 0;
  }

  /** Mean of {@link documentLength}; 0 for an empty index. */
  get averageDocumentLength(): number {
    this.#averageLength ??=
      this.parts.lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, this.documentCount);
    return this.#averageLength;
  }

  /** Number of records that have the field at all (a library may lack MeSH or dates for many). */
  coverage(field: CoveredField): number {
    let count = this.#coverage.get(field);
    if (count === undefined) {
      const words = this.parts.covered[field];
      count = words === undefined ? 0 : new DocSet(this.documentCount, words).count();
      this.#coverage.set(field, count);
    }
    return count;
  }

  /** The set with that key, made on first use. Sets from the cache are shared: never change them. */
  cached(key: string, make: () => DocSet): DocSet {
    const known = this.#cache.get(key);
    if (known !== undefined) {
      known.usedAt = ++this.#uses;
      return known.docs;
    }
    const docs = make();
    this.#cache.set(key, { docs, usedAt: ++this.#uses });
    this.#cachedBytes += docs.bytes + entryBytes;
    if (this.#cachedBytes > this.#mostBytes) this.#forget();
    return docs;
  }

  /** Forgets the half of the sets that were not used for longest. Rare, so that a look-up need not keep them in order. */
  #forget(): void {
    const times = Float64Array.from(this.#cache.values(), ({ usedAt }) => usedAt).sort();
    const middle = times[times.length >>> 1] ?? 0;
    this.#cachedBytes = 0;
    for (const [key, { docs, usedAt }] of this.#cache) {
      if (usedAt < middle) this.#cache.delete(key);
      // Lists may have become bitmaps meanwhile, so they are counted anew.
      else this.#cachedBytes += docs.bytes + entryBytes;
    }
  }

  /**
   * Documents with the words of `slots` one behind the other in `field`; one slot may stand alone, `*` in a slot is any run of
   * characters. Shared: do not change it.
   * @param check is called now and then, and throws to give up.
   */
  docsWithWords(field: WordField, slots: readonly Slot[], check: () => void = goOn): DocSet {
    return this.#searchWords(field, slots, `p|${field}|${slots.join(' ')}`, docsOfPhrase, check);
  }

  /** Documents with all slots in `field`, in any order, at most `between` other words among them. Shared: do not change it. */
  docsNear(field: WordField, slots: readonly Slot[], between: number, check: () => void = goOn): DocSet {
    const near = (where: WordPlaces): DocSet => docsNear(where, slots, between);
    return this.#searchWords(field, slots, `~${between}|${field}|${slots.join(' ')}`, near, check);
  }

  #searchWords(
    field: WordField,
    slots: readonly Slot[],
    key: string,
    search: (where: WordPlaces, slots: readonly Slot[]) => DocSet,
    check: () => void,
  ): DocSet {
    return this.cached(key, () => {
      const { text, meta } = scopeOf(field);
      const size = this.documentCount;
      const inStore = (name: 'text' | 'meta', mask: number): DocSet => {
        const postings = this[name];
        const docsOf = (slot: Slot): DocSet =>
          this.cached(`s|${name}|${mask}|${slot}`, () => docsOfSlot(postings, mask, slot, size, check));
        const [only] = slots;
        if (slots.length === 1 && only !== undefined) return docsOf(only);
        return search({ postings, mask, size, docsOf, check }, slots);
      };
      if (meta === 0) return inStore('text', text);
      if (text === 0) return inStore('meta', meta);
      return inStore('text', text).or(inStore('meta', meta));
    });
  }

  /** Documents that have one of the values that `pattern` stands for (`mh:neoplasms`, `au:smith j*`). Shared: do not change it. */
  docsWithValue(pattern: string, zones = anyKeyZone): DocSet {
    return this.cached(`v|${zones}|${pattern}`, () =>
      docsOfSlot(this.keys, zones, pattern, this.documentCount, goOn),
    );
  }

  /** Whether some record has the value. */
  hasValue(value: string): boolean {
    return this.keys.find(value) >= 0;
  }

  /**
   * Number of documents with `term` in `field`. Words and phrases (`breast cancer`, also with `*`) in word fields; a heading, not
   * exploded, in `mh` and `majr`; a subheading's name in `sh`.
   */
  documentFrequency(field: WordField | ValueField, term: string): number {
    return this.docsOfTerm(field, term).count();
  }

  /** The documents that {@link documentFrequency} counts. Shared: do not change it. */
  docsOfTerm(field: WordField | ValueField, term: string): DocSet {
    if (isWordField(field)) return this.docsWithWords(field, searchWords(term).slots);
    const kind = field === 'sh' ? 'sh' : 'mh';
    return this.docsWithValue(
      `${kind}:${headingKey(term)}`,
      field === 'majr' ? 1 << keyZone.major : anyKeyZone,
    );
  }

  /** Documents with a single word of title, abstract or keywords, and how often they have it. Empty when no document has it. */
  postings(field: 'ti' | 'ab' | 'ot' | 'tiab', word: string): TermPostings {
    const term = this.text.find(searchWords(word).slots[0] ?? '');
    if (term < 0) return { docs: new Uint32Array(), frequencies: new Uint32Array() };
    const docs: number[] = [];
    const frequencies: number[] = [];
    this.text.forEachFrequency(term, scopeOf(field).text, (doc, frequency) => {
      docs.push(doc);
      frequencies.push(frequency);
    });
    return { docs: Uint32Array.from(docs), frequencies: Uint32Array.from(frequencies) };
  }

  /** Words of title, abstract and keywords that begin with `prefix`, with their document frequency, alphabetically; at most `limit`. */
  wordsWithPrefix(
    prefix: string,
    limit: number,
  ): readonly { readonly word: string; readonly documents: number }[] {
    const { from, to } = this.text.prefixRange(prefix);
    const { terms, documentFrequencies } = this.text.data;
    return terms
      .range(from, Math.min(to, from + limit))
      .map((word, i) => ({ word, documents: documentFrequencies[from + i] ?? 0 }));
  }

  /**
   * Distinct words of title, abstract and keywords, and headings (as keys, see `headingKey`), of a document. The view over all
   * documents is made on first use (tenths of a second for 60,000 records) and kept.
   */
  termsOf(doc: number): { readonly words: readonly string[]; readonly headings: readonly string[] } {
    this.#forward ??= new ForwardView(this.text, this.keys, this.documentCount);
    return this.#forward.termsOf(doc);
  }

  /** Whether the document's record has an abstract, keywords, MeSH. */
  hasFlag(doc: number, flag: keyof typeof recordFlag): boolean {
    return ((this.parts.flags[doc] ?? 0) & recordFlag[flag]) !== 0;
  }

  /** The documents of `docs`, newest first, from `offset` on and at most `limit`. */
  newest(docs: DocSet, offset: number, limit: number): readonly number[] {
    const found: number[] = [];
    let skip = offset;
    for (const doc of this.parts.newestFirst) {
      if (found.length >= limit) break;
      if (docs.has(doc) && skip-- <= 0) found.push(doc);
    }
    return found;
  }
}
