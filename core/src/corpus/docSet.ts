/** Number of set bits of a 32-bit word. */
function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Lists at most so long, as a share of the documents, are cheaper to go through than a bitmap: one step a document against one a word. */
const DOCS_PER_WORD = 32;

/**
 * A set of document numbers 0..size-1: a sorted list while it is small, else a bitmap. Which of the two it is shows only in time and
 * memory. Operations that change a set say so by their name (`add...`, `keep...`, `remove...`).
 *
 * Why not a library: docs/search-engine.md has the comparison with CRoaring (roaring-wasm) and FastBitSet.
 */
export class DocSet {
  readonly size: number;
  /** Ascending, without repeats, never changed once it is here; undefined where there is a bitmap. */
  #list: Uint32Array | undefined;
  #bits: Uint32Array | undefined;

  constructor(size: number, words?: Uint32Array) {
    this.size = size;
    if (words === undefined) this.#list = none;
    else this.#bits = words;
  }

  /** The set of all documents. */
  static all(size: number): DocSet {
    const words = new Uint32Array((size + 31) >>> 5).fill(0xffffffff);
    const rest = size & 31;
    if (rest !== 0) words[words.length - 1] = 0xffffffff >>> (32 - rest);
    return new DocSet(size, words);
  }

  static of(size: number, docs: Iterable<number>): DocSet {
    const set = new DocSet(size);
    for (const doc of docs) set.add(doc);
    return set;
  }

  /** The set of `docs`, which are ascending, without repeats and below `size`; the array is kept. */
  static ofSorted(size: number, docs: Uint32Array): DocSet {
    const set = new DocSet(size);
    set.#list = docs;
    return docs.length * DOCS_PER_WORD > size ? new DocSet(size, set.words) : set;
  }

  /** Whether so many documents are kept as a list. */
  static isSmall(count: number, size: number): boolean {
    return count * DOCS_PER_WORD <= size;
  }

  /** The bitmap: document `d` is bit `d & 31` of word `d >>> 5`. What is written there changes the set. */
  get words(): Uint32Array {
    if (this.#bits !== undefined) return this.#bits;
    const bits = new Uint32Array((this.size + 31) >>> 5);
    setBits(bits, this.#list ?? none);
    this.#list = undefined;
    this.#bits = bits;
    return bits;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return (this.#bits ?? this.#list ?? none).byteLength;
  }

  add(doc: number): void {
    if (doc < this.size) this.words[doc >>> 5] = (this.words[doc >>> 5] ?? 0) | (1 << (doc & 31));
  }

  has(doc: number): boolean {
    if (this.#bits !== undefined) return ((this.#bits[doc >>> 5] ?? 0) & (1 << (doc & 31))) !== 0;
    const list = this.#list ?? none;
    return list[lowerBound(list, doc, 0)] === doc;
  }

  /** Number of documents in the set. */
  count(): number {
    const bits = this.#bits;
    if (bits === undefined) return (this.#list ?? none).length;
    let total = 0;
    for (let i = 0; i < bits.length; i++) total += bitCount(bits[i] as number);
    return total;
  }

  isEmpty(): boolean {
    const bits = this.#bits;
    if (bits === undefined) return (this.#list ?? none).length === 0;
    for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) return false;
    return true;
  }

  clone(): DocSet {
    if (this.#bits !== undefined) return new DocSet(this.size, this.#bits.slice());
    const copy = new DocSet(this.size);
    copy.#list = this.#list;
    return copy;
  }

  /** Union, in place. */
  addAll(other: DocSet): this {
    if (other.#bits === undefined) {
      const list = other.#list ?? none;
      if (list.length > 0) setBits(this.words, list);
      return this;
    }
    const [a, b] = [this.words, other.#bits];
    for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) | (b[i] as number);
    return this;
  }

  /** Intersection, in place. */
  keepAll(other: DocSet): this {
    const [mine, theirs] = [this.#bits, other.#bits];
    if (mine !== undefined && theirs !== undefined) {
      for (let i = 0; i < mine.length; i++) mine[i] = (mine[i] as number) & (theirs[i] as number);
      return this;
    }
    if (mine !== undefined) this.#list = filtered(other.#list ?? none, mine, true);
    else if (theirs !== undefined) this.#list = filtered(this.#list ?? none, theirs, true);
    else this.#list = common(this.#list ?? none, other.#list ?? none);
    this.#bits = undefined;
    return this;
  }

  /** Difference, in place. */
  removeAll(other: DocSet): this {
    const [mine, theirs] = [this.#bits, other.#bits];
    if (mine === undefined) {
      const list = this.#list ?? none;
      this.#list = theirs === undefined ? without(list, other.#list ?? none) : filtered(list, theirs, false);
      return this;
    }
    if (theirs === undefined) {
      for (const doc of other.#list ?? none)
        mine[doc >>> 5] = (mine[doc >>> 5] as number) & ~(1 << (doc & 31));
      return this;
    }
    for (let i = 0; i < mine.length; i++) mine[i] = (mine[i] as number) & ~(theirs[i] as number);
    return this;
  }

  or(other: DocSet): DocSet {
    return this.clone().addAll(other);
  }

  and(other: DocSet): DocSet {
    return this.clone().keepAll(other);
  }

  andNot(other: DocSet): DocSet {
    return this.clone().removeAll(other);
  }

  /** Number of documents in both sets, without making the intersection. */
  countCommon(other: DocSet): number {
    const [mine, theirs] = [this.#bits, other.#bits];
    if (mine === undefined || theirs === undefined) return this.and(other).count();
    let total = 0;
    for (let i = 0; i < mine.length; i++) total += bitCount((mine[i] as number) & (theirs[i] as number));
    return total;
  }

  /** Whether the sets have a document in common. */
  meets(other: DocSet): boolean {
    const [mine, theirs] = [this.#bits, other.#bits];
    if (mine === undefined) return (this.#list ?? none).some((doc) => other.has(doc));
    if (theirs === undefined) return other.meets(this);
    for (let i = 0; i < mine.length; i++)
      if (((mine[i] as number) & (theirs[i] as number)) !== 0) return true;
    return false;
  }

  /** Whether every document of this set is in `other`. */
  isWithin(other: DocSet): boolean {
    const [mine, theirs] = [this.#bits, other.#bits];
    if (mine === undefined) return (this.#list ?? none).every((doc) => other.has(doc));
    if (theirs === undefined) return this.countCommon(other) === this.count();
    for (let i = 0; i < mine.length; i++)
      if (((mine[i] as number) & ~(theirs[i] as number)) !== 0) return false;
    return true;
  }

  /** Whether the sets have the same documents. */
  equals(other: DocSet): boolean {
    return this.count() === other.count() && this.isWithin(other);
  }

  /** Calls `visit` for every document, ascending. */
  forEach(visit: (doc: number) => void): void {
    const bits = this.#bits;
    if (bits === undefined) return (this.#list ?? none).forEach((doc) => visit(doc));
    for (let i = 0; i < bits.length; i++)
      for (let word = bits[i] as number; word !== 0; word &= word - 1)
        visit((i << 5) + 31 - Math.clz32(word & -word));
  }

  /** Document numbers, ascending. May be shared: do not change it. */
  toArray(): Uint32Array {
    if (this.#bits === undefined) return this.#list ?? none;
    const docs = new Uint32Array(this.count());
    let at = 0;
    this.forEach((doc) => (docs[at++] = doc));
    return docs;
  }
}

const none = new Uint32Array();

function setBits(bits: Uint32Array, docs: Uint32Array): void {
  for (let i = 0; i < docs.length; i++) {
    const doc = docs[i] as number;
    bits[doc >>> 5] = (bits[doc >>> 5] as number) | (1 << (doc & 31));
  }
}

/** The documents of `list` that are (or are not) in the bitmap. */
function filtered(list: Uint32Array, bits: Uint32Array, wanted: boolean): Uint32Array {
  const kept = new Uint32Array(list.length);
  let length = 0;
  for (let i = 0; i < list.length; i++) {
    const doc = list[i] as number;
    if ((((bits[doc >>> 5] as number) >>> (doc & 31)) & 1) === (wanted ? 1 : 0)) kept[length++] = doc;
  }
  return kept.slice(0, length);
}

/** What two ascending lists have in common; the shorter one is looked up in the longer one. */
function common(a: Uint32Array, b: Uint32Array): Uint32Array {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const both = new Uint32Array(short.length);
  let length = 0;
  let at = 0;
  for (let i = 0; i < short.length; i++) {
    const doc = short[i] as number;
    at = lowerBound(long, doc, at);
    if (at === long.length) break;
    if (long[at] === doc) both[length++] = doc;
  }
  return both.slice(0, length);
}

/** The numbers of one ascending list that the other one has not. */
function without(a: Uint32Array, b: Uint32Array): Uint32Array {
  const kept = new Uint32Array(a.length);
  let length = 0;
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    const doc = a[i] as number;
    at = lowerBound(b, doc, at);
    if (b[at] !== doc) kept[length++] = doc;
  }
  return kept.slice(0, length);
}

/** The place of the first number in `list` from `start` on that is not less than `doc`: doubling steps, then halving. */
function lowerBound(list: Uint32Array, doc: number, start: number): number {
  let low = start;
  let step = 1;
  while (low + step <= list.length && (list[low + step - 1] as number) < doc) {
    low += step;
    step *= 2;
  }
  let high = Math.min(list.length, low + step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) < doc) low = middle + 1;
    else high = middle;
  }
  return low;
}
