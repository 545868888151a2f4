import { ByteWriter } from './bytes.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Many short texts in two typed arrays instead of as many strings: half a million terms take a sixth of the memory, load in no time, and
 * can be shared between threads. Texts are made on demand.
 */
export class TextTable {
  /** UTF-8, one text behind the other. */
  readonly bytes: Uint8Array;
  /** Where each text starts; one more than there are texts. */
  readonly starts: Uint32Array;

  constructor(bytes: Uint8Array, starts: Uint32Array) {
    this.bytes = bytes;
    this.starts = starts;
  }

  static of(texts: Iterable<string>): TextTable {
    const bytes = new ByteWriter();
    const starts = [0];
    for (const text of texts) {
      bytes.bytes(encoder.encode(text));
      starts.push(bytes.length);
    }
    return new TextTable(bytes.toBytes(), Uint32Array.from(starts));
  }

  get length(): number {
    return this.starts.length - 1;
  }

  /** The text with that number; empty when there is none. */
  at(number: number): string {
    const [from, to] = [this.starts[number], this.starts[number + 1]];
    return from === undefined || to === undefined ? '' : decoder.decode(this.bytes.subarray(from, to));
  }

  /** The texts with the numbers [from, to). */
  range(from: number, to: number): string[] {
    const texts: string[] = [];
    for (let number = from; number < to; number++) texts.push(this.at(number));
    return texts;
  }

  /**
   * Number of the first text that is not less than `text`; the table must be sorted, see {@link compareTexts}.
   * @param order where the table itself is not sorted: the numbers of its texts in the order that is.
   */
  lowerBound(text: string, order?: Uint32Array): number {
    return this.#lowerBound(encoder.encode(text), order);
  }

  /** Numbers of the texts that begin with `prefix`, as the half-open range [from, to); of a sorted table. */
  prefixRange(prefix: string): { readonly from: number; readonly to: number } {
    const key = encoder.encode(prefix);
    // No text holds the byte 255, so it stands for "more than any continuation".
    const behind = new Uint8Array(key.length + 1);
    behind.set(key);
    behind[key.length] = 255;
    return { from: this.#lowerBound(key), to: this.#lowerBound(behind) };
  }

  /** The number of `text`, or -1; of a sorted table, or with the order that sorts it. */
  find(text: string, order?: Uint32Array): number {
    const key = encoder.encode(text);
    const rank = this.#lowerBound(key, order);
    if (rank === this.length) return -1;
    const number = order === undefined ? rank : (order[rank] ?? 0);
    return this.#compare(number, key) === 0 ? number : -1;
  }

  #lowerBound(key: Uint8Array, order?: Uint32Array): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(order === undefined ? middle : (order[middle] as number), key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(number: number, key: Uint8Array): number {
    const { bytes, starts } = this;
    const from = starts[number] as number;
    const length = (starts[number + 1] as number) - from;
    const common = Math.min(length, key.length);
    for (let i = 0; i < common; i++) {
      const difference = (bytes[from + i] as number) - (key[i] as number);
      if (difference !== 0) return difference;
    }
    return length - key.length;
  }
}

/** The order of UTF-8, which is that of code points; JavaScript's own order differs behind U+FFFF. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs go behind all other code units. */
function rank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}
