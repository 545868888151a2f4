import type { CitationIndex } from '@querent/core/corpus';
import { editDistance } from '@querent/core/text';

/** A piece of a text, and the word that it should be; undefined where it may stay. */
export interface SpelledPiece {
  readonly original: string;
  readonly replaced: string | undefined;
}

/** A word that so many records have is right, whatever others are like it. */
const common = 3;
/** A suggestion is in at least so many records, and in at least so many times as many as the word. */
const fewest = 2;
const times = 20;
/** A letter more that is wrong needs so many times as many records. */
const perEdit = 50;
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
  if (own >= common) return undefined;
  const most = wanted.length >= 8 ? 2 : 1;
  let best: { readonly word: string; readonly worth: number } | undefined;
  // People rarely get the first letter wrong, and a list by first letter is a small part of all words.
  for (const { word: candidate, documents } of index.wordsWithPrefix(wanted.slice(0, 1), Infinity)) {
    if (documents < Math.max(fewest, own * times) || Math.abs(candidate.length - wanted.length) > most)
      continue;
    const distance = editDistance(candidate, wanted);
    if (distance > most) continue;
    const worth = documents / perEdit ** distance;
    if (best === undefined || worth > best.worth) best = { word: candidate, worth };
  }
  return best?.word;
}
