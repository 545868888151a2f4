import type { Descriptor } from '../mesh/index.ts';

/** The headings of an OR group, to ask whether a heading, a broader or a narrower one is among them. */
export class HeadingIndex {
  readonly #uis = new Set<string>();
  /** Tree numbers of the headings. */
  readonly #places = new Set<string>();
  /** Tree numbers above those of the headings. */
  readonly #above = new Set<string>();

  add(descriptor: Descriptor): void {
    if (this.#uis.has(descriptor.ui)) return;
    this.#uis.add(descriptor.ui);
    for (const number of descriptor.treeNumbers) {
      this.#places.add(number);
      for (const place of placesAbove(number)) this.#above.add(place);
    }
  }

  /** Whether the heading is there, or one above it or below it in a tree. */
  covers({ ui, treeNumbers }: Descriptor): boolean {
    if (this.#uis.has(ui)) return true;
    return treeNumbers.some(
      (number) => this.#above.has(number) || placesAbove(number).some((place) => this.#places.has(place)),
    );
  }
}

const above = new WeakMap<Descriptor, readonly string[]>();

/** The places above all places of a heading; worked out once. */
export function placesAboveAll(descriptor: Descriptor): readonly string[] {
  let places = above.get(descriptor);
  if (places === undefined) above.set(descriptor, (places = descriptor.treeNumbers.flatMap(placesAbove)));
  return places;
}

/** The places above a tree number: `C04.557` and `C04` for `C04.557.337`. */
export function placesAbove(number: string): readonly string[] {
  const places: string[] = [];
  for (let dot = number.lastIndexOf('.'); dot > 0; dot = number.lastIndexOf('.', dot - 1))
    places.push(number.slice(0, dot));
  return places;
}
