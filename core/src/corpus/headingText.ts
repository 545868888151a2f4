import type { Descriptor } from '../mesh/index.ts';
import { naturalOrder } from '../mesh/index.ts';
import { stopwords } from '../pubmed/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import { searchWords } from './tokenize.ts';
import type { Slot } from './tokenize.ts';

/** Records without MeSH that name a descriptor, by descriptor: exploding one asks for hundreds, many of them again and again. */
const known = new WeakMap<CitationIndex, WeakMap<Descriptor, Uint32Array>>();

/** Records without any MeSH that name one of the descriptors, by heading or entry term, in title, abstract or keywords. */
export function docsNaming(
  index: CitationIndex,
  descriptors: readonly Descriptor[],
  check: () => void,
): DocSet {
  let remembered = known.get(index);
  if (remembered === undefined) known.set(index, (remembered = new WeakMap<Descriptor, Uint32Array>()));
  const all = new DocSet(index.documentCount);
  const without = withoutMesh(index);
  for (const descriptor of descriptors) {
    let docs = remembered.get(descriptor);
    if (docs === undefined) {
      check();
      const found = new DocSet(index.documentCount);
      for (const slots of phrases(index, descriptor)) found.addAll(index.docsWithWords('tiab', slots, check));
      remembered.set(descriptor, (docs = found.keepAll(without).toArray().slice()));
    }
    if (docs.length > 0) all.addAll(DocSet.ofSorted(index.documentCount, docs));
  }
  return all;
}

function withoutMesh(index: CitationIndex): DocSet {
  return index.cached('no mesh', () => {
    const docs = new DocSet(index.documentCount);
    for (let doc = 0; doc < docs.size; doc++) if (!index.hasFlag(doc, 'hasMesh')) docs.add(doc);
    return docs;
  });
}

/**
 * Names of a descriptor as texts have them: inverted ones in the order of speech. Single letters and stop words name nothing in a text;
 * what has a word that no record has is left out at once.
 */
function phrases(index: CitationIndex, { name, entryTerms }: Descriptor): Iterable<readonly Slot[]> {
  const found = new Map<string, readonly Slot[]>();
  for (const term of [name, ...entryTerms]) {
    const { slots } = searchWords(naturalOrder(term).replaceAll('*', ' '));
    if (slots.every((slot) => slot.length < 2 || stopwords.has(slot))) continue;
    if (slots.every((slot) => index.text.find(slot) >= 0)) found.set(slots.join(' '), slots);
  }
  return found.values();
}
