import { hasShortStem, MINIMUM_STEM } from '../pubmed/index.ts';
import { Has } from './has.ts';
import { beginWords, nextCheck, nextHash, wordAt, wordOf } from './words.ts';
import type { Word } from './words.ts';

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
  /** Used again for each term. */
  readonly #found: Word[] = [];

  constructor() {
    beginWords();
  }

  /** One look at each character: this runs for every term of every query. */
  read(text: string): void {
    const found = this.#found;
    let count = 0;
    let has = 0;
    let hash = 0;
    let wordHash = 0;
    let check = 0;
    let start = -1;
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      if (code > 127) {
        this.#readSpecial(text);
        return;
      }
      const kind = KINDS[code] ?? 0;
      has |= kind;
      if ((kind & WORD) !== 0) {
        if ((kind & Has.capital) !== 0) code += 32;
        if (start < 0) {
          start = i;
          wordHash = 0;
          check = 0;
        }
        wordHash = nextHash(wordHash, code);
        check = nextCheck(check, code);
      } else {
        if (start >= 0) {
          const word = wordAt(text, start, i, wordHash, check);
          found[count++] = word;
          has |= word.has;
          hash = (Math.imul(hash, 1_000_003) + wordHash) | 0;
          start = -1;
        }
        if (kind !== Has.space) hash = (Math.imul(hash, 31) + code) | 0;
      }
    }
    if (start >= 0) {
      const word = wordAt(text, start, text.length, wordHash, check);
      found[count++] = word;
      has |= word.has;
      hash = (Math.imul(hash, 1_000_003) + wordHash) | 0;
    }
    this.has = has;
    this.hash = hash;
    if ((has & Has.star) !== 0 && this.#readStars(text, ASCII_WORDS)) return;
    const [first] = found;
    this.words = count === 1 && first !== undefined ? first.alone : found.slice(0, count);
  }

  /** Letters beyond ASCII have to be looked up. */
  #readSpecial(text: string): void {
    const lower = text.toLowerCase();
    let has: number = Has.special;
    for (let i = 0; i < text.length; i++) has |= KINDS[text.charCodeAt(i)] ?? 0;
    this.has = has;
    this.hash = hashOf(lower);
    if ((has & Has.star) === 0 || !this.#readStars(text, WORDS)) this.#split(lower, WORDS);
  }

  #split(lower: string, pattern: RegExp): void {
    this.words = (lower.match(pattern) ?? []).map(wordOf);
    this.has &= ~BY_WORDS;
    for (const word of this.words) this.has |= word.has;
  }

  /** PubMed drops all stars where the first is dropped; several in a row are one. False where neither is so. */
  #readStars(text: string, pattern: RegExp): boolean {
    const { has } = this;
    const isSure = text.indexOf('*') >= MINIMUM_STEM && (has & (Has.space | Has.other | Has.special)) === 0;
    if (!isSure && hasShortStem(text)) {
      this.#split(text.replaceAll('*', ' ').toLowerCase(), pattern);
      this.has |= Has.shortStem;
      return true;
    }
    if (!text.includes('**')) return false;
    this.#split(text.replace(/\*+/g, '*').toLowerCase(), pattern);
    return true;
  }
}

/** The hash of a text in lower case, as `read` makes it on its way. */
function hashOf(lower: string): number {
  let hash = 0;
  let wordHash = 0;
  let isWord = false;
  for (let i = 0; i <= lower.length; i++) {
    const code = i < lower.length ? lower.charCodeAt(i) : SPACE;
    const kind = KINDS[code] ?? 0;
    if ((kind & WORD) !== 0) {
      wordHash = nextHash(isWord ? wordHash : 0, code);
      isWord = true;
    } else {
      if (isWord) hash = (Math.imul(hash, 1_000_003) + wordHash) | 0;
      if (kind !== Has.space) hash = (Math.imul(hash, 31) + code) | 0;
      isWord = false;
    }
  }
  return hash;
}

const SPACE = 32;
const ASCII_WORDS = /[a-z0-9*]+/g;
const WORDS = /[\p{L}\p{N}\p{M}*]+/gu;
/** What a term has by its words. */
const BY_WORDS = Has.truncation | Has.brokenWord | Has.proximityWord | Has.operatorWord;
