import { naturalOrder } from '../mesh/index.ts';
import { convertedCharacters, stopwords } from '../pubmed/index.ts';
import type { Clause } from './clause.ts';
import { join, lookUp } from './clause.ts';

/**
 * Characters that are spaces in an index of words: those that PubMed converts, the star aside, those of its syntax, and the dashes and
 * apostrophes that stand in their place.
 */
const CONVERTED = new RegExp(
  `[${[...convertedCharacters]
    .filter((character) => character !== '*')
    .map((character) => `\\${character}`)
    .join('')}’"()&|/\u00ad\u2010-\u2015]+`,
  'g',
);

/** A word or phrase as an index of words has it: lower case, special characters as spaces. */
export function indexText(text: string): string {
  return text.toLowerCase().replace(CONVERTED, ' ').replace(/\s+/g, ' ').trim();
}

/** A heading as PubMed writes it in a translation: lower case, hyphens as spaces, commas kept. */
export function headingText(name: string): string {
  return name.toLowerCase().replace(/-/g, ' ').replace(/\s+/g, ' ').trim();
}

/** The parts of a text between white space and commas, each as the index has it; a hyphenated word stays one part. */
function parts(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map(indexText)
    .filter((part) => part !== '');
}

/** A name with a letter or a number that stands alone, which PubMed searches as a phrase only (User Guide: Protein C). */
function hasLoneCharacter(words: readonly string[]): boolean {
  return words.some((word) => /^(?:\p{L}|\d+)$/u.test(word));
}

/** `("heart"[All Fields] AND "attack"[All Fields]) OR "heart attack"[All Fields]`: how a mapped name is searched in all fields. */
export function nameInAllFields(name: string, wordsToo = true): Clause | undefined {
  const words = parts(name);
  const content = words.filter((word) => !stopwords.has(word));
  const apart =
    wordsToo && content.length > 1 && !hasLoneCharacter(words)
      ? join(
          'and',
          content.map((word) => lookUp(word, 'all')),
        )
      : undefined;
  const phrase = indexText(naturalOrder(name));
  return phrase === '' ? undefined : join('or', [apart, lookUp(phrase, 'all')]);
}
