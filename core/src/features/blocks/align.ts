import { parseQuery } from '../../pubmed/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import { conceptTerms, conjunctsOf } from './conjuncts.ts';
import type { Conjunct } from './conjuncts.ts';

/** One of the blocks that a proposal joins by AND. */
export interface ProposedBlock {
  /** For people: its heading or first term. */
  readonly name: string;
  readonly query: string;
}

/**
 * Which block of line `label` each of the proposal's blocks is meant to take the place of, by the terms that both have; undefined for a block
 * that has none in common with any. Each block of the line is given away once, to the one that is most like it.
 */
export function alignBlocks(
  document: StrategyDocument,
  label: string,
  blocks: readonly ProposedBlock[],
): readonly (Conjunct | undefined)[] {
  const targets = conjunctsOf(document, label).map((conjunct) => ({
    conjunct,
    terms: conceptTerms(
      parseQuery(document.text.slice(conjunct.range.start, conjunct.range.end)).root,
      document,
    ),
  }));
  const pairs = blocks.flatMap(({ query }, block) => {
    const terms = conceptTerms(parseQuery(query).root);
    return targets.map((target, at) => ({ block, at, likeness: likeness(terms, target.terms) }));
  });
  const aligned: (Conjunct | undefined)[] = blocks.map(() => undefined);
  const taken = new Set<number>();
  for (const { block, at, likeness: worth } of pairs.sort((a, b) => b.likeness - a.likeness)) {
    if (worth === 0 || taken.has(at) || aligned[block] !== undefined) continue;
    taken.add(at);
    aligned[block] = targets[at]?.conjunct;
  }
  return aligned;
}

/** Dice coefficient: twice the terms in common over the terms of both, 0..1. */
function likeness(one: ReadonlySet<string>, two: ReadonlySet<string>): number {
  let common = 0;
  for (const term of one) if (two.has(term)) common++;
  return one.size + two.size === 0 ? 0 : (2 * common) / (one.size + two.size);
}
