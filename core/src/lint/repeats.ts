import { keyOf } from './blocks.ts';
import type { Leaf } from './blocks.ts';

/** Above this the numbers are not worth it: terms could be made so that all of them have the same. */
export const LONGEST_COMPARED = 2000;

const NONE: ReadonlySet<Leaf> = new Set();

/** The terms that are there before in a list, but for case and the spelling of tags. */
export function repeatsIn(leaves: readonly Leaf[]): ReadonlySet<Leaf> {
  if (leaves.length < 2) return NONE;
  if (leaves.length > LONGEST_COMPARED) return compared(leaves);
  // Nearly all lists have no repeats, and numbers tell so without making the texts that have to be compared.
  let suspects: Set<number> | undefined;
  numbers.begin(leaves.length);
  for (const leaf of leaves) {
    const number = numberOf(leaf);
    if (!numbers.add(number)) (suspects ??= new Set()).add(number);
  }
  const doubtful = suspects;
  return doubtful === undefined ? NONE : compared(leaves.filter((leaf) => doubtful.has(numberOf(leaf))));
}

function compared(leaves: readonly Leaf[]): ReadonlySet<Leaf> {
  const seen = new Set<string>();
  const found = new Set<Leaf>();
  for (const leaf of leaves) {
    const key = keyOf(leaf.term);
    if (seen.has(key)) found.add(leaf);
    else seen.add(key);
  }
  return found.size === 0 ? NONE : found;
}

/** The same for equal terms, and seldom the same for others. */
export function numberOf({ hash, term: { quoted, tag } }: Leaf): number {
  const field = tag?.field ?? '';
  const ends = field === '' ? 0 : field.charCodeAt(0) * 31 + field.charCodeAt(field.length - 1);
  return (Math.imul(hash, 31) + ends * 2 + (quoted ? 1 : 0)) | 0;
}

/** A set of numbers that is emptied in no time, to be used for one list after the other. */
class NumberSet {
  #numbers = new Int32Array(256);
  /** The list that the number in this place belongs to. */
  #owners = new Int32Array(256);
  #list = 0;

  /** Empties the set and makes room for `count` numbers. */
  begin(count: number): void {
    this.#list++;
    if (count * 2 <= this.#numbers.length) return;
    let size = this.#numbers.length;
    while (size < count * 2) size *= 2;
    this.#numbers = new Int32Array(size);
    this.#owners = new Int32Array(size);
  }

  /** False when the number was there. */
  add(number: number): boolean {
    const mask = this.#numbers.length - 1;
    let at = (Math.imul(number, 0x9e3779b1) >>> 16) & mask;
    while (this.#owners[at] === this.#list) {
      if (this.#numbers[at] === number) return false;
      at = (at + 1) & mask;
    }
    this.#owners[at] = this.#list;
    this.#numbers[at] = number;
    return true;
  }
}

export const numbers = new NumberSet();
