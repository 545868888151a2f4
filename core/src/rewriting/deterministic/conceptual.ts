import type { Thesaurus } from '../../mesh/index.ts';
import type { Feature } from './feature.ts';
import { generalWords } from './generalWords.ts';
import { wordKey } from './wordForms.ts';

/** Trees of MeSH for how studies are made and on whom, which no block is about unless the topic names it: people, methods, care, publications. */
const aboutStudies = /^(?:M01|E05|N|V|L|I|K|Z)/u;

/**
 * Whether a feature can stand in a block that a librarian would write: what the topic names, or what was learnt and is about a subject. Check tags
 * (`Male`), headings for methods (`Double-Blind Method`) and words that fit any topic (`accuracy`, `disease`) are not.
 */
export function isConceptual(feature: Feature, thesaurus: Thesaurus | undefined): boolean {
  if (feature.kind === 'word' || feature.kind === 'phrase')
    return feature.name.split(' ').some((word) => !generalWords.has(wordKey(word)));
  if (feature.kind !== 'heading' || thesaurus === undefined) return feature.kind !== 'design';
  const trees = thesaurus.byName(feature.name)?.treeNumbers ?? [];
  return trees.length > 0 && !trees.some((number) => aboutStudies.test(number));
}
