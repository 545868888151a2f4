import type { Word } from './words.ts';

/** What stands before the star of a truncated word; other words whole. */
export function stemOf({ text, isTruncated }: Word): string {
  return isTruncated ? text.slice(0, -1) : text;
}

/** Whether `pattern`, with or without a star at its end, finds the word `word`, which may be truncated itself. Words of one query. */
function findsWord(pattern: Word, word: Word): boolean {
  return pattern === word || (pattern.isTruncated && word.text.startsWith(stemOf(pattern)));
}

/** Whether the words of `pattern` stand one behind the other in `words`. */
export function findsRun(pattern: readonly Word[], words: readonly Word[]): boolean {
  const last = words.length - pattern.length;
  for (let at = 0; at <= last; at++) if (findsRunAt(pattern, words, at)) return true;
  return false;
}

function findsRunAt(pattern: readonly Word[], words: readonly Word[], at: number): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const one = pattern[i];
    const word = words[at + i];
    if (one === undefined || word === undefined || !findsWord(one, word)) return false;
  }
  return true;
}
