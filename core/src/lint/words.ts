import { stopwords } from '../pubmed/index.ts';
import { detached } from '../text/index.ts';

/** A word of a term in lower case. Within one query the same word is the same object. */
export interface Word {
  /** Without punctuation; a truncated word ends in `*`. */
  readonly text: string;
  /** Nothing of what follows is true of it, as of most words. */
  readonly isPlain: boolean;
  readonly isTruncated: boolean;
  readonly isStopword: boolean;
  /** It looks like a part of another platform's proximity operator: `adj3`, or `near` of `near/3`. */
  readonly isProximity: boolean;
  /** AND, OR or NOT, which may be a word of a phrase. */
  readonly isOperator: boolean;
  /** A star stands before its end, or it is nothing but a star, so that nobody knows what it finds. */
  readonly isBroken: boolean;
  /** Its first {@link BEGINNING} units as a number, the same for all words that begin like this; a star is no unit. */
  readonly beginning: number;
  /** The other spelling, British or American, when somebody asked for it; the word itself when there is none. */
  otherSpelling: string | undefined;
}

/** Every stem that PubMed truncates has as many characters. */
const BEGINNING = 4;
const STAR = 42;
const PROXIMITY = /^(?:adj\d*|near\d*|next|pre|w)$/;

/** Words met so far; when there are many, the next query begins anew, so that a query never has two of the same. */
const words = new Map<string, Word>();
const MAXIMUM_WORDS = 20_000;

/** One word for each hash of a word, the latest. Finds most words without cutting them out of their text. */
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
  const slot = (hash ^ (hash >>> 14)) & (SLOTS - 1);
  const known = slots[slot];
  if (known !== undefined && isAt(known.text, text, start, end)) return known;
  const word = wordOf(text.slice(start, end).toLowerCase());
  slots[slot] = word;
  return word;
}

function isAt(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) {
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
  const isTruncated = star >= 0 && star === text.length - 1;
  const isBroken = star >= 0 && (star < text.length - 1 || text.length === 1);
  const isProximity = PROXIMITY.test(text);
  const isOperator = text === 'and' || text === 'or' || text === 'not';
  const isStopword = stopwords.has(text);
  return {
    text,
    isPlain: !(isTruncated || isBroken || isProximity || isOperator || isStopword),
    isTruncated,
    isBroken,
    isProximity,
    isOperator,
    isStopword,
    beginning: beginningOf(text),
    otherSpelling: undefined,
  };
}

/** Words that are shorter get numbers of their own. */
function beginningOf(text: string): number {
  let beginning = 0;
  for (let i = 0; i < BEGINNING && i < text.length && text.charCodeAt(i) !== STAR; i++)
    beginning = Math.imul(beginning, 0x101) + text.charCodeAt(i);
  return beginning | 0;
}
