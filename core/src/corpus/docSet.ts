/** Number of set bits of a 32-bit word. */
function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** A set of document numbers 0..size-1 as a bitmap. Operations that change a set say so by their name (`add...`, `keep...`). */
export class DocSet {
  readonly size: number;
  readonly words: Uint32Array;

  constructor(size: number, words: Uint32Array = new Uint32Array((size + 31) >>> 5)) {
    this.size = size;
    this.words = words;
  }

  /** The set of all documents. */
  static all(size: number): DocSet {
    const set = new DocSet(size);
    set.words.fill(0xffffffff);
    const rest = size & 31;
    const last = set.words.length - 1;
    if (rest !== 0 && last >= 0) set.words[last] = 0xffffffff >>> (32 - rest);
    return set;
  }

  static of(size: number, docs: Iterable<number>): DocSet {
    const set = new DocSet(size);
    for (const doc of docs) set.add(doc);
    return set;
  }

  add(doc: number): void {
    if (doc < this.size) this.words[doc >>> 5] = (this.words[doc >>> 5] ?? 0) | (1 << (doc & 31));
  }

  has(doc: number): boolean {
    return ((this.words[doc >>> 5] ?? 0) & (1 << (doc & 31))) !== 0;
  }

  /** Number of documents in the set. */
  count(): number {
    let total = 0;
    for (const word of this.words) total += bitCount(word);
    return total;
  }

  isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  clone(): DocSet {
    return new DocSet(this.size, this.words.slice());
  }

  /** Union, in place. */
  addAll(other: DocSet): this {
    for (let i = 0; i < this.words.length; i++) this.words[i] = (this.words[i] ?? 0) | (other.words[i] ?? 0);
    return this;
  }

  /** Intersection, in place. */
  keepAll(other: DocSet): this {
    for (let i = 0; i < this.words.length; i++) this.words[i] = (this.words[i] ?? 0) & (other.words[i] ?? 0);
    return this;
  }

  /** Difference, in place. */
  removeAll(other: DocSet): this {
    for (let i = 0; i < this.words.length; i++) this.words[i] = (this.words[i] ?? 0) & ~(other.words[i] ?? 0);
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
    let total = 0;
    for (let i = 0; i < this.words.length; i++)
      total += bitCount((this.words[i] ?? 0) & (other.words[i] ?? 0));
    return total;
  }

  /** Whether the sets have a document in common. */
  meets(other: DocSet): boolean {
    for (let i = 0; i < this.words.length; i++)
      if (((this.words[i] ?? 0) & (other.words[i] ?? 0)) !== 0) return true;
    return false;
  }

  /** Whether every document of this set is in `other`. */
  isWithin(other: DocSet): boolean {
    return this.words.every((word, i) => (word & ~(other.words[i] ?? 0)) === 0);
  }

  /** Whether the sets have the same documents. */
  equals(other: DocSet): boolean {
    return this.words.every((word, i) => word === other.words[i]);
  }

  /** Calls `visit` for every document, ascending. */
  forEach(visit: (doc: number) => void): void {
    for (let i = 0; i < this.words.length; i++)
      for (let word = this.words[i] ?? 0; word !== 0; word &= word - 1)
        visit((i << 5) + 31 - Math.clz32(word & -word));
  }

  /** Document numbers, ascending. */
  toArray(): Uint32Array {
    const docs = new Uint32Array(this.count());
    let at = 0;
    this.forEach((doc) => (docs[at++] = doc));
    return docs;
  }
}
