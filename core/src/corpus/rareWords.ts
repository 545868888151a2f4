import type { CitationIndex } from './citationIndex.ts';
import type { DocSet } from './docSet.ts';
import type { RareWordField } from './fields.ts';
import { anyKeyZone } from './fields.ts';
import { docsOfPhrase, docsOfSlot } from './phraseSearch.ts';
import type { Slot } from './tokenize.ts';

/** Records with the words one behind the other in a field that few records have. Shared: do not change it. */
export function docsWithRareWords(
  index: CitationIndex,
  field: RareWordField,
  slots: readonly Slot[],
  check: () => void,
): DocSet {
  return index.cached(`r|${field}|${slots.join(' ')}`, () => {
    const { keys: postings, documentCount: size } = index;
    const docsOf = (slot: Slot): DocSet => docsOfSlot(postings, anyKeyZone, slot, size, check);
    const terms = slots.map((slot) => `${field}:${slot}`);
    const [only] = terms;
    if (terms.length === 1 && only !== undefined) return docsOf(only);
    return docsOfPhrase({ postings, mask: anyKeyZone, size, docsOf, check }, terms);
  });
}
