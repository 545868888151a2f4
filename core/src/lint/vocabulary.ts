import { findHeading as mappedHeading, looseName, prepareHeadings } from '../mapping/index.ts';
import { eachDescriptor, isPublicationType, perThesaurus } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';

/** Headings by the lower-case names that they had before. */
export const byPreviousName = perThesaurus(function* (thesaurus) {
  const found = new Map<string, Descriptor>();
  yield* eachDescriptor(thesaurus, (descriptor) => {
    for (const name of descriptor.previousNames ?? [])
      if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), descriptor);
  });
  return found;
});

/** How many names and entry terms have a word; words are lower case, of letters only. */
export const wordCounts = perThesaurus(function* (thesaurus) {
  const counts = new Map<string, number>();
  yield* eachDescriptor(thesaurus, ({ name, entryTerms }) => {
    for (const term of [name, ...entryTerms])
      for (const word of new Set(term.toLowerCase().match(/\p{L}+/gu)))
        counts.set(word, (counts.get(word) ?? 0) + 1);
  });
  return counts;
});

/** Compounds that MeSH writes as one word and as two: `breastfeeding` to `breast feeding`, and the other way round. */
export const compounds = perThesaurus(function* (thesaurus) {
  const counts = yield* wordCounts.prepare(thesaurus);
  const found = new Map<string, string>();
  yield* eachDescriptor(thesaurus, ({ name, entryTerms }) => {
    for (const term of [name, ...entryTerms]) {
      const parts = /^(\p{L}{3,})[ -](\p{L}{3,})$/u.exec(term.toLowerCase());
      if (parts === null) continue;
      const [, first = '', second = ''] = parts;
      if (!counts.has(first + second)) continue;
      found.set(first + second, `${first} ${second}`);
      found.set(`${first} ${second}`, first + second);
    }
  });
  return found;
});

/** Names of headings that say what kind of subject or age a record is about, not its topic: check tags, age groups and the like. */
const CHECK_TAGS = new Set(
  `humans|animals|male|female|men|women|adult|young adult|middle aged|aged|aged, 80 and over|adolescent|child|child, preschool|infant
|infant, newborn|mice|rats|pregnancy|persons|patients|inpatients|outpatients|animals, domestic|animals, laboratory|mammals|vertebrates`
    .split('|')
    .map((name) => name.trim()),
);

/** Whether a heading describes who was studied, or the kind of article, so that no text word is expected for it. */
export function isCheckTag({ name, treeNumbers }: Descriptor): boolean {
  return CHECK_TAGS.has(name.toLowerCase()) || isPublicationType({ treeNumbers });
}

/** The descriptor that a heading in a query means: the same as PubMed's mapping, so that what is judged is what is searched. */
export function findHeading(thesaurus: Thesaurus, heading: string): Descriptor | undefined {
  return mappedHeading(thesaurus, heading)?.descriptor;
}

/** What was counted before: several rules ask for the same headings. */
const narrowerCounts = new WeakMap<Thesaurus, Map<Descriptor, number>>();

/** How many narrower headings an exploded heading brings with it. */
export function narrowerCount(thesaurus: Thesaurus, descriptor: Descriptor): number {
  let narrower = narrowerCounts.get(thesaurus);
  if (narrower === undefined) narrowerCounts.set(thesaurus, (narrower = new Map<Descriptor, number>()));
  let count = narrower.get(descriptor);
  if (count === undefined) narrower.set(descriptor, (count = thesaurus.explode(descriptor).length - 1));
  return count;
}

/** Typographic apostrophes made plain. */
export function plainName(heading: string): string {
  return heading.replace(/[‘’]/g, "'");
}

/** Whether two names differ in case and punctuation only. */
export function isSameName(a: string, b: string): boolean {
  return looseName(a) === looseName(b);
}

/** Makes the tables of this room from MeSH in slices, so that the first check does not hold up typing. */
export function* prepareVocabulary(thesaurus: Thesaurus): Generator<void> {
  yield* byPreviousName.prepare(thesaurus);
  yield* compounds.prepare(thesaurus);
  yield* prepareHeadings(thesaurus);
}
