import { findSubheading } from '../pubmed/index.ts';
import { fieldSuffixAt } from './fieldCodes.ts';
import { isSpace } from './lines.ts';
import { findRetiredSubheading } from './retiredSubheadings.ts';
import type { OvidToken, OvidTokenKind } from './tree.ts';

const QUOTES = '"“”„‟″＂';
const LINES = /(?:or|and)\s{0,3}\/\s{0,3}[#s]?\d{1,5}(?:\s*[-–,]\s*[#s]?\d{1,5})*(?![\p{L}\p{N}/])/iuy;
const LINES_BEHIND = /[#s]?\d{1,5}(?:\s*[-–,]\s*[#s]?\d{1,5})*\/(?:or|and)(?![\p{L}\p{N}/])/iuy;
/** `OR 1-14` at the start of a search. */
const SPACED_LINES = /(?:or|and)\s+\d{1,5}\s*[-–]\s*\d{1,5}(?=\s*(?:$|\)))/iy;
const FREQUENCY = /\/freq\s*=\s*\d+/iy;
const NAME_WITH_AND = /^[a-z]+(?: [a-z]+)? and [a-z]+(?: [a-z]+)?(?=\s*(?:$|[)[\]]|\b(?:and|or|not)\b))/i;
const OPERATOR = /^(?:and|or|not)$/i;
const PROXIMITY = /^adj\d{0,3}$/i;
/** How far a list of subheadings, and the list of lines of `or/1-3,5,8`, is read. */
const LONGEST = 200;
const LONGEST_LINES = 4000;

/** Whether `character` is a double quote, straight or curly. */
function isQuote(character: string): boolean {
  return character !== '' && QUOTES.includes(character);
}

/** Cuts one search into tokens that cover it. Total and linear. `offset` is added to their ranges. */
export function scanSearch(text: string, offset: number): OvidToken[] {
  return new Scanner(text, offset).run();
}

class Scanner {
  readonly #text: string;
  readonly #offset: number;
  readonly #tokens: OvidToken[] = [];
  #at = 0;
  readonly #lastQuote: number;
  readonly #lastBracket: number;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
    this.#lastBracket = text.lastIndexOf(']');
    let last = text.length - 1;
    while (last >= 0 && !isQuote(text.charAt(last))) last--;
    this.#lastQuote = last;
  }

  run(): OvidToken[] {
    while (this.#at < this.#text.length) this.#next();
    return this.#tokens;
  }

  #emit(kind: OvidTokenKind, end: number): void {
    this.#tokens.push({ kind, start: this.#at + this.#offset, end: end + this.#offset });
    this.#at = end;
  }

  #next(): void {
    const start = this.#at;
    const text = this.#text;
    const character = text.charAt(start);
    if (isSpace(text.charCodeAt(start))) {
      let end = start + 1;
      while (end < text.length && isSpace(text.charCodeAt(end))) end++;
      this.#emit('space', end);
    } else if (isQuote(character)) this.#quote(start);
    else if (character === '(') this.#emit('open', start + 1);
    else if (character === ')') this.#emit('close', start + 1);
    else if (character === '[') this.#bracket(start);
    else if (character === ']') this.#emit('invalid', start + 1);
    else if (character === '.' && fieldSuffixAt(text, start) !== undefined)
      this.#emit('field', fieldSuffixAt(text, start)?.end ?? start + 1);
    else if (character === '/' && this.#headingEnd(start) > 0) this.#emit('heading', this.#headingEnd(start));
    else if (this.#matches(FREQUENCY, start) > 0) this.#emit('remark', this.#matches(FREQUENCY, start));
    else if (this.#linesEnd(start) > 0) this.#emit('lines', this.#linesEnd(start));
    else this.#word(start);
  }

  #quote(start: number): void {
    if (start >= this.#lastQuote) {
      this.#emit('invalid', start + 1);
      return;
    }
    let end = start + 1;
    while (!isQuote(this.#text.charAt(end))) end++;
    this.#emit('phrase', end + 1);
  }

  #bracket(start: number): void {
    if (start >= this.#lastBracket) {
      this.#emit('invalid', start + 1);
      return;
    }
    const close = this.#text.indexOf(']', start);
    // `[11C]PIB`: an isotope belongs to the word behind it.
    if (close - start <= 8 && /[\p{L}\p{N}]/u.test(this.#text.charAt(close + 1)))
      this.#word(start, close + 1);
    else this.#emit('remark', close + 1);
  }

  #matches(pattern: RegExp, at: number, limit = LONGEST): number {
    pattern.lastIndex = 0;
    const match = pattern.exec(this.#text.slice(at, at + limit));
    return match === null ? 0 : at + match[0].length;
  }

  #linesEnd(at: number): number {
    const character = this.#text.charAt(at);
    if (!/[oa#s\d]/i.test(character)) return 0;
    const end = /[oa]/i.test(character)
      ? this.#matches(LINES, at, LONGEST_LINES)
      : this.#matches(LINES_BEHIND, at);
    if (end > 0) return end;
    const before = this.#tokens.findLast(({ kind }) => kind !== 'space');
    return before === undefined || before.kind === 'open' ? this.#matches(SPACED_LINES, at) : 0;
  }

  /** The end of a heading's slash with its subheadings; 0 when the slash belongs to a word. */
  #headingEnd(slash: number): number {
    const chunk = this.#text.slice(slash + 1, slash + 1 + LONGEST);
    // `Asthma/prevention and control`: the and belongs to the name.
    const name = NAME_WITH_AND.exec(chunk)?.[0] ?? '';
    if (isSubheading(name)) return slash + 1 + name.length;
    const end = chunk.search(/[()[\]"“”\n\r\t]|\s(?:and|or|not|adj\d*)\s|\s{2}/i);
    const piece = (end < 0 ? chunk : chunk.slice(0, end)).trimEnd();
    const names = piece
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (names.length > 0 && !/^\s/.test(piece) && names.every(isSubheading)) return slash + 1 + piece.length;
    if (chunk === '' || /^[\s)\],;"”[]/.test(chunk)) return slash + 1;
    // `human/s`: a short unknown subheading at the end of the operand.
    return /^[a-z]{1,2}$/i.test(piece) ? slash + 1 + piece.length : 0;
  }

  #word(start: number, from = start): void {
    const text = this.#text;
    let end = Math.max(from, start + 1);
    while (end < text.length && !this.#endsWord(end)) end++;
    const word = text.slice(start, Math.min(end, start + 8));
    if (end - start <= 3 && OPERATOR.test(word)) this.#emit('operator', end);
    else if (end - start <= 6 && PROXIMITY.test(word)) this.#emit('proximity', end);
    else this.#emit('word', end);
  }

  #endsWord(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)) return false;
    if (isSpace(code) || code === 40 || code === 41) return true;
    const character = this.#text.charAt(at);
    if (isQuote(character) || character === '[' || character === ']') return true;
    if (character === '.') return fieldSuffixAt(this.#text, at) !== undefined;
    if (character === '/') return this.#headingEnd(at) > 0 || this.#matches(FREQUENCY, at) > 0;
    return false;
  }
}

function isSubheading(name: string): boolean {
  return findSubheading(name) !== undefined || findRetiredSubheading(name) !== undefined;
}
