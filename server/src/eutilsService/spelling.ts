import type { CitationIndex } from '@querent/core/corpus';
import { editDistance } from '@querent/core/text';

/** A piece of a text, and the word that it should be; undefined where it may stay. */
export interface SpelledPiece {
  readonly original: string;
  readonly replaced: string | undefined;
}

/** A word is taken for misspelt when fewer records have it, and for a suggestion when at least so many more have that. */
const rare = 3;
const times = 20;
/** Shorter words are abbreviations, where one letter makes another of them. */
const shortest = 5;

/**
 * The words of a text that are misspelt, judged by the words of an index: a word that (almost) no record has becomes the word within two
 * edits that most records have. Tags, operators, quoted signs and numbers are left alone.
 */
export function spellingOf(index: CitationIndex, text: string): readonly SpelledPiece[] {
  return text
    .split(/(\[[^\]]*\]|[\p{L}]+)/u)
    .filter((piece) => piece !== '')
    .map((original) => ({ original, replaced: isWord(original) ? better(index, original) : undefined }));
}

function isWord(piece: string): boolean {
  return /^\p{L}+$/u.test(piece) && piece.length >= shortest;
}

function better(index: CitationIndex, word: string): string | undefined {
  const wanted = word.toLowerCase();
  const own = index.documentFrequency('tiab', wanted);
  if (own >= rare) return undefined;
  const most = wanted.length >= 8 ? 2 : 1;
  const least = Math.max(rare, own * times);
  let best: { readonly word: string; readonly distance: number; readonly documents: number } | undefined;
  // People rarely get the first letter wrong, and a list by first letter is a small part of all words.
  for (const { word: candidate, documents } of index.wordsWithPrefix(wanted.slice(0, 1), Infinity)) {
    if (documents < least || Math.abs(candidate.length - wanted.length) > most) continue;
    const distance = editDistance(candidate, wanted);
    if (distance > most) continue;
    if (
      best === undefined ||
      distance < best.distance ||
      (distance === best.distance && documents > best.documents)
    )
      best = { word: candidate, distance, documents };
  }
  return best?.word;
}
