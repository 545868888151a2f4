import { hasShortStem, MINIMUM_STEM } from '../pubmed/index.ts';
import { beginWords, wordAt, wordOf } from './words.ts';
import type { Word } from './words.ts';

/** What the text of a term has, as bits: one test decides whether a rule has to look at the term at all. */
export const Has = {
  letter: 1,
  digit: 1 << 1,
  star: 1 << 2,
  space: 1 << 3,
  hyphen: 1 << 4,
  slash: 1 << 5,
  colon: 1 << 6,
  dot: 1 << 7,
  comma: 1 << 8,
  /** `?`, `$` or `#`. */
  pseudoWildcard: 1 << 9,
  capital: 1 << 10,
  /** Any other ASCII character. */
  other: 1 << 11,
  /** A character beyond ASCII. */
  special: 1 << 12,
  /** AND, OR or NOT as a word, in any case. */
  operatorWord: 1 << 13,
  /** A word of another platform's proximity. */
  proximityWord: 1 << 14,
  /** A star that counts stands at the end of a word. */
  truncation: 1 << 15,
  /** The first star has too few characters before it, so that all are dropped. */
  shortStem: 1 << 16,
  /** A star within a word, or on its own. */
  brokenWord: 1 << 17,
} as const;

const WORD = Has.letter | Has.digit | Has.star;

/** {@link Has} of each ASCII character. */
const KINDS = Uint32Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));

function kindOf(character: string): number {
  if (/[a-z]/.test(character)) return Has.letter;
  if (/[A-Z]/.test(character)) return Has.letter | Has.capital;
  if (/\d/.test(character)) return Has.digit;
  if (/\s/.test(character)) return Has.space;
  if (/[?$#]/.test(character)) return Has.pseudoWildcard;
  const single: Readonly<Record<string, number>> = {
    '*': Has.star,
    '-': Has.hyphen,
    '/': Has.slash,
    ':': Has.colon,
    '.': Has.dot,
    ',': Has.comma,
  };
  return single[character] ?? Has.other;
}

/** Reads the text of one term after the other: what it has, and its words as PubMed takes them apart. */
export class TermReader {
  /** Bits of {@link Has} of the term that was read last. */
  has = 0;
  /** The same for texts that differ in case and white space only. */
  hash = 0;
  words: readonly Word[] = [];
  /** Only its first {@link #count} count; it is used again for the next term. */
  readonly #found: Word[] = [];
  #count = 0;

  constructor() {
    beginWords();
  }

  /** One look at each character: this runs for every term of every query. */
  read(text: string): void {
    this.#count = 0;
    let has = 0;
    let hash = 0;
    let wordHash = 0;
    let start = -1;
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      if (code > 127) {
        this.#readSpecial(text);
        return;
      }
      const kind = KINDS[code] ?? 0;
      has |= kind;
      if ((kind & Has.capital) !== 0) code += 32;
      if ((kind & WORD) !== 0) {
        if (start < 0) {
          start = i;
          wordHash = 0;
        }
        wordHash = (Math.imul(wordHash, 31) + code) | 0;
      } else {
        if (start >= 0) this.#found[this.#count++] = wordAt(text, start, i, wordHash);
        start = -1;
        if (kind === Has.space) continue;
      }
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    if (start >= 0) this.#found[this.#count++] = wordAt(text, start, text.length, wordHash);
    this.hash = hash;
    if ((has & Has.star) !== 0) has |= this.#readStars(text, has, /[a-z0-9*]+/g);
    this.#finish(has);
  }

  /** Letters beyond ASCII have to be looked up. */
  #readSpecial(text: string): void {
    const lower = text.toLowerCase();
    let has: number = Has.special;
    let hash = 0;
    for (let i = 0; i < text.length; i++) has |= KINDS[text.charCodeAt(i)] ?? 0;
    for (let i = 0; i < lower.length; i++) {
      const code = lower.charCodeAt(i);
      if (KINDS[code] !== Has.space) hash = (Math.imul(hash, 31) + code) | 0;
    }
    this.hash = hash;
    this.#split(lower, /[\p{L}\p{N}\p{M}*]+/gu);
    if ((has & Has.star) !== 0) has |= this.#readStars(text, has, /[\p{L}\p{N}\p{M}*]+/gu);
    this.#finish(has);
  }

  #split(lower: string, pattern: RegExp): void {
    this.#count = 0;
    for (const word of lower.match(pattern) ?? []) this.#found[this.#count++] = wordOf(word);
  }

  /** PubMed drops all stars where the first is dropped; several in a row are one. */
  #readStars(text: string, has: number, pattern: RegExp): number {
    const isSure = text.indexOf('*') >= MINIMUM_STEM && (has & (Has.space | Has.other | Has.special)) === 0;
    const isShort = !isSure && hasShortStem(text);
    if (isShort) this.#split(text.replaceAll('*', ' ').toLowerCase(), pattern);
    else if (text.includes('**')) this.#split(text.replace(/\*+/g, '*').toLowerCase(), pattern);
    return isShort ? Has.shortStem : 0;
  }

  #finish(found: number): void {
    let has = found;
    for (let i = 0; i < this.#count; i++) {
      const word = this.#found[i];
      if (word === undefined || word.isPlain) continue;
      if (word.isTruncated) has |= Has.truncation;
      if (word.isBroken) has |= Has.brokenWord;
      if (word.isProximity) has |= Has.proximityWord;
      if (word.isOperator) has |= Has.operatorWord;
    }
    this.has = has;
    const [first] = this.#found;
    this.words = this.#count === 1 && first !== undefined ? [first] : this.#found.slice(0, this.#count);
  }
}
