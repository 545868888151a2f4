import lunr from 'lunr';
import { fold } from '../../corpus/index.ts';

/**
 * What lunr makes of a word: its stop words vanish, the others are stemmed (Porter). lunr's trimmer is left out, since it takes every
 * letter outside a-z for punctuation and would cut `café` to `caf`; the cutting into words below does its work.
 */
const pipeline = new lunr.Pipeline();
pipeline.add(lunr.stopWordFilter, lunr.stemmer);

/** Longer "words" are sequences and addresses: nobody asks for them, and a stem of them says nothing. */
const LONGEST_WORD = 64;

/**
 * The words of a text, in their order: runs of letters and digits in folded text (lower case, no diacritics), as in the Boolean index.
 * The parts of a hyphenated word are words of their own; the `s` of `Alzheimer's` is none.
 */
export function wordsOf(text: string): readonly string[] {
  return fold(text)
    .replace(/['’]s(?![\p{L}\p{N}])/gu, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && word.length <= LONGEST_WORD);
}

/** The term that a word of {@link wordsOf} is indexed under; the empty text for stop words. */
export function termOf(word: string): string {
  return pipeline.runString(word)[0] ?? '';
}
