import type { Thesaurus } from '../mesh/index.ts';
import { prepareMisspellings } from './misspellings.ts';
import { prepareVocabulary } from './vocabulary.ts';

/**
 * Makes everything that the rules look up in MeSH, in slices of some milliseconds: run it when a thesaurus was loaded, and the first check
 * will not hold up typing. Without it the tables are made when they are first asked for.
 */
export function* prepareRules(thesaurus: Thesaurus): Generator<void> {
  yield* prepareVocabulary(thesaurus);
  yield* prepareMisspellings(thesaurus);
}
