import { lookUpsIn } from './lookUpsIn.ts';
import type { TranslatedTerm } from './lookUpsIn.ts';

/** In what PubMed's translation differs from the simulated one: look-ups in the form of search details, each once. */
export interface TranslationDifferences {
  /** Searched by PubMed only. */
  readonly added: readonly string[];
  /** Simulated only. */
  readonly missing: readonly string[];
}

/**
 * Compares two translations by what is looked up; parentheses, order, case and punctuation do not matter. How the look-ups are joined is not
 * compared: PubMed's word forms alone would make every mapped term another one.
 */
export function compareTranslations(own: string, simulated: string): TranslationDifferences {
  const [theirs, ours] = [own, simulated].map(byKey);
  return { added: without(theirs, ours), missing: without(ours, theirs) };
}

type Terms = ReadonlyMap<string, TranslatedTerm>;

function byKey(details: string): Terms {
  return new Map(
    lookUpsIn(details).map((term) => [
      `${term.words}${term.hasStar ? '*' : ''}[${term.field ?? ''}${term.modifier}]`,
      term,
    ]),
  );
}

function without(terms: Terms = new Map(), others: Terms = new Map()): string[] {
  return [...terms].filter(([key]) => !others.has(key)).map(([, { printed }]) => printed);
}
