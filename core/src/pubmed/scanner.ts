import { entityAt, isWideBracket } from './characters.ts';
import { findField, LONGEST_TAG } from './fieldTable.ts';
import { hasOperatorHeadings, isOperatorHeading, MAXIMUM_HEADING_WORDS } from './operatorHeadings.ts';
import type { Token, TokenKind } from './tree.ts';

const QUOTES = '"“”„‟″＂';
/** White space, and the invisible marks that web pages leave in copied text (zero-width space, direction marks, word joiner). */
const SPACE = /[\s\u200b\u200e\u200f\u2060]/;
/** Control characters, halves of surrogate pairs are judged apart. U+FFFD is what decoders put for bytes that are no text. */
const INVALID = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd-\uffff]/;
const OPERATOR = /^(?:and|or|not)$/i;
/** A phrase whose text ends like this swallowed an operator: its closing quote was forgotten. */
const SWALLOWED_OPERATOR = /\s(?:AND|OR|NOT)[\s(]+$/;
const ISOTOPE = /^(?:\d{1,3}m?\s?-?[A-Za-z]{1,2}|[A-Za-z]{1,2}-?\d{1,3}m?)$/;

/** Whether `character` is a double quote, straight or curly. */
export function isQuote(character: string): boolean {
  const code = character.charCodeAt(0);
  return code === 34 || (code > 127 && QUOTES.includes(character));
}

/** ASCII letters and digits: most of every query, and never special. */
const isPlain = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);

/** 1 for the ASCII characters that are part of a word wherever they stand in one. */
const IN_WORD = new Uint8Array(128).fill(1, 33, 127);
for (const character of '()[]&|":') IN_WORD[character.charCodeAt(0)] = 0;
const isSpace = (character: string): boolean =>
  character === ' ' || (!isPlain(character.charCodeAt(0)) && SPACE.test(character));
const isLineBreak = (character: string): boolean => character === '\n' || character === '\r';

/** What ends a word besides white space. `[` and `:` and `#` depend on what surrounds them. */
const isBorder = (character: string): boolean =>
  character === '(' ||
  character === ')' ||
  character === ']' ||
  character === '&' ||
  character === '|' ||
  isQuote(character) ||
  isWideBracket(character);

/**
 * Cuts a text into tokens that cover every UTF-16 unit exactly once. Total and linear: any text at all is accepted, the
 * phrases and tags that are not closed end where a reader would end them (line break, operator, known tag).
 * @param offset added to the ranges of the tokens
 */
export function scanQuery(text: string, offset = 0): readonly Token[] {
  return new Scanner(text, offset).run();
}

class Scanner {
  readonly #text: string;
  readonly #offset: number;
  readonly #tokens: Token[] = [];
  #at = 0;
  #tagStart = -1;
  #tagStop = 0;
  /** The last token that is neither space nor comment nor invalid. */
  #previous: Token | undefined;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  run(): readonly Token[] {
    while (this.#at < this.#text.length) this.#next();
    return this.#tokens;
  }

  /**
   * A tag ends `sensitivity and specificity[mh]`: the operators of the longest known heading before it are words of it. In capitals
   * the operator was meant.
   */
  #joinHeading(tag: Token): void {
    // Only the names of MeSH fields begin with an m or an s.
    if (!/[ms\s]/i.test(this.#text.charAt(tag.start + 1 - this.#offset))) return;
    const isClosed = this.#text.charCodeAt(tag.end - 1 - this.#offset) === 93;
    const tagText = this.#text.slice(
      tag.start + 1 - this.#offset,
      tag.end - (isClosed ? 1 : 0) - this.#offset,
    );
    if (!hasOperatorHeadings(tagText)) return;
    let words = '';
    let count = 0;
    let hasOperator = false;
    let first = -1;
    for (let i = this.#tokens.length - 2; i >= 0 && count <= MAXIMUM_HEADING_WORDS; i--) {
      const token = this.#tokens[i];
      if (token?.kind === 'space' || token?.kind === 'comment' || token?.kind === 'invalid') continue;
      // Behind the colon of a range stands one word.
      if (token?.kind === 'colon') return;
      if (token?.kind !== 'word' && token?.kind !== 'operator') break;
      const text = this.#textOf(token);
      if (token.kind === 'operator' && !/^[a-z]+$/.test(text)) break;
      hasOperator ||= token.kind === 'operator';
      words = count === 0 ? text : `${text} ${words}`;
      count++;
      if (hasOperator && token.kind === 'word' && isOperatorHeading(words, tagText)) first = i;
    }
    for (let i = first; i >= 0 && i < this.#tokens.length - 1; i++) {
      const token = this.#tokens[i];
      if (token?.kind === 'operator') this.#tokens[i] = { ...token, kind: 'word' };
    }
  }

  #textOf({ start, end }: Token): string {
    return this.#text.slice(start - this.#offset, end - this.#offset);
  }

  #char(at: number): string {
    return this.#text.charAt(at);
  }

  #emit(kind: TokenKind, end: number): void {
    const token = { kind, start: this.#at + this.#offset, end: end + this.#offset };
    this.#tokens.push(token);
    if (kind !== 'space' && kind !== 'comment' && kind !== 'invalid') this.#previous = token;
    this.#at = end;
    if (kind === 'tag') this.#joinHeading(token);
  }

  #while(test: (character: string) => boolean, from: number): number {
    let end = from;
    while (end < this.#text.length && test(this.#char(end))) end++;
    return end;
  }

  #next(): void {
    const start = this.#at;
    const code = this.#text.charCodeAt(start);
    // The two commonest, without asking anything else.
    if (isPlain(code)) {
      this.#word(start);
      return;
    }
    if (code === 32 && isPlain(this.#text.charCodeAt(start + 1))) {
      this.#emit('space', start + 1);
      return;
    }
    const character = this.#char(start);
    if (isSpace(character)) this.#emit('space', this.#while(isSpace, start));
    else if (this.#isInvalid(start)) this.#invalid(start);
    else if (this.#isComment(start))
      this.#emit(
        'comment',
        this.#while((c) => !isLineBreak(c), start),
      );
    else if (isQuote(character)) this.#emit('phrase', this.#phraseEnd(start));
    else if (character === '(') this.#emit('open', start + 1);
    else if (character === ')') this.#emit('close', start + 1);
    else if (character === ']' || isWideBracket(character)) this.#emit('invalid', start + 1);
    else if (character === '&' && this.#entityEnd(start) > 0) this.#entity(start);
    else if (character === '&' || character === '|') this.#emit('operator', start + 1);
    else if (character === ':' && this.#isRangeColon(start)) this.#emit('colon', start + 1);
    else if (character === '#' && this.#referenceEnd(start) > 0)
      this.#emit('reference', this.#referenceEnd(start));
    else if (character === '[') this.#bracket(start);
    else this.#word(start);
  }

  #entityEnd(start: number): number {
    return entityAt(this.#text, start)?.end ?? 0;
  }

  /** `&amp;` is the operator that it stands for; others have no meaning, and separate words. */
  #entity(start: number): void {
    const entity = entityAt(this.#text, start);
    this.#emit(entity?.plain === '&' ? 'operator' : 'invalid', entity?.end ?? start + 1);
  }

  #invalid(start: number): void {
    let end = start;
    while (end < this.#text.length && this.#isInvalid(end)) end++;
    this.#emit('invalid', end);
  }

  #isInvalid(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    if (code >= 32 && code < 127) return false;
    if (code >= 0xd800 && code <= 0xdbff) {
      const next = this.#text.charCodeAt(at + 1);
      return !(next >= 0xdc00 && next <= 0xdfff);
    }
    if (code >= 0xdc00 && code <= 0xdfff) {
      const before = at === 0 ? 0 : this.#text.charCodeAt(at - 1);
      return !(before >= 0xd800 && before <= 0xdbff);
    }
    return INVALID.test(this.#char(at));
  }

  /** `//` begins a comment unless it stands within a word, as in `https://` or a DOI. */
  #isComment(at: number): boolean {
    if (this.#char(at) !== '/' || this.#char(at + 1) !== '/') return false;
    return this.#tokens.at(-1)?.kind !== 'word' && this.#tokens.at(-1)?.kind !== 'colon';
  }

  /** The end of the phrase that a quote at `start` opens, white space before the place of a forgotten quote not counted. */
  #phraseEnd(start: number): number {
    const low = this.#char(start) === '„';
    let end = start + 1;
    for (; end < this.#text.length; end++) {
      const code = this.#text.charCodeAt(end);
      // Neither a quote nor a bracket nor a line break.
      if (code < 128 && code > 13 && code !== 34 && code !== 91) continue;
      const character = this.#char(end);
      if (isLineBreak(character) && !this.#closesOnNextLine(end)) break;
      if (character === '[' && this.#knownTagEnd(end) > 0) break;
      if (!isQuote(character)) continue;
      if (!(low && character === '“') && this.#opens(end)) break;
      const before = this.#text.charCodeAt(end - 1);
      if (
        (before <= 40 || before > 127) &&
        SWALLOWED_OPERATOR.test(this.#text.slice(Math.max(start + 1, end - 40), end))
      )
        break;
      return end + 1;
    }
    return this.#unclosedEnd(start, end);
  }

  /** A quote between white space and a word opens a phrase, so the one before it was never closed. */
  #opens(at: number): boolean {
    const before = this.#char(at - 1);
    if (!isSpace(before) && before !== '(') return false;
    return !/^(?:$|[\s)\]["“”]|(?:and|or|not)\b)/i.test(this.#text.slice(at + 1, at + 6));
  }

  /** A phrase may be wrapped onto the next line when a quote there clearly closes it. */
  #closesOnNextLine(lineBreak: number): boolean {
    let at = lineBreak + 1;
    if (this.#char(lineBreak) === '\r' && this.#char(at) === '\n') at++;
    const limit = Math.min(this.#text.length, at + 200);
    const lineStart = at;
    for (; at < limit && !isLineBreak(this.#char(at)); at++) {
      if (this.#char(at) === '[') return false;
      if (isQuote(this.#char(at))) {
        const after = this.#char(at + 1);
        return (
          at > lineStart &&
          !isSpace(this.#char(at - 1)) &&
          this.#char(at - 1) !== '(' &&
          (after === '' || isSpace(after) || after === ')' || after === '[')
        );
      }
    }
    return false;
  }

  #unclosedEnd(start: number, limit: number): number {
    const content = this.#text.slice(start + 1, limit);
    // One white space only, the rest is taken off below: `\s+` would take quadratic time over a long run.
    const operator = /\s(?:AND|OR|NOT)(?=[\s()]|$)/.exec(content);
    const comment = /\s\/\//.exec(content);
    let end = Math.min(operator?.index ?? content.length, comment?.index ?? content.length);
    const parenthesis = unmatchedParenthesis(content.slice(0, end));
    if (parenthesis >= 0) end = parenthesis;
    while (end > 0 && isSpace(content.charAt(end - 1))) end--;
    return start + 1 + end;
  }

  /** The end of a closed tag at `start` whose field PubMed knows; 0 when there is none. */
  #knownTagEnd(start: number): number {
    const close = this.#bracketEnd(start);
    return close > 0 && findField(this.#text.slice(start + 1, close)) !== undefined ? close + 1 : 0;
  }

  /** Where the `]` stands that closes the `[` at `start`; 0 when a line break, another `[` or too much text comes first. */
  #bracketEnd(start: number): number {
    const limit = Math.min(this.#text.length, start + LONGEST_TAG + 2);
    for (let at = start + 1; at < limit; at++) {
      const character = this.#char(at);
      if (character === ']') return at;
      if (character === '[' || isLineBreak(character)) return 0;
    }
    return 0;
  }

  #bracket(start: number): void {
    const end = this.#tagEnd(start);
    if (end > 0) this.#emit('tag', end);
    else if (this.#wordBracketEnd(start) > 0) this.#word(start);
    else this.#emit('invalid', start + 1);
  }

  /** The end of the tag at `start`, closed or not; 0 when the bracket is no tag. */
  #tagEnd(start: number): number {
    // Asked when a word ends here and again for the tag itself.
    if (this.#tagStart !== start) {
      this.#tagStop = this.#findTagEnd(start);
      this.#tagStart = start;
    }
    return this.#tagStop;
  }

  #findTagEnd(start: number): number {
    const known = this.#knownTagEnd(start);
    if (known > 0) return known;
    const close = this.#bracketEnd(start);
    const content = close > 0 ? this.#text.slice(start + 1, close) : '';
    if (close > 0 && !/[()"“”]|\s(?:AND|OR|NOT)\s/.test(content))
      return this.#wordBracketEnd(start) > 0 ? 0 : close + 1;
    return this.#unclosedTagEnd(start);
  }

  /** `[TIAB:~1)` and `[mh OR x`: a known field behind a bracket that nothing closes. */
  #unclosedTagEnd(start: number): number {
    const limit = Math.min(this.#text.length, start + 1 + LONGEST_TAG);
    const head = /^[^\s()[\]"“”&|]*/.exec(this.#text.slice(start + 1, limit))?.[0] ?? '';
    return findField(head) === undefined ? 0 : start + 1 + head.length;
  }

  /** The end of a bracket that belongs to a name: isotopes (`[11C]PIB`), chemistry (`benzo[a]pyrene`); 0 otherwise. */
  #wordBracketEnd(start: number): number {
    const close = this.#bracketEnd(start);
    if (close === 0) return 0;
    const content = this.#text.slice(start + 1, close);
    if (findField(content) !== undefined || /[()"“”]/.test(content)) return 0;
    if (ISOTOPE.test(content)) return close + 1;
    const after = /^[\p{L}\p{N}-]+/u.exec(this.#text.slice(close + 1, close + 20))?.[0] ?? '';
    return after !== '' && !OPERATOR.test(after) ? close + 1 : 0;
  }

  /** A colon is a range's when a number, a date, a closing quote or a tag stands before it. */
  #isRangeColon(at: number): boolean {
    const previous = this.#previous;
    if (previous === undefined || this.#text.startsWith('//', at + 1)) return false;
    if (previous.kind === 'tag' || previous.kind === 'phrase') return true;
    return (
      previous.kind === 'word' &&
      this.#isDateText(previous.start - this.#offset, Math.min(previous.end - this.#offset, at))
    );
  }

  #isDateText(start: number, end: number): boolean {
    return end - start <= 12 && /^\d[\d/]*$/.test(this.#text.slice(start, end));
  }

  /** The end of `#3` at `start`; 0 when the sign is no reference. */
  #referenceEnd(start: number): number {
    const end = this.#while((c) => c >= '0' && c <= '9', start + 1);
    if (end === start + 1 || end - start > 10) return 0;
    return /[\p{L}\p{N}_]/u.test(this.#char(end)) ? 0 : end;
  }

  #word(start: number): void {
    let end = start;
    while (end < this.#text.length) {
      const code = this.#text.charCodeAt(end);
      if (code < 128 && IN_WORD[code] === 1) {
        end++;
        continue;
      }
      const character = this.#char(end);
      if (isSpace(character) || isBorder(character) || this.#isInvalid(end)) break;
      if (character === ':' && end > start && this.#isDateText(start, end)) break;
      if (character === '[') {
        const inside = this.#bracketInWord(end);
        if (inside === 0) break;
        end = inside;
      } else end++;
    }
    if (end === start) end++;
    const isOperator = end - start < 4 && end - start > 1 && OPERATOR.test(this.#text.slice(start, end));
    this.#emit(isOperator ? 'operator' : 'word', end);
  }

  /** Within a word: the end of a bracket that belongs to it, 0 when a tag or a stray bracket begins. */
  #bracketInWord(bracket: number): number {
    return this.#tagEnd(bracket) > 0 ? 0 : this.#wordBracketEnd(bracket);
  }
}

/** Index of the first parenthesis without its counterpart; -1 when there is none. */
function unmatchedParenthesis(text: string): number {
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '(') open.push(i);
    else if (character === ')' && open.pop() === undefined) return i;
  }
  return open[0] ?? -1;
}
