import { parseQuery } from '../../pubmed/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import { conceptOf, conjunctsOf } from './conjuncts.ts';
import type { Concept, Conjunct } from './conjuncts.ts';

/** One of the blocks that a proposal joins by AND. */
export interface ProposedBlock {
  /** For people: its heading or first term. */
  readonly name: string;
  readonly query: string;
}

/** Words weigh less than terms, and a single one in common among many is chance. */
const weightOfWords = 0.5;
const leastOfWords = 0.2;

/**
 * Which block of line `label` each of the proposal's blocks is meant to take the place of, by the terms that both have, and their words; undefined
 * for a block that has too little in common with any. Each block of the line is given away once, to the one that is most like it.
 */
export function alignBlocks(
  document: StrategyDocument,
  label: string,
  blocks: readonly ProposedBlock[],
): readonly (Conjunct | undefined)[] {
  const targets = conjunctsOf(document, label).map((conjunct) => ({
    conjunct,
    concept: conceptOf(
      parseQuery(document.text.slice(conjunct.range.start, conjunct.range.end)).root,
      document,
    ),
  }));
  const pairs = blocks.flatMap(({ query }, block) => {
    const concept = conceptOf(parseQuery(query).root);
    return targets.map((target, at) => ({ block, at, likeness: likeness(concept, target.concept) }));
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

function likeness(one: Concept, two: Concept): number {
  const terms = dice(one.terms, two.terms);
  const words = dice(one.words, two.words);
  return terms === 0 && words < leastOfWords ? 0 : terms + weightOfWords * words;
}

/** Dice coefficient: twice what is in common over all of both, 0..1. */
function dice(one: ReadonlySet<string>, two: ReadonlySet<string>): number {
  let common = 0;
  for (const item of one) if (two.has(item)) common++;
  return one.size + two.size === 0 ? 0 : (2 * common) / (one.size + two.size);
}
