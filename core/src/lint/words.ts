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
  readonly hash: number;
  readonly check: number;
  /** The words of a term that has no other word. */
  readonly alone: readonly Word[];
  /** The other spelling, British or American, when somebody asked for it; the word itself when there is none. */
  otherSpelling: string | undefined;
  /** Whether it limits a search when it stands alone and without a tag, as `hasabstract` does, when somebody asked for it. */
  isLimit: boolean | undefined;
}

/** Units of a word that stems are looked up by; all but a few odd stems are as long. */
export const BEGINNING = 4;
const STAR = 42;
const PROXIMITY = /^(?:adj\d*|near\d*|next|pre|w)$/;

/** Words met so far; when there are many, the next query begins anew, so that a query never has two of the same. */
const words = new Map<string, Word>();
const MAXIMUM_WORDS = 20_000;

/** The two words for each hash that were asked for last. Finds most words without cutting them out of their text. */
const BITS = 15;
const slots = new Array<Word | undefined>(1 << BITS).fill(undefined);

/** Before the words of a query are asked for. */
export function beginWords(): void {
  if (words.size > MAXIMUM_WORDS) {
    words.clear();
    slots.fill(undefined);
  }
}

/**
 * The word in lower case that stands from `start` to `end` in `text`, all of it ASCII.
 * @param hash what {@link nextHash} makes of its characters, from 0
 * @param check what {@link nextCheck} makes of them, from 0
 */
export function wordAt(text: string, start: number, end: number, hash: number, check: number): Word {
  const slot = Math.imul(hash, 0x9e3779b1) >>> (32 - BITS);
  const first = slots[slot];
  // Two numbers and the length are the same for the same word only; comparing letters is most of the work.
  if (first?.check === check && first.hash === hash && first.text.length === end - start) return first;
  const second = slots[slot ^ 1];
  if (second?.check === check && second.hash === hash && second.text.length === end - start) return second;
  const word = wordOf(text.slice(start, end).toLowerCase());
  if (first !== undefined) slots[slot ^ 1] = first;
  slots[slot] = word;
  return word;
}

/** One step of a hash of small letters, digits and stars. */
export function nextHash(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

/** One step of another hash, FNV-1a: no two words of a language have both in common. */
export function nextCheck(check: number, code: number): number {
  return Math.imul(check ^ code, 0x01000193);
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
  let hash = 0;
  let check = 0;
  for (let i = 0; i < text.length; i++) {
    hash = nextHash(hash, text.charCodeAt(i));
    check = nextCheck(check, text.charCodeAt(i));
  }
  const word: Word = {
    text,
    isTruncated,
    isStopword,
    has,
    beginning,
    hash,
    check,
    alone,
    otherSpelling: undefined,
    isLimit: undefined,
  };
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
