import { anyTextZone, PlaceList } from '../../corpus/index.ts';
import type { CitationIndex } from '../../corpus/index.ts';

/** The words of a record in the order of its text; an empty text where a part (title, abstract, a keyword) ends or a word is not known. */
export type WordSequence = readonly string[];

/** Positions further apart than this are not one text. */
const longestGap = 4;

/**
 * The texts of records, read back from the positions in the index: lower case, without punctuation. A hyphenated word stands as its parts.
 * @param docs document numbers, at most some hundred: each word of theirs is looked up once
 */
export function wordSequences(
  index: CitationIndex,
  docs: readonly number[],
): ReadonlyMap<number, WordSequence> {
  const sorted = Uint32Array.from(new Set(docs)).sort();
  const byPlace = sorted.length === 0 ? [] : Array.from(sorted, () => new Map<number, string>());
  const words = new Set<string>();
  for (const doc of sorted) for (const word of index.termsOf(doc).words) words.add(word);
  for (const word of words) {
    const term = index.text.find(word);
    if (term < 0) continue;
    const found = new PlaceList();
    index.text.collectPlaces(term, anyTextZone, sorted, found);
    for (let i = 0; i < found.length; i++) {
      const places = byPlace[found.ranks[i] ?? 0];
      const place = found.places[i] ?? 0;
      // A word without its hyphen stands at the place of its last part: the part counts.
      const there = places?.get(place);
      if (there === undefined || word.length < there.length) places?.set(place, word);
    }
  }
  return new Map(Array.from(sorted, (doc, rank) => [doc, inOrder(byPlace[rank] ?? new Map())]));
}

function inOrder(places: ReadonlyMap<number, string>): WordSequence {
  const sequence: string[] = [];
  let before = -1;
  for (const place of [...places.keys()].sort((a, b) => a - b)) {
    if (before >= 0 && place !== before + 1) {
      const gap = Math.min(longestGap, place - before - 1);
      for (let i = 0; i < gap; i++) sequence.push('');
    }
    sequence.push(places.get(place) ?? '');
    before = place;
  }
  return sequence;
}
