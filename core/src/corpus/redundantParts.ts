import type { BlockChange } from './blockChanges.ts';
import type { DocSet } from './docSet.ts';

/**
 * Parts of an OR that can all be left out together without the OR finding less. Of two parts that find the same, one is among them, not
 * both: those that find less go first, and of equal ones the later.
 */
export function redundantOf(
  children: readonly number[],
  sets: readonly (DocSet | undefined)[],
  changes: ReadonlyMap<number, BlockChange>,
): readonly number[] {
  const candidates: { readonly at: number; readonly docs: DocSet; readonly count: number }[] = [];
  for (const at of children) {
    const docs = sets[at];
    const only = changes.get(at)?.only;
    if (docs !== undefined && only?.isEmpty() === true) candidates.push({ at, docs, count: docs.count() });
  }
  if (candidates.length === 0) return [];
  const covered = new Uint32Array(candidates[0]?.docs.size ?? 0);
  for (const at of children) sets[at]?.forEach((doc) => (covered[doc] = (covered[doc] ?? 0) + 1));
  const redundant: number[] = [];
  for (const { at, docs } of candidates.sort((a, b) => a.count - b.count || b.at - a.at)) {
    const found = docs.toArray();
    if (found.some((doc) => (covered[doc] ?? 0) < 2)) continue;
    for (const doc of found) covered[doc] = (covered[doc] ?? 0) - 1;
    redundant.push(at);
  }
  return redundant;
}
