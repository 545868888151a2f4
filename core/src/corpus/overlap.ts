import type { Overlap, OverlapPair, OverlapPart } from '../search/index.ts';
import { DocSet } from './docSet.ts';

/** More queries make more combinations than anybody reads. */
export const mostCompared = 4;

/** What sets of the same size have in common. `seeds`: the document of each seed that the library holds; all others are missed. */
export function overlap(
  sets: readonly DocSet[],
  seeds: readonly string[],
  docOf: (seed: string) => number | undefined,
): Omit<Overlap, 'warnings' | 'provenance'> {
  const positions = [...sets.keys()];
  const parts: OverlapPart[] = [];
  const size = sets[0]?.size ?? 0;
  // From each query alone to all of them, so that the list reads from "only this one" to "all".
  const combinations = Array.from({ length: 2 ** sets.length - 1 }, (_, i) => i + 1)
    .map((bits) => positions.filter((at) => (bits & (1 << at)) !== 0))
    .sort((a, b) => a.length - b.length || compare(a, b));
  for (const foundBy of combinations) {
    const docs = DocSet.all(size);
    for (const at of positions) {
      const set = sets[at];
      if (set === undefined) continue;
      if (foundBy.includes(at)) docs.keepAll(set);
      else docs.removeAll(set);
    }
    parts.push({ foundBy, count: docs.count(), seeds: within(docs) });
  }
  function within(docs: DocSet): readonly string[] {
    return seeds.filter((seed) => {
      const doc = docOf(seed);
      return doc !== undefined && docs.has(doc);
    });
  }
  const union = new DocSet(size);
  for (const set of sets) union.addAll(set);
  const found = new Set(within(union));
  return {
    queries: sets.map((set) => ({ count: set.count(), seeds: within(set) })),
    union: union.count(),
    parts,
    pairs: pairsOf(sets),
    missed: seeds.filter((seed) => !found.has(seed)),
  };
}

function pairsOf(sets: readonly DocSet[]): readonly OverlapPair[] {
  return sets.flatMap((a, first) =>
    sets.slice(first + 1).map((b, i) => {
      const both = a.countCommon(b);
      const onlyFirst = a.count() - both;
      const onlySecond = b.count() - both;
      const either = both + onlyFirst + onlySecond;
      return {
        first,
        second: first + 1 + i,
        both,
        onlyFirst,
        onlySecond,
        jaccard: either === 0 ? undefined : both / either,
      };
    }),
  );
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
