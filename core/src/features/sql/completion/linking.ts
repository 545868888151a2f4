import { nameStems, stemsOf } from '../../../sqlSchema/index.ts';

/** What a question asks. */
export interface Question {
  /** Stems of the words that may name something. */
  readonly stems: ReadonlySet<string>;
  /** All of it, in small letters, words with one space between them. */
  readonly text: string;
  /** Words that follow each other run together, for names such as `highschooler`. */
  readonly pairs: ReadonlySet<string>;
}

export function questionOf(text: string): Question {
  const words = wordsOf(text).split(' ');
  const stems = new Set(stemsOf(text));
  // `stemsOf` leaves these two out, for many names end in them; where all else is equal they tell all the same.
  for (const word of words) if (/^(?:name|id)s?$/u.test(word)) stems.add(word.replace(/s$/u, ''));
  return {
    stems,
    text: wordsOf(text),
    pairs: new Set(words.slice(1).flatMap((word, i) => stemsOfWord((words[i] ?? '') + word))),
  };
}

/** The words of a text in small letters with one space between them. */
export function wordsOf(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();
}

const known = new Map<string, readonly string[]>();

/** The stems of a name, remembered: the same names are ranked at every key that is pressed. */
export function stemsOfWord(name: string): readonly string[] {
  let stems = known.get(name);
  if (stems === undefined) {
    if (known.size > 20_000) known.clear();
    known.set(name, (stems = nameStems(name)));
  }
  return stems;
}

/** Share of a name's words that a question holds, 0..1. */
export function mentioned(name: string, question: Question): number {
  const words = stemsOfWord(name);
  if (words.length === 0) return 0;
  if (question.pairs.has(words.join(''))) return 1;
  let found = 0;
  for (const word of words) found += isThere(word, question);
  return found / words.length;
}

/** 1 for the word itself, less for one that begins like it: `nationality` and `national`, `population` and `populous`. */
function isThere(word: string, question: Question): number {
  if (question.stems.has(word) || question.pairs.has(word)) return 1;
  if (word.length < 4) return 0;
  for (const asked of question.stems) {
    if (asked.length < 4) continue;
    const shorter = Math.min(word.length, asked.length);
    let same = 0;
    while (same < shorter && word[same] === asked[same]) same++;
    if (same >= 4 && same >= Math.max(word.length, asked.length) * 0.6) return 0.8;
  }
  return 0;
}
