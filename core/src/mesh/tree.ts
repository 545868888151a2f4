import type { Descriptor } from './descriptor.ts';

/**
 * The MeSH trees as one sorted array of tree numbers. What stands below `C04` are the numbers that begin with `C04.`, and
 * these are neighbours in the sorted order, so a subtree is found by two binary searches.
 */
export class MeshTree {
  readonly #numbers: readonly string[];
  readonly #owners: readonly Descriptor[];

  constructor(descriptors: readonly Descriptor[]) {
    const places: { number: string; owner: Descriptor }[] = [];
    for (const owner of descriptors) for (const number of owner.treeNumbers) places.push({ number, owner });
    places.sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0));
    this.#numbers = places.map((place) => place.number);
    this.#owners = places.map((place) => place.owner);
  }

  /** The descriptor that stands at exactly this tree number. */
  at(number: string): Descriptor | undefined {
    const index = this.#lowerBound(number);
    return this.#numbers[index] === number ? this.#owners[index] : undefined;
  }

  /** Adds everything below `number` to `into`; with `oneStep` only the next level. */
  collectBelow(number: string, into: Set<Descriptor>, oneStep: boolean): void {
    const prefix = `${number}.`;
    // '/' follows '.' in the character set, so `C04/` is the end of what begins with `C04.`.
    const end = this.#lowerBound(`${number}/`);
    for (let i = this.#lowerBound(prefix); i < end; i++) {
      const owner = this.#owners[i];
      if (owner === undefined) continue;
      if (oneStep && (this.#numbers[i] ?? '').includes('.', prefix.length)) continue;
      into.add(owner);
    }
  }

  /** For each descriptor how many places lie below its own, at the fullest of them. One pass: what lies below follows in the order. */
  countsBelow(): ReadonlyMap<Descriptor, number> {
    const counts = new Map<Descriptor, number>();
    const open: number[] = [];
    const close = (index: number, end: number): void => {
      const owner = this.#owners[index];
      if (owner !== undefined) counts.set(owner, Math.max(counts.get(owner) ?? 0, end - index - 1));
    };
    for (const [index, number] of this.#numbers.entries()) {
      for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
        if (number.startsWith(`${this.#numbers[top] ?? ''}.`)) break;
        open.pop();
        close(top, index);
      }
      open.push(index);
    }
    for (const index of open) close(index, this.#numbers.length);
    return counts;
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
