import { findHeading } from '../mapping/index.ts';
import { isPublicationType } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { findPublicationType, findSubheading, splitHeading, subheadings } from '../pubmed/index.ts';
import { headingKey, keyPattern, nameKey } from './characters.ts';
import type { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import { anyKeyZone, keyZone } from './fields.ts';
import { docsNaming } from './headingText.ts';
import { narrowerSubheadings } from './subheadingFamilies.ts';

/** Terms whose key is not just their lower case: other characters, and commas without their space, as in `3,4-Dihydroxy`. */
const unlikeKey = /[^a-z0-9 ,-]|,(?! )| ,/i;

/** Terms whose key differs from their lower-case text, by key: `benzo a pyrene` for `Benzo(a)pyrene`. */
const unusualTerms = new WeakMap<Thesaurus, Map<string, Descriptor>>();

/** The descriptor that a heading on a record means, by its key: preferred name, entry term, permuted term. */
function descriptorOfKey(thesaurus: Thesaurus, key: string): Descriptor | undefined {
  const found = thesaurus.byTerm(key);
  if (found !== undefined) return found;
  let terms = unusualTerms.get(thesaurus);
  if (terms === undefined) {
    terms = new Map();
    for (const termsOf of [
      ({ name }: Descriptor) => [name],
      ({ entryTerms }: Descriptor) => entryTerms,
      ({ permutedTerms }: Descriptor) => permutedTerms,
    ])
      for (const descriptor of thesaurus.descriptors)
        for (const term of termsOf(descriptor))
          if (unlikeKey.test(term) && !terms.has(headingKey(term))) terms.set(headingKey(term), descriptor);
    unusualTerms.set(thesaurus, terms);
  }
  return terms.get(key);
}

/** Keys of the headings on records, by the descriptor that they mean: retired names count for the descriptor that took them over. */
const indexedKeys = new WeakMap<CitationIndex, WeakMap<Thesaurus, Map<string, string[]>>>();

function keysByDescriptor(index: CitationIndex, thesaurus: Thesaurus): Map<string, string[]> {
  let byThesaurus = indexedKeys.get(index);
  if (byThesaurus === undefined) indexedKeys.set(index, (byThesaurus = new WeakMap()));
  let keys = byThesaurus.get(thesaurus);
  if (keys === undefined) {
    keys = new Map();
    const { from, to } = index.keys.prefixRange('mh:');
    for (const term of index.keys.data.terms.range(from, to)) {
      const key = term.slice('mh:'.length);
      const descriptor = descriptorOfKey(thesaurus, key);
      if (descriptor === undefined) continue;
      const known = keys.get(descriptor.ui);
      if (known === undefined) keys.set(descriptor.ui, [key]);
      else known.push(key);
    }
    byThesaurus.set(thesaurus, keys);
  }
  return keys;
}

const numbers = new WeakMap<Thesaurus, number>();
let lastNumber = 0;

/** Tells thesauri apart in cache keys of this process; 0 for none. */
export function numberOf(thesaurus: Thesaurus | undefined): number {
  if (thesaurus === undefined) return 0;
  let number = numbers.get(thesaurus);
  if (number === undefined) numbers.set(thesaurus, (number = ++lastNumber));
  return number;
}

/** How a heading is searched. */
export interface HeadingOptions {
  readonly thesaurus: Thesaurus | undefined;
  /** Major topics only, `[majr]`. */
  readonly major: boolean;
  /** With narrower headings and subheadings; off for `:noexp`. */
  readonly explode: boolean;
  /** Records without any MeSH match by the heading's terms in title, abstract and keywords. */
  readonly headingsAsText: boolean;
  /** Called now and then; throws to give up. */
  readonly check: () => void;
}

/** Whether some record has the heading, with or without MeSH knowing it: headings that MeSH gave up stay on records. */
export function isIndexed(index: CitationIndex, heading: string): boolean {
  return index.hasValue(`mh:${headingKey(heading)}`);
}

/** Searches `Heading` or `Heading/subheading` by the heading's own name; `*` searches names and does not explode. */
export function searchHeading(index: CitationIndex, text: string, options: HeadingOptions): DocSet {
  const zones = options.major ? 1 << keyZone.major : anyKeyZone;
  const { heading, subheading } = splitHeading(text);
  if (heading.includes('*')) {
    const pattern = headingPattern(heading);
    if (subheading === undefined) return index.docsWithValue(`mh:${pattern}`, zones);
    return index.docsWithValue(`mq:${pattern}/${headingKey(subheading.name)}`, zones);
  }
  const { thesaurus, explode } = options;
  const descriptor = thesaurus?.byName(heading);
  const key = headingKey(heading);
  const qualifiers = subheading === undefined ? [undefined] : subheadingKeys(subheading.code, explode);
  const cacheKey = `mesh|${zones}|${explode}|${options.headingsAsText}|${descriptor?.ui ?? key}|${qualifiers.join()}|${numberOf(thesaurus)}`;
  return index.cached(cacheKey, () => {
    const result = new DocSet(index.documentCount);
    const descriptors =
      descriptor === undefined || thesaurus === undefined
        ? []
        : explode
          ? thesaurus.explode(descriptor)
          : [descriptor];
    const keys =
      thesaurus === undefined || descriptor === undefined
        ? [key]
        : descriptors.flatMap((one) => keysByDescriptor(index, thesaurus).get(one.ui) ?? []);
    for (const one of keys)
      for (const qualifier of qualifiers) {
        const term = index.keys.find(qualifier === undefined ? `mh:${one}` : `mq:${one}/${qualifier}`);
        if (term >= 0) index.keys.addDocs(term, zones, result.words);
      }
    // With a subheading the text cannot tell.
    if (options.headingsAsText && subheading === undefined)
      result.addAll(docsNaming(index, descriptors, options.check));
    return result;
  });
}

function headingPattern(text: string): string {
  return keyPattern(text, headingKey, /[^\p{L}\p{N},-]/u);
}

/** Keys of a subheading and, exploded, of those below it. */
function subheadingKeys(code: string, explode: boolean): readonly string[] {
  const codes = explode ? [code, ...(narrowerSubheadings[code] ?? [])] : [code];
  return subheadings.filter((one) => codes.includes(one.code)).map((one) => headingKey(one.name));
}

/** Searches a floating subheading, by name or two-letter code; undefined when MeSH has no such subheading. */
export function searchSubheading(index: CitationIndex, text: string, explode: boolean): DocSet | undefined {
  if (text.includes('*')) return index.docsWithValue(`sh:${headingPattern(text)}`);
  const subheading = findSubheading(text);
  if (subheading === undefined) return undefined;
  return index.cached(`sh|${subheading.code}|${explode}`, () => {
    const docs = new DocSet(index.documentCount);
    for (const key of subheadingKeys(subheading.code, explode)) docs.addAll(index.docsWithValue(`sh:${key}`));
    return docs;
  });
}

/** Searches records on substances that have a pharmacological action, `[pa]`: as headings and as substances. */
export function searchAction(index: CitationIndex, action: Descriptor, thesaurus: Thesaurus): DocSet {
  return index.cached(`pa|${action.ui}|${numberOf(thesaurus)}`, () => {
    const keys = keysByDescriptor(index, thesaurus);
    const docs = new DocSet(index.documentCount);
    for (const substance of thesaurus.withAction(action)) {
      for (const key of keys.get(substance.ui) ?? []) docs.addAll(index.docsWithValue(`mh:${key}`));
      docs.addAll(index.docsWithValue(`nm:${nameKey(substance.name)}`));
    }
    return docs;
  });
}

/** Searches a publication type and, with MeSH, those below it. */
export function searchPublicationType(
  index: CitationIndex,
  text: string,
  explode: boolean,
  thesaurus: Thesaurus | undefined,
): DocSet {
  if (text.includes('*')) return index.docsWithValue(`pt:${keyPattern(text, nameKey)}`);
  const found = thesaurus === undefined ? undefined : findHeading(thesaurus, text)?.descriptor;
  const type = found !== undefined && isPublicationType(found) ? found : undefined;
  const names =
    type === undefined || thesaurus === undefined || !explode
      ? [type?.name ?? findPublicationType(text)?.name ?? text]
      : thesaurus.explode(type).map(({ name }) => name);
  // As written too: older exports have types by names that MeSH does not know.
  return index.cached(`pt|${nameKey(text)}|${explode}|${numberOf(thesaurus)}`, () => {
    const docs = new DocSet(index.documentCount);
    for (const name of [text, ...names]) docs.addAll(index.docsWithValue(`pt:${nameKey(name)}`));
    return docs;
  });
}
