import { eachDescriptor, perThesaurus } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { detached } from '../text/index.ts';
import { pluralForms } from './plural.ts';
import { americanSpelling } from './spelling.ts';

/** A descriptor with the words under which it was found. */
export interface FoundHeading {
  readonly descriptor: Descriptor;
  /** The spelling that was found, where it is not the one given. */
  readonly variant: string | undefined;
}

/** What was asked of a thesaurus before: the rules and the engine ask for the same headings, and a strategy has few of them. */
const answers = new WeakMap<Thesaurus, Map<string, FoundHeading | 'none'>>();
const MAXIMUM_REMEMBERED = 10_000;

/**
 * The heading that `text` names for PubMed: preferred name, entry term or permuted term; or the one that differs in punctuation only or
 * in the order of an inverted term, since PubMed reads hyphens, parentheses and apostrophes as spaces; or in American spelling; or in the
 * number of its last word, both of which its mapping table knows. Without a subheading. The one look-up of headings for linter, hover,
 * mapping and engine.
 * @param american `text` in American spelling, if it is known already
 */
export function findHeading(thesaurus: Thesaurus, text: string, american?: string): FoundHeading | undefined {
  let known = answers.get(thesaurus);
  if (known === undefined) answers.set(thesaurus, (known = new Map<string, FoundHeading | 'none'>()));
  const answer = known.get(text);
  if (answer !== undefined) return answer === 'none' ? undefined : answer;
  const found = seek(thesaurus, text, american);
  if (known.size >= MAXIMUM_REMEMBERED) known.clear();
  known.set(detached(text), found ?? 'none');
  return found;
}

function seek(thesaurus: Thesaurus, text: string, respelt: string | undefined): FoundHeading | undefined {
  const given = text.trim().replace(/[‘’]/g, "'");
  if (given === '') return undefined;
  const asGiven = findExactly(thesaurus, given);
  if (asGiven !== undefined) return { descriptor: asGiven, variant: undefined };
  // Behind a slash stands a subheading, which is not the last word of the heading.
  if (given.includes('/')) return undefined;
  const american = respelt ?? americanSpelling(given);
  for (const spelling of american === given.toLowerCase() ? [given] : [american, given]) {
    for (const variant of spelling === given ? otherNumber(spelling) : [spelling, ...otherNumber(spelling)]) {
      const descriptor = findExactly(thesaurus, variant);
      if (descriptor !== undefined) return { descriptor, variant };
    }
  }
  return undefined;
}

function findExactly(thesaurus: Thesaurus, name: string): Descriptor | undefined {
  const found = thesaurus.byTerm(name);
  if (found !== undefined) return found;
  const loose = looseName(name);
  if (loose === '') return undefined;
  return (loose === name ? undefined : thesaurus.byTerm(loose)) ?? byLooseName(thesaurus).get(loose);
}

/** Plurals that mean something else than the word: `stigma` is not meant by MeSH's Stigmata. */
const OTHER_MEANING = /mata$/;

/** The phrase with its last word in the other number. */
export function otherNumber(text: string): string[] {
  const space = text.lastIndexOf(' ') + 1;
  return pluralForms(text.slice(space))
    .filter((form) => !OTHER_MEANING.test(form))
    .map((form) => text.slice(0, space) + form);
}

/** A name without its punctuation, in lower case: names that agree in this are one to PubMed. */
export function looseName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Names with punctuation in them by their loose form, and inverted names also in the order of speech. */
const byLooseName = perThesaurus(function* (thesaurus) {
  const found = new Map<string, Descriptor>();
  const add = (key: string, descriptor: Descriptor): void => {
    if (!found.has(key)) found.set(key, descriptor);
  };
  // Names before entry terms: a heading is found by its own name whatever another one has among its terms.
  yield* eachDescriptor(thesaurus, (descriptor) => {
    if (/[^\p{L}\p{N} ]/u.test(descriptor.name)) add(looseName(descriptor.name), descriptor);
  });
  yield* eachDescriptor(thesaurus, (descriptor) => {
    for (const term of [descriptor.name, ...descriptor.entryTerms]) {
      if (/[^\p{L}\p{N} ]/u.test(term)) add(looseName(term), descriptor);
      // `Shunt, Portosystemic`: people write it in natural order.
      const [head = '', tail, ...more] = term.split(', ');
      if (tail !== undefined && more.length === 0) add(looseName(`${tail} ${head}`), descriptor);
    }
  });
  return found;
});

/** Makes the tables of {@link findHeading} in slices, so that the first look-up does not hold up typing. */
export function prepareHeadings(thesaurus: Thesaurus): Generator<void> {
  return byLooseName.prepare(thesaurus) as Generator<void>;
}
