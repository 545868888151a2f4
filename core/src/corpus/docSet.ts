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
    for (const word of this.words) {
      let v = word - ((word >>> 1) & 0x55555555);
      v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
      total += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
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
    return new DocSet(
      this.size,
      this.words.map((word, i) => word & (other.words[i] ?? 0)),
    ).count();
  }

  /** Document numbers, ascending. */
  toArray(): Uint32Array {
    const docs = new Uint32Array(this.count());
    let at = 0;
    for (let i = 0; i < this.words.length; i++) {
      for (let word = this.words[i] ?? 0; word !== 0; word &= word - 1)
        docs[at++] = (i << 5) + 31 - Math.clz32(word & -word);
    }
    return docs;
  }
}
