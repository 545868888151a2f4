import { doubtfulTagEnd, wordBracketEnd } from './brackets.ts';
import {
  AMPERSAND,
  BAR,
  BRACKET,
  classAt,
  CLASSES,
  CLOSE,
  COLON,
  INVALID,
  isLineBreak,
  isLonelySurrogate,
  LAST_IN_WORD,
  NUMBER_SIGN,
  OPEN,
  QUOTE,
  SLASH,
  SPACE,
  STRAY_BRACKET,
  SURROGATE,
  WORD,
} from './characterClasses.ts';
import { entityAt } from './characters.ts';
import { joinHeading } from './joinHeading.ts';
import { knownTagAt } from './knownTags.ts';
import type { KnownTag } from './knownTags.ts';
import { phraseEnd } from './phrases.ts';
import type { Token, TokenKind } from './tree.ts';

/** The tokens of a text, and which of them mean something. */
export interface Scan {
  readonly tokens: readonly Token[];
  /** All but white space, comments and invalid ones. */
  readonly meaningful: readonly Token[];
  readonly invalid: readonly Token[];
  /** What each tag means, in their order; undefined for those that PubMed does not know or that are not closed. */
  readonly tags: readonly (KnownTag | undefined)[];
  /** Some words are operators that belong to the name of a heading. */
  readonly hasJoinedHeadings: boolean;
}

/**
 * Cuts a text into tokens that cover every UTF-16 unit exactly once. Total and linear: any text at all is accepted, the
 * phrases and tags that are not closed end where a reader would end them (line break, operator, known tag).
 * @param offset added to the ranges of the tokens
 */
export function scanQuery(text: string, offset = 0): readonly Token[] {
  return scan(text, offset).tokens;
}

/** Like `scanQuery`, with the tokens sorted out for the parser. */
export function scan(text: string, offset = 0): Scan {
  return new Scanner(text, offset).run();
}

class Scanner {
  readonly #text: string;
  readonly #offset: number;
  readonly #tokens: Token[] = [];
  readonly #meaningful: Token[] = [];
  readonly #invalid: Token[] = [];
  readonly #tags: (KnownTag | undefined)[] = [];
  /** Where a tag was last looked for, its end and what it means. */
  #tagStart = -1;
  #tagStop = 0;
  #tag: KnownTag | undefined;
  /** An operator in small letters stands in the run of words that ends here; such a run may be the name of a heading. */
  #hasSmallOperator = false;
  #hasJoinedHeadings = false;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  run(): Scan {
    const text = this.#text;
    const { length } = text;
    let at = 0;
    while (at < length) {
      // Words and single spaces are most of every query, so they are cut here; the rest is asked more.
      const kind = classAt(text, at);
      if (kind === WORD) {
        let end = at + 1;
        let next = SPACE;
        while (end < length && (next = classAt(text, end)) <= LAST_IN_WORD) end++;
        at = next > SURROGATE || end === length ? this.#wordToken(at, end) : this.#word(at);
      } else if (kind === SPACE && at + 1 < length && classAt(text, at + 1) !== SPACE) {
        at = this.#unmeant('space', at, at + 1);
      } else at = this.#next(at, kind);
    }
    return {
      tokens: this.#tokens,
      meaningful: this.#meaningful,
      invalid: this.#invalid,
      tags: this.#tags,
      hasJoinedHeadings: this.#hasJoinedHeadings,
    };
  }

  /** Adds the token of the class `kind` at `start`, which is no plain word, and gives its end, as do all that it calls. */
  #next(start: number, kind: number): number {
    switch (kind) {
      case SPACE:
        return this.#space(start);
      case QUOTE:
        return this.#delimiter('phrase', start, phraseEnd(this.#text, start));
      case BRACKET:
        return this.#bracket(start);
      case OPEN:
        return this.#delimiter('open', start, start + 1);
      case CLOSE:
        return this.#delimiter('close', start, start + 1);
      case NUMBER_SIGN:
        return this.#numberSign(start);
      case SLASH:
        return this.#isComment(start) ? this.#comment(start) : this.#word(start);
      case COLON:
        return this.#isRangeColon(start) ? this.#delimiter('colon', start, start + 1) : this.#word(start);
      case SURROGATE:
        return isLonelySurrogate(this.#text, start) ? this.#invalidRun(start) : this.#word(start);
      case AMPERSAND:
        return this.#ampersand(start);
      case BAR:
        return this.#meant('operator', start, start + 1);
      case STRAY_BRACKET:
        return this.#unmeant('invalid', start, start + 1);
      default:
        return this.#invalidRun(start);
    }
  }

  #meant(kind: TokenKind, start: number, end: number): number {
    const token = { kind, start: start + this.#offset, end: end + this.#offset };
    this.#tokens.push(token);
    this.#meaningful.push(token);
    return end;
  }

  /** A token that no name of a heading contains. */
  #delimiter(kind: TokenKind, start: number, end: number): number {
    this.#hasSmallOperator = false;
    return this.#meant(kind, start, end);
  }

  #unmeant(kind: 'space' | 'comment' | 'invalid', start: number, end: number): number {
    const token: Token = { kind, start: start + this.#offset, end: end + this.#offset };
    this.#tokens.push(token);
    if (kind === 'invalid') this.#invalid.push(token);
    return end;
  }

  #space(start: number): number {
    const { length } = this.#text;
    let end = start + 1;
    while (end < length && classAt(this.#text, end) === SPACE) end++;
    return this.#unmeant('space', start, end);
  }

  #comment(start: number): number {
    let end = start;
    while (end < this.#text.length && !isLineBreak(this.#text.charCodeAt(end))) end++;
    return this.#unmeant('comment', start, end);
  }

  #invalidRun(start: number): number {
    let end = start;
    while (end < this.#text.length && this.#isInvalid(end)) end++;
    return this.#unmeant('invalid', start, end);
  }

  #isInvalid(at: number): boolean {
    const kind = classAt(this.#text, at);
    return kind === INVALID || (kind === SURROGATE && isLonelySurrogate(this.#text, at));
  }

  /** `//` begins a comment unless it stands within a word, as in `https://` or a DOI. */
  #isComment(at: number): boolean {
    if (!this.#text.startsWith('//', at)) return false;
    const before = this.#tokens.at(-1)?.kind;
    return before !== 'word' && before !== 'colon';
  }

  /** `&amp;` is the operator that it stands for; other entities have no meaning, and separate words. */
  #ampersand(start: number): number {
    const entity = entityAt(this.#text, start);
    if (entity !== undefined && entity.plain !== '&') return this.#unmeant('invalid', start, entity.end);
    return this.#meant('operator', start, entity?.end ?? start + 1);
  }

  #bracket(start: number): number {
    const end = this.#tagEnd(start);
    if (end > 0) {
      this.#meant('tag', start, end);
      this.#tags.push(this.#tag);
      if (this.#hasSmallOperator && joinHeading(this.#text, this.#offset, this.#meaningful))
        this.#hasJoinedHeadings = true;
      this.#hasSmallOperator = false;
      return end;
    }
    if (wordBracketEnd(this.#text, start) > 0) return this.#word(start);
    return this.#unmeant('invalid', start, start + 1);
  }

  /** The end of the tag at `start`, closed or not; 0 when the bracket is no tag. */
  #tagEnd(start: number): number {
    // Asked when a word ends here and again for the tag itself.
    if (this.#tagStart !== start) {
      const tag = knownTagAt(this.#text, start);
      this.#tagStop = tag === undefined ? doubtfulTagEnd(this.#text, start) : start + tag.text.length + 2;
      this.#tag = tag;
      this.#tagStart = start;
    }
    return this.#tagStop;
  }

  /** A colon is a range's when a number, a date, a closing quote or a tag stands before it. */
  #isRangeColon(at: number): boolean {
    const previous = this.#meaningful.at(-1);
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

  /** `#3` is a reference; the sign in front of anything else is part of a word. */
  #numberSign(start: number): number {
    let end = start + 1;
    while (this.#text.charCodeAt(end) >= 48 && this.#text.charCodeAt(end) <= 57) end++;
    const isReference =
      end > start + 1 && end - start <= 10 && !/[\p{L}\p{N}_]/u.test(this.#text.charAt(end));
    return isReference ? this.#delimiter('reference', start, end) : this.#word(start);
  }

  #word(start: number): number {
    const text = this.#text;
    const { length } = text;
    let end = start;
    while (end < length) {
      const kind = CLASSES[text.charCodeAt(end)] ?? INVALID;
      if (kind <= LAST_IN_WORD) end++;
      else if (kind > SURROGATE) break;
      else if (kind === BRACKET) {
        const inside = this.#bracketInWord(end);
        if (inside === 0) break;
        end = inside;
      } else if (kind === COLON ? end > start && this.#isDateText(start, end) : isLonelySurrogate(text, end))
        break;
      else end++;
    }
    return this.#wordToken(start, end);
  }

  /** Adds the word, or the operator that it is. */
  #wordToken(start: number, end: number): number {
    const text = this.#text;
    if (!isOperator(text, start, end)) return this.#meant('word', start, end);
    if (text.charCodeAt(start) >= 97) this.#hasSmallOperator = true;
    return this.#meant('operator', start, end);
  }

  /** Within a word: the end of a bracket that belongs to it, 0 when a tag or a stray bracket begins. */
  #bracketInWord(bracket: number): number {
    return this.#tagEnd(bracket) > 0 ? 0 : wordBracketEnd(this.#text, bracket);
  }
}

/** Whether the word is AND, OR or NOT in any case. */
function isOperator(text: string, start: number, end: number): boolean {
  const size = end - start;
  if (size !== 2 && size !== 3) return false;
  // In ASCII, this bit makes a capital small; no character outside gives one of these letters.
  const first = text.charCodeAt(start) | 32;
  const second = text.charCodeAt(start + 1) | 32;
  if (size === 2) return first === 111 && second === 114;
  const third = text.charCodeAt(start + 2) | 32;
  return first === 97 ? second === 110 && third === 100 : first === 110 && second === 111 && third === 116;
}
