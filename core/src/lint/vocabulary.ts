import { isPublicationType } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { detached } from '../text/index.ts';

/** A table made from a thesaurus once. */
export interface MeshTable<T> {
  (thesaurus: Thesaurus): T;
  /** Makes the table in slices of some milliseconds, so that asking for it later takes no time. */
  prepare(thesaurus: Thesaurus): Generator<void, T>;
}

/** Headings that are read between two slices. */
const SLICE = 1000;

/** A table that is made when it is first asked for, or before that in slices. `make` yields now and then. */
export function perThesaurus<T>(make: (thesaurus: Thesaurus) => Generator<void, T>): MeshTable<T> {
  const known = new WeakMap<Thesaurus, { readonly value: T }>();
  function* prepare(thesaurus: Thesaurus): Generator<void, T> {
    let made = known.get(thesaurus);
    if (made === undefined) {
      const value = yield* make(thesaurus);
      // Somebody may have asked in between.
      made = known.get(thesaurus) ?? { value };
      known.set(thesaurus, made);
    }
    return made.value;
  }
  const table = (thesaurus: Thesaurus): T => {
    const made = known.get(thesaurus);
    if (made !== undefined) return made.value;
    for (const steps = prepare(thesaurus); ;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  };
  return Object.assign(table, { prepare });
}

/** Every heading, with a pause after each slice. */
function* eachDescriptor(thesaurus: Thesaurus, visit: (descriptor: Descriptor) => void): Generator<void> {
  for (const [index, descriptor] of thesaurus.descriptors.entries()) {
    visit(descriptor);
    if (index % SLICE === SLICE - 1) yield;
  }
}

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

/**
 * The descriptor that a heading in a query means: preferred name, entry term or permuted term; or else the one that differs in
 * punctuation only, since PubMed reads parentheses and apostrophes as spaces; or in the order of an inverted term; or in the number of
 * its last word, which PubMed's mapping table knows both of.
 */
export function findHeading(thesaurus: Thesaurus, heading: string): Descriptor | undefined {
  const { headings } = answersOf(thesaurus);
  const known = headings.get(heading);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const found = seekHeading(thesaurus, heading);
  if (headings.size >= MAXIMUM_REMEMBERED) headings.clear();
  headings.set(detached(heading), found ?? 'none');
  return found;
}

/** How many narrower headings an exploded heading brings with it. */
export function narrowerCount(thesaurus: Thesaurus, descriptor: Descriptor): number {
  const { narrower } = answersOf(thesaurus);
  let count = narrower.get(descriptor);
  if (count === undefined) narrower.set(descriptor, (count = thesaurus.explode(descriptor).length - 1));
  return count;
}

/** What was asked of a thesaurus before: several rules ask for the same headings, and a strategy has few of them. */
interface Answers {
  readonly headings: Map<string, Descriptor | 'none'>;
  /** No more than there are headings. */
  readonly narrower: Map<Descriptor, number>;
}

const MAXIMUM_REMEMBERED = 10_000;
const answers = new WeakMap<Thesaurus, Answers>();

function answersOf(thesaurus: Thesaurus): Answers {
  let known = answers.get(thesaurus);
  if (known === undefined) answers.set(thesaurus, (known = { headings: new Map(), narrower: new Map() }));
  return known;
}

function seekHeading(thesaurus: Thesaurus, heading: string): Descriptor | undefined {
  const name = plainName(heading);
  const found = thesaurus.byTerm(name) ?? findLoosely(thesaurus, loose(name));
  // Behind a slash stands a subheading, which is not the last word of the heading.
  return found ?? (name.includes('/') ? undefined : findOtherNumber(thesaurus, loose(name)));
}

function findLoosely(thesaurus: Thesaurus, name: string): Descriptor | undefined {
  return thesaurus.byTerm(name) ?? byLooseName(thesaurus).get(name);
}

/** Only an S more or less: `stigma` is not meant by MeSH's Stigmata. */
function findOtherNumber(thesaurus: Thesaurus, name: string): Descriptor | undefined {
  if (name.length < 4) return undefined;
  return findLoosely(thesaurus, name.endsWith('s') ? name.slice(0, -1) : `${name}s`);
}

/** Typographic apostrophes made plain. */
export function plainName(heading: string): string {
  return heading.replace(/[‘’]/g, "'");
}

/** Whether two names differ in case and punctuation only. */
export function isSameName(a: string, b: string): boolean {
  return loose(a) === loose(b);
}

function loose(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const byLooseName = perThesaurus(function* (thesaurus) {
  const found = new Map<string, Descriptor>();
  const add = (key: string, descriptor: Descriptor): void => {
    if (!found.has(key)) found.set(key, descriptor);
  };
  yield* eachDescriptor(thesaurus, (descriptor) => {
    for (const term of [descriptor.name, ...descriptor.entryTerms]) {
      if (/[^\p{L}\p{N} ]/u.test(term)) add(loose(term), descriptor);
      // `Shunt, Portosystemic`: people write it in natural order.
      const [head = '', tail, ...more] = term.split(', ');
      if (tail !== undefined && more.length === 0) add(loose(`${tail} ${head}`), descriptor);
    }
  });
  return found;
});

/** Makes the tables of this room from MeSH in slices, so that the first check does not hold up typing. */
export function* prepareVocabulary(thesaurus: Thesaurus): Generator<void> {
  yield* byPreviousName.prepare(thesaurus);
  yield* compounds.prepare(thesaurus);
  yield* byLooseName.prepare(thesaurus);
}
