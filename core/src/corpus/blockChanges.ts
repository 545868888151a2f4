import type { QueryPart } from '../pubmed/index.ts';
import { DocSet } from './docSet.ts';

/** What a block finds less, or more, without one of its parts. One of them is undefined: a part either brings records or keeps some out. */
export interface BlockChange {
  readonly only: DocSet | undefined;
  readonly excluded: DocSet | undefined;
}

type Block = Extract<QueryPart, { kind: 'block' }>;

/** Documents in at least one, and in at least two, of the sets: counted once through, whatever their number. */
export interface Cover {
  readonly once: DocSet;
  readonly twice: DocSet;
}

export function coverOf(sets: readonly DocSet[], size: number): Cover {
  const once = new DocSet(size);
  const twice = new DocSet(size);
  const [one, two] = [once.words, twice.words];
  for (const set of sets) {
    if (DocSet.isSmall(set.count(), size)) {
      set.forEach((doc) => {
        const [at, bit] = [doc >>> 5, 1 << (doc & 31)];
        two[at] = (two[at] ?? 0) | ((one[at] ?? 0) & bit);
        one[at] = (one[at] ?? 0) | bit;
      });
      continue;
    }
    const { words } = set;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      two[i] = (two[i] ?? 0) | ((one[i] ?? 0) & word);
      one[i] = (one[i] ?? 0) | word;
    }
  }
  return { once, twice };
}

/** Documents that are in none of the sets. */
export function missing(set: DocSet): DocSet {
  return DocSet.all(set.size).removeAll(set);
}

/** The parts of a block that are searched, by position, with what they find. */
export function searchedOf(
  { children }: Block,
  sets: readonly (DocSet | undefined)[],
): readonly (readonly [at: number, docs: DocSet])[] {
  return children.flatMap((at) => {
    const docs = sets[at];
    return docs === undefined ? [] : [[at, docs] as const];
  });
}

/**
 * What the block at `at` changes without each of its parts, by their position. Nothing for parts that are not searched, for one without
 * which nothing would be left of an AND or a NOT, and for what NOT takes away from.
 */
export function blockChanges(
  block: Block,
  sets: readonly (DocSet | undefined)[],
  at: number,
): ReadonlyMap<number, BlockChange> {
  const changes = new Map<number, BlockChange>();
  const searched = searchedOf(block, sets);
  const size = sets[at]?.size;
  if (size === undefined) return changes;
  switch (block.operator) {
    case 'OR': {
      const { twice } = coverOf(
        searched.map(([, docs]) => docs),
        size,
      );
      for (const [child, docs] of searched)
        changes.set(child, { only: docs.andNot(twice), excluded: undefined });
      return changes;
    }
    case 'AND': {
      if (searched.length < 2) return changes;
      const missed = searched.map(([child, docs]) => [child, missing(docs)] as const);
      const { twice } = coverOf(
        missed.map(([, docs]) => docs),
        size,
      );
      for (const [child, docs] of missed)
        changes.set(child, { only: undefined, excluded: docs.removeAll(twice) });
      return changes;
    }
    case 'NOT': {
      const [from, ...taken] = searched;
      if (from === undefined) return changes;
      const { twice } = coverOf(
        taken.map(([, docs]) => docs),
        size,
      );
      for (const [child, docs] of taken)
        changes.set(child, { only: undefined, excluded: docs.and(from[1]).removeAll(twice) });
      return changes;
    }
  }
}
