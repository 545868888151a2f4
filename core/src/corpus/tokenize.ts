import { hasShortStem } from '../pubmed/index.ts';
import { detached, TextMemory } from '../text/index.ts';
import { fold, isHyphen, wordCharacterAt } from './characters.ts';

/**
 * Splits `text` into words as PubMed indexes them: runs of letters and digits, everything else a space (the apostrophe too:
 * `Alzheimer's` is `alzheimer s`, as PubMed's own translations show). The parts of a hyphenated word get positions of their own,
 * and the word without its hyphens is emitted too, at the position of the last part, so that `covid-19` is found by `covid`,
 * by the phrase `covid 19` and by `covid19`.
 * @returns the number of positions used, counted from 0.
 */
export function tokenize(text: string, emit: (word: string, position: number) => void): number {
  const folded = fold(text);
  const length = folded.length;
  let position = 0;
  let at = 0;
  let joined = '';
  while (at < length) {
    let size = wordCharacterAt(folded, at);
    if (size === 0) {
      at++;
      continue;
    }
    const start = at;
    while (size > 0) {
      at += size;
      size = at < length ? wordCharacterAt(folded, at) : 0;
    }
    const word = folded.slice(start, at);
    emit(word, position);
    if (joined !== '') joined += word;
    if (at + 1 < length && isHyphen(folded.charCodeAt(at)) && wordCharacterAt(folded, at + 1) > 0) {
      if (joined === '') joined = word;
    } else if (joined !== '') {
      emit(joined, position);
      joined = '';
    }
    position++;
  }
  return position;
}

/** One word of a search phrase, `*` standing for any characters. */
export type Slot = string;

/** A search text cut into words. */
export interface SearchWords {
  /** One list a space-separated piece; a hyphenated piece has several words. Empty when nothing is left to search for. */
  readonly pieces: readonly (readonly Slot[])[];
  /** The words of all pieces: the phrase. */
  readonly slots: readonly Slot[];
  readonly truncated: boolean;
  /** A `*` was dropped, see `hasShortStem`. */
  readonly tooShort: boolean;
}

/** Terms come again with every key, every proposal and every reward; cutting one takes as long as looking up what it finds. */
const remembered = new TextMemory<SearchWords>(4_000_000);

/** Cuts the text of a search term into words. Too short stems lose their stars, which become spaces as in PubMed. */
export function searchWords(text: string): SearchWords {
  let words = remembered.get(text);
  if (words === undefined) remembered.set(detached(text), (words = cut(text)));
  return words;
}

function cut(text: string): SearchWords {
  const tooShort = hasShortStem(text);
  const folded = fold(tooShort ? text.replaceAll('*', ' ') : text);
  const pieces: string[][] = [];
  for (const piece of folded.split(/\s+/u)) {
    const words = (piece.match(/[\p{L}\p{N}*]+/gu) ?? [])
      .map((word) => word.replace(/\*+/g, '*'))
      .filter((word) => word !== '*');
    if (words.length > 0) pieces.push(words);
  }
  const slots = pieces.flat();
  return { pieces, slots, truncated: slots.some((word) => word.includes('*')), tooShort };
}
