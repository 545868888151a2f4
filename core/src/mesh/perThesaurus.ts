import type { Descriptor, Thesaurus } from './descriptor.ts';

/** A table made from a thesaurus once. */
export interface MeshTable<T> {
  (thesaurus: Thesaurus): T;
  /** Makes the table in slices of some milliseconds, so that asking for it later takes no time. */
  prepare(thesaurus: Thesaurus): Generator<void, T>;
}

/** Headings that are read between two slices. */
const SLICE = 1000;

/** A table that is made when it is first asked for, or before that in slices. `make` yields now and then. */
export function perThesaurus<T>(make: (thesaurus: Thesaurus) => Generator<void, T>): MeshTable<T> {
  const known = new WeakMap<Thesaurus, { readonly value: T }>();
  function* prepare(thesaurus: Thesaurus): Generator<void, T> {
    let made = known.get(thesaurus);
    if (made === undefined) {
      const value = yield* make(thesaurus);
      // Somebody may have asked in between.
      made = known.get(thesaurus) ?? { value };
      known.set(thesaurus, made);
    }
    return made.value;
  }
  const table = (thesaurus: Thesaurus): T => {
    const made = known.get(thesaurus);
    if (made !== undefined) return made.value;
    for (const steps = prepare(thesaurus); ;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  };
  return Object.assign(table, { prepare });
}

/** Every heading, with a pause after each slice. */
export function* eachDescriptor(
  thesaurus: Thesaurus,
  visit: (descriptor: Descriptor) => void,
): Generator<void> {
  for (const [index, descriptor] of thesaurus.descriptors.entries()) {
    visit(descriptor);
    if (index % SLICE === SLICE - 1) yield;
  }
}
