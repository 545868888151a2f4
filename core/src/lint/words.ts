import { stopwords } from '../pubmed/index.ts';
import { detached } from '../text/index.ts';
import { Has } from './has.ts';

/** A word of a term in lower case. Within one query the same word is the same object. */
export interface Word {
  /** Without punctuation; a truncated word ends in `*`. */
  readonly text: string;
  readonly isTruncated: boolean;
  readonly isStopword: boolean;
  /** What a term has that has this word: bits of {@link Has}. */
  readonly has: number;
  /** Its first {@link BEGINNING} units as a number, the same for all words that begin like this; a star is no unit. */
  readonly beginning: number;
  /** The words of a term that has no other word. */
  readonly alone: readonly Word[];
  /** The other spelling, British or American, when somebody asked for it; the word itself when there is none. */
  otherSpelling: string | undefined;
}

/** Units of a word that stems are looked up by; all but a few odd stems are as long. */
export const BEGINNING = 4;
const STAR = 42;
const PROXIMITY = /^(?:adj\d*|near\d*|next|pre|w)$/;

/** Words met so far; when there are many, the next query begins anew, so that a query never has two of the same. */
const words = new Map<string, Word>();
const MAXIMUM_WORDS = 20_000;

/** The two words for each hash that were asked for last. Finds most words without cutting them out of their text. */
const SLOTS = 1 << 14;
const slots = new Array<Word | undefined>(SLOTS).fill(undefined);

/** Before the words of a query are asked for. */
export function beginWords(): void {
  if (words.size > MAXIMUM_WORDS) {
    words.clear();
    slots.fill(undefined);
  }
}

/** The word in lower case that stands from `start` to `end` in `text`, all of it ASCII. `hash` is a function of it. */
export function wordAt(text: string, start: number, end: number, hash: number): Word {
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const first = slots[slot];
  if (first !== undefined && isAt(first.text, text, start, end)) return first;
  const second = slots[slot ^ 1];
  if (second !== undefined && isAt(second.text, text, start, end)) return second;
  const word = wordOf(text.slice(start, end).toLowerCase());
  slots[slot ^ 1] = first;
  slots[slot] = word;
  return word;
}

function isAt(word: string, text: string, start: number, end: number): boolean {
  const { length } = word;
  if (length !== end - start) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(start + i);
    // Capital letters as small ones; nothing else comes here.
    if (word.charCodeAt(i) !== (code >= 65 && code <= 90 ? code + 32 : code)) return false;
  }
  return true;
}

/** The word with this text, in lower case. */
export function wordOf(text: string): Word {
  let word = words.get(text);
  if (word === undefined) {
    const own = detached(text);
    words.set(own, (word = newWord(own)));
  }
  return word;
}

function newWord(text: string): Word {
  const star = text.indexOf('*');
  const isTruncated = star > 0 && star === text.length - 1;
  let has = 0;
  if (isTruncated) has |= Has.truncation;
  else if (star >= 0) has |= Has.brokenWord;
  if (PROXIMITY.test(text)) has |= Has.proximityWord;
  if (text === 'and' || text === 'or' || text === 'not') has |= Has.operatorWord;
  const alone: Word[] = [];
  const beginning = beginningOf(text);
  const isStopword = stopwords.has(text);
  const word: Word = { text, isTruncated, isStopword, has, beginning, alone, otherSpelling: undefined };
  alone.push(word);
  return word;
}

/** Words that are shorter get numbers of their own. */
function beginningOf(text: string): number {
  let beginning = 0;
  for (let i = 0; i < BEGINNING && i < text.length && text.charCodeAt(i) !== STAR; i++)
    beginning = Math.imul(beginning, 0x101) + text.charCodeAt(i);
  return beginning | 0;
}
