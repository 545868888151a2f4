import { isPublicationType } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { findSubheading, splitHeading, subheadings } from '../pubmed/index.ts';
import { headingKey, nameKey } from './characters.ts';
import type { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import { anyKeyZone, keyZone } from './fields.ts';
import { narrowerSubheadings } from './subheadingFamilies.ts';
import { searchWords } from './tokenize.ts';

/** Terms whose key differs from their lower-case text, by key: `benzo a pyrene` for `Benzo(a)pyrene`. */
const unusualTerms = new WeakMap<Thesaurus, Map<string, Descriptor>>();

/** The descriptor that `text` names, by heading or entry term, whatever its case, spacing and special characters. */
export function findDescriptor(thesaurus: Thesaurus, text: string): Descriptor | undefined {
  const found = thesaurus.byTerm(text);
  if (found !== undefined) return found;
  let terms = unusualTerms.get(thesaurus);
  if (terms === undefined) {
    terms = new Map();
    for (const descriptor of thesaurus.descriptors)
      for (const term of [descriptor.name, ...descriptor.entryTerms, ...descriptor.permutedTerms])
        if (/[^a-z0-9 ,-]/i.test(term) && !terms.has(headingKey(term)))
          terms.set(headingKey(term), descriptor);
    unusualTerms.set(thesaurus, terms);
  }
  const key = headingKey(text);
  return terms.get(key) ?? thesaurus.byTerm(key);
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
    for (const term of index.keys.data.terms.slice(from, to)) {
      const key = term.slice('mh:'.length);
      const descriptor = findDescriptor(thesaurus, key);
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
function numberOf(thesaurus: Thesaurus | undefined): number {
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
}

/** What a MeSH term was understood as. */
export interface HeadingAnswer {
  readonly docs: DocSet;
  /** The heading's preferred name with its subheading, for the translation. */
  readonly name: string;
  /** Neither MeSH nor any record knows the heading (or the subheading). */
  readonly unknown: boolean;
}

/** Searches `Heading` or `Heading/subheading`. An entry term stands for its heading; `*` searches names and does not explode. */
export function searchHeading(index: CitationIndex, text: string, options: HeadingOptions): HeadingAnswer {
  const zones = options.major ? 1 << keyZone.major : anyKeyZone;
  if (text.includes('*')) {
    const pattern = headingPattern(text);
    const docs = index.docsWithValue(`mh:${pattern}`, zones);
    return { docs, name: pattern, unknown: false };
  }
  const { heading, subheading } = splitHeading(text);
  const descriptor = options.thesaurus === undefined ? undefined : findDescriptor(options.thesaurus, heading);
  const name = [
    descriptor?.name ?? heading,
    ...(subheading === undefined ? [] : [subheading.name.toLowerCase()]),
  ].join('/');
  const key = headingKey(heading);
  if (descriptor === undefined && !index.hasValue(`mh:${key}`))
    return { docs: new DocSet(index.documentCount), name, unknown: true };
  const qualifiers =
    subheading === undefined ? [undefined] : subheadingKeys(subheading.code, options.explode);
  const cacheKey = `mesh|${zones}|${options.explode}|${options.headingsAsText}|${descriptor?.ui ?? key}|${qualifiers.join()}|${numberOf(options.thesaurus)}`;
  const docs = index.cached(cacheKey, () => {
    const result = new DocSet(index.documentCount);
    const descriptors = meant(descriptor, options);
    const keys =
      options.thesaurus === undefined || descriptor === undefined
        ? [key]
        : descriptors.flatMap(
            (one) => keysByDescriptor(index, options.thesaurus as Thesaurus).get(one.ui) ?? [],
          );
    for (const one of keys)
      for (const qualifier of qualifiers) {
        const term = index.keys.find(qualifier === undefined ? `mh:${one}` : `mq:${one}/${qualifier}`);
        if (term >= 0) index.keys.addDocs(term, zones, result.words);
      }
    if (options.headingsAsText && subheading === undefined) result.addAll(asText(index, descriptors));
    return result;
  });
  return { docs, name, unknown: false };
}

function meant(descriptor: Descriptor | undefined, options: HeadingOptions): readonly Descriptor[] {
  if (descriptor === undefined) return [];
  return options.explode && options.thesaurus !== undefined
    ? options.thesaurus.explode(descriptor)
    : [descriptor];
}

/** Records without MeSH that name one of the descriptors, by heading or entry term, in title, abstract or keywords. */
function asText(index: CitationIndex, descriptors: readonly Descriptor[]): DocSet {
  const docs = new DocSet(index.documentCount);
  for (const { name, entryTerms } of descriptors)
    for (const term of [name, ...entryTerms]) {
      const { slots } = searchWords(term.replaceAll('*', ' '));
      if (slots.length > 0) docs.addAll(index.docsWithWords('tiab', slots));
    }
  for (const doc of docs.toArray())
    if (index.hasFlag(doc, 'hasMesh'))
      docs.words[doc >>> 5] = (docs.words[doc >>> 5] ?? 0) & ~(1 << (doc & 31));
  return docs;
}

function headingPattern(text: string): string {
  return text
    .split('*')
    .map((part, i, all) => {
      const key = headingKey(part);
      const before = i > 0 && /^\s/u.test(part) && key !== '' ? ' ' : '';
      const after = i < all.length - 1 && /\s$/u.test(part) && key !== '' ? ' ' : '';
      return before + key + after;
    })
    .join('*');
}

/** Keys of a subheading and, exploded, of those below it. */
function subheadingKeys(code: string, explode: boolean): readonly string[] {
  const codes = explode ? [code, ...(narrowerSubheadings[code] ?? [])] : [code];
  return subheadings.filter((one) => codes.includes(one.code)).map((one) => headingKey(one.name));
}

/** Searches a floating subheading, by name or two-letter code; undefined when MeSH has no such subheading. */
export function searchSubheading(
  index: CitationIndex,
  text: string,
  explode: boolean,
): { readonly docs: DocSet; readonly name: string } | undefined {
  const subheading = findSubheading(text);
  if (subheading === undefined) return undefined;
  const docs = new DocSet(index.documentCount);
  for (const key of subheadingKeys(subheading.code, explode)) docs.addAll(index.docsWithValue(`sh:${key}`));
  return { docs, name: subheading.name.toLowerCase() };
}

/** Searches records on substances that have a pharmacological action: `[pa]`. Undefined when `text` names no heading. */
export function searchAction(
  index: CitationIndex,
  text: string,
  thesaurus: Thesaurus,
): { readonly docs: DocSet; readonly name: string } | undefined {
  const action = findDescriptor(thesaurus, text);
  if (action === undefined) return undefined;
  const keys = keysByDescriptor(index, thesaurus);
  const docs = new DocSet(index.documentCount);
  for (const substance of thesaurus.withAction(action)) {
    for (const key of keys.get(substance.ui) ?? []) docs.addAll(index.docsWithValue(`mh:${key}`));
    docs.addAll(index.docsWithValue(`nm:${nameKey(substance.name)}`));
  }
  return { docs, name: action.name };
}

/** Searches a publication type and, with MeSH, those below it. */
export function searchPublicationType(
  index: CitationIndex,
  text: string,
  explode: boolean,
  thesaurus: Thesaurus | undefined,
): { readonly docs: DocSet; readonly name: string } {
  if (text.includes('*')) {
    const pattern = text.split('*').map(nameKey).join('*');
    return { docs: index.docsWithValue(`pt:${pattern}`), name: pattern };
  }
  const found = thesaurus === undefined ? undefined : findDescriptor(thesaurus, text);
  const type = found !== undefined && isPublicationType(found) ? found : undefined;
  if (type === undefined || thesaurus === undefined)
    return { docs: index.docsWithValue(`pt:${nameKey(text)}`), name: text };
  const docs = new DocSet(index.documentCount);
  for (const one of explode ? thesaurus.explode(type) : [type])
    docs.addAll(index.docsWithValue(`pt:${nameKey(one.name)}`));
  return { docs, name: type.name };
}
