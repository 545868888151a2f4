import type { Descriptor } from './descriptor.ts';

/** Places that are counted between two pauses: some 5 ms. */
const PLACES_AT_ONCE = 10_000;

interface Place {
  readonly number: string;
  readonly owner: Descriptor;
}

/**
 * The MeSH trees as one sorted array of tree numbers. What stands below `C04` are the numbers that begin with `C04.`, and
 * these are neighbours in the sorted order, so a subtree is found by two binary searches.
 */
export class MeshTree {
  readonly #numbers: string[] = [];
  readonly #owners: Descriptor[] = [];

  /** Sorts the places of `descriptors`, in steps: category by category (`C`, `D`), main branch by main branch (`C04`). */
  *build(descriptors: readonly Descriptor[]): Generator<void> {
    const branches = new Map<string, Place[]>();
    for (const owner of descriptors) {
      for (const number of owner.treeNumbers) {
        const branch = number.slice(0, 3);
        const places = branches.get(branch);
        if (places === undefined) branches.set(branch, [{ number, owner }]);
        else places.push({ number, owner });
      }
    }
    for (const branch of [...branches.keys()].sort()) {
      yield;
      const places = branches.get(branch) ?? [];
      places.sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0));
      for (const { number, owner } of places) {
        this.#numbers.push(number);
        this.#owners.push(owner);
      }
    }
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

  /** Adds up, in steps, how many places lie below each descriptor's own, at the fullest of them: what lies below follows in the order. */
  *countBelow(counts: Map<Descriptor, number>): Generator<void> {
    const open: { readonly index: number; readonly prefix: string }[] = [];
    const close = (index: number, end: number): void => {
      const owner = this.#owners[index];
      if (owner !== undefined) counts.set(owner, Math.max(counts.get(owner) ?? 0, end - index - 1));
    };
    for (const [index, number] of this.#numbers.entries()) {
      if (index % PLACES_AT_ONCE === PLACES_AT_ONCE - 1) yield;
      for (let top = open.at(-1); top && !number.startsWith(top.prefix); top = open.at(-1)) {
        open.pop();
        close(top.index, index);
      }
      open.push({ index, prefix: `${number}.` });
    }
    for (const { index } of open) close(index, this.#numbers.length);
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
