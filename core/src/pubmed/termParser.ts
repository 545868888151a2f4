import type { Fix, Range } from '../text/index.ts';
import { CLASSES, isAlphanumeric, QUOTE } from './characterClasses.ts';
import { rangeOf } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { isPmidText, Level } from './level.ts';
import type { KnownTag } from './knownTags.ts';
import { isOperatorHeading } from './operatorHeadings.ts';
import { parseTag } from './parseTag.ts';
import { fix } from '../text/index.ts';
import type { QueryNode, Tag, TermNode, Token } from './tree.ts';

const STRAIGHT_QUOTE = 34;
const SPACE_CODE = 32;
const CURLY_QUOTES =
  'Curly quotes come from word processors and are not read as phrase marks everywhere. Use straight quotes.';

/** Written out: texts from word processors have a pair of these around every other term. */
function straightQuotes({ start, end }: Range): Fix {
  return {
    title: 'Use straight quotes',
    edits: [
      { range: { start, end: start + 1 }, newText: '"' },
      { range: { start: end - 1, end }, newText: '"' },
    ],
    preferred: true,
  };
}

/** What `collapsed` may change: white space that is no single space between others, or that ASCII does not have. */
const UNUSUAL = /^ |  | $|[^ -~]/;

/** `text` with single spaces only, and none at its ends. */
function collapsed(text: string): string {
  return UNUSUAL.test(text) ? text.trim().replace(/\s+/g, ' ') : text;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A tag with which nothing can be wrong. */
function plainTag({ text, field, noExplode, proximity }: KnownTag, token: Range): Tag {
  return { range: rangeOf(token), text, field, noExplode, proximity };
}

/** Parses what stands between operators and parentheses: words, phrases, their tags, and ranges. */
export class TermParser {
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** The phrase at the current token, or the range that it begins; undefined for empty quotes. */
  phrase(token: Token): QueryNode | undefined {
    return this.#withRange(this.#phrase(token));
  }

  /** The tag at this place, if one stands here; further tags behind it are reported. */
  tag(term?: TermNode): Tag | undefined {
    const token = this.#cursor.current;
    if (token?.kind !== 'tag') return undefined;
    const known = this.#cursor.passTag();
    const tag = known?.isPlain === true ? plainTag(known, token) : this.#parseTag(token, term);
    for (let next = this.#cursor.current; next?.kind === 'tag'; next = this.#cursor.current) {
      this.#cursor.passTag();
      this.#parseTag(next, term);
      this.#cursor.problems.add(
        'doubled-tag',
        'error',
        rangeOf(next),
        `A term takes one field tag; ${this.#cursor.slice(next)} is not used. Repeat the term with the other tag and combine both with OR.`,
        [fix('Remove the second tag', true, [next.start, next.end, ''])],
      );
    }
    return tag;
  }

  #parseTag(token: Token, term: TermNode | undefined): Tag {
    const isAfterBracket = this.#cursor.text.charCodeAt(token.start - 1 - this.#cursor.offset) === 91;
    return parseTag(this.#cursor.slice(token), token, term, this.#cursor.problems, isAfterBracket);
  }

  strayTag(token: Token): void {
    this.#cursor.passTag();
    this.#parseTag(token, undefined);
    this.#cursor.problems.add(
      'stray-tag',
      'error',
      rangeOf(token),
      `The field tag ${this.#cursor.slice(token)} stands behind nothing that it could apply to. Put it directly behind a term.`,
      [fix('Remove the tag', true, [token.start, token.end, this.#cursor.gap(token)])],
    );
  }

  #phrase(token: Token): TermNode | undefined {
    const cursor = this.#cursor;
    cursor.at++;
    const last = cursor.codeAt(token.end - 1);
    const isClosed = token.end - token.start > 1 && (last === STRAIGHT_QUOTE || CLASSES[last] === QUOTE);
    const inner = { start: token.start + 1, end: token.end - (isClosed ? 1 : 0) };
    const isEmpty = !isAlphanumeric(cursor.codeAt(inner.start)) && !/\S/.test(cursor.slice(inner));
    if (isEmpty || !isClosed) this.#phraseProblem(token, isEmpty, isClosed);
    else if (last !== STRAIGHT_QUOTE || cursor.codeAt(token.start) !== STRAIGHT_QUOTE)
      cursor.problems.add('curly-quotes', 'warning', rangeOf(token), CURLY_QUOTES, [straightQuotes(token)]);
    return isEmpty ? undefined : this.#quotedTerm(token, inner);
  }

  #phraseProblem(token: Token, isEmpty: boolean, isClosed: boolean): void {
    const remove = fix('Remove the quotes', true, [token.start, token.end, ' ']);
    if (isClosed)
      this.#cursor.problems.add(
        'empty-phrase',
        'warning',
        rangeOf(token),
        'These quotes hold nothing; PubMed ignores them.',
        [remove],
      );
    else
      this.#cursor.problems.add(
        'unclosed-quote',
        'error',
        rangeOf(token),
        'This quote is never closed, so the phrase runs on. Add the closing quote.',
        [isEmpty ? remove : fix('Add the closing quote', true, [token.end, token.end, '"'])],
      );
  }

  #quotedTerm(token: Token, inner: Range): TermNode {
    let text = this.#cursor.slice(inner);
    let textRange = inner;
    let end = token.end;
    const next = this.#cursor.current;
    if (next?.kind === 'word') {
      // "Neoplasms"/therapy[mh]: the subheading belongs to the heading.
      if (next.start === token.end && /^\/\p{L}/u.test(this.#cursor.slice(next))) {
        this.#cursor.at++;
        text += this.#cursor.slice(next);
        textRange = { start: inner.start, end: next.end };
        end = next.end;
      }
      this.#skipPunctuation();
    }
    return this.#finished(collapsed(text), textRange, token.start, end, true);
  }

  /** The term from `start` to `end` with the tag behind it, which makes it longer. */
  #finished(text: string, textRange: Range, start: number, end: number, quoted: boolean): TermNode {
    if (this.#cursor.current?.kind !== 'tag') {
      const range = start === textRange.start && end === textRange.end ? textRange : { start, end };
      return { kind: 'term', range, text, textRange, quoted, tag: undefined };
    }
    const range = { start, end };
    const term: Mutable<TermNode> = { kind: 'term', range, text, textRange, quoted, tag: undefined };
    const tag = this.tag(term);
    if (tag === undefined) return term;
    term.tag = tag;
    range.end = tag.range.end;
    return term;
  }

  /** Words that hold no letter, digit or other searchable character: PubMed reads them as spaces. */
  #isPunctuation(token: Token | undefined): boolean {
    if (token === undefined) return false;
    // Nearly every word begins with an ASCII letter or digit.
    if (isAlphanumeric(this.#cursor.codeAt(token.start))) return false;
    return !/[\p{L}\p{N}\p{S}\p{M}]/u.test(this.#cursor.slice(token).replace(/[$+<=>^`|~]/g, ''));
  }

  #skipPunctuation(): void {
    for (
      let token = this.#cursor.current;
      token?.kind === 'word' && this.#isPunctuation(token);
      token = this.#cursor.current
    )
      this.#cursor.at++;
  }

  /** A run of words is one term, as PubMed sees it, except PMIDs side by side and the beginning of a range. */
  words(): QueryNode | undefined {
    const from = this.#cursor.at;
    const next = this.#cursor.passWords();
    const words = this.#cursor.at - from;
    const only = this.#cursor.peek(-1);
    // More than half of all terms are one word, with which little can be the matter.
    if (words === 1 && only !== undefined && next?.kind !== 'phrase' && !this.#isPunctuation(only))
      return this.#withRange(
        this.#finished(this.#cursor.slice(only), rangeOf(only), only.start, only.end, false),
      );
    // The last word is where the range begins.
    if (next?.kind === 'colon' && words > 1) {
      this.#cursor.at--;
      return this.#run(words - 1);
    }
    return this.#withRange(this.#run(words));
  }

  /** The term of the last `count` tokens, all of them words. */
  #run(count: number): QueryNode | undefined {
    // Places of the first and last word with something to search for, from the current token.
    let from = -count;
    let to = -1;
    while (from <= to && this.#isPunctuation(this.#cursor.peek(from))) from++;
    while (to > from && this.#isPunctuation(this.#cursor.peek(to))) to--;
    const first = this.#cursor.peek(from);
    const last = this.#cursor.peek(to);
    if (from > to || first === undefined || last === undefined) {
      const tag = this.#cursor.current;
      if (tag?.kind === 'tag') this.strayTag(tag);
      return undefined;
    }
    if (from !== to && this.#isDigit(first) && this.#isDigit(last)) {
      const numbers = this.#cursor.tokens(from, to).filter((token) => !this.#isPunctuation(token));
      if (numbers.every((token) => isPmidText(this.#cursor.slice(token).replace(/[,;]$/, ''))))
        return this.#pmids(numbers);
    }
    const range = { start: first.start, end: last.end };
    const text = from === to ? this.#cursor.slice(first) : this.#textOf(from, to, range);
    const end = this.#unopenedQuote(first, last) ?? last.end;
    const term = this.#finished(text, range, range.start, end, false);
    if (this.#cursor.hasJoinedHeadings) this.#checkOperatorHeading(term);
    return term;
  }

  #isDigit(token: Token): boolean {
    const code = this.#cursor.codeAt(token.start);
    return code >= 48 && code <= 57;
  }

  /** The words from place `from` to `to` with single spaces between them, without comments. */
  #textOf(from: number, to: number, range: Range): string {
    let end = -1;
    for (let i = from; i <= to; i++) {
      const token = this.#cursor.peek(i);
      if (token === undefined) break;
      if (i > from && (token.start !== end + 1 || this.#cursor.codeAt(end) !== SPACE_CODE))
        return this.#cursor
          .tokens(from, to)
          .map((word) => this.#cursor.slice(word))
          .join(' ');
      end = token.end;
    }
    return this.#cursor.slice(range);
  }

  /** `wounds and injuries[mh]`: one heading, whose "and" a reader, and other tools, take for an operator. */
  #checkOperatorHeading({ text, textRange, tag }: TermNode): void {
    if (
      tag?.field === undefined ||
      !text.includes(' ') ||
      !/\s(?:and|or|not)\s/.test(text) ||
      !isOperatorHeading(text, tag.text)
    )
      return;
    const { start, end } = textRange;
    const isOnePiece = end - start === text.length;
    this.#cursor.problems.add(
      'operator-in-heading',
      'information',
      textRange,
      `This is read as the one heading "${text}", not as two terms. Put it in quotes, so that nobody takes its "${/\s(and|or|not)\s/.exec(text)?.[1] ?? 'and'}" for an operator.`,
      isOnePiece ? [fix('Put the heading in quotes', true, [start, end, `"${text}"`])] : [],
    );
  }

  /** `heart attack"[tiab]`: a quote that closes what none opened. Gives its end. */
  #unopenedQuote(first: Token, last: Token): number | undefined {
    const quote = this.#cursor.current;
    if (quote?.kind !== 'phrase' || quote.end - quote.start !== 1 || quote.start !== last.end)
      return undefined;
    this.#cursor.at++;
    const isOnePiece = !/[\n\r]|\s\/\//.test(this.#cursor.slice({ start: first.start, end: quote.start }));
    const apostrophe = /^['‘’`]./.test(this.#cursor.slice(first)) ? 1 : 0;
    const open = fix(
      'Add the opening quote',
      true,
      [first.start, first.start + apostrophe, '"'],
      [quote.start, quote.end, '"'],
    );
    const remove = fix('Remove this quote', !isOnePiece, [quote.start, quote.end, '']);
    this.#cursor.problems.add(
      'unopened-quote',
      'error',
      rangeOf(quote),
      'This quote closes a phrase that none opens. Add the opening quote before the first word, or remove this one.',
      isOnePiece ? [open, remove] : [remove],
    );
    return quote.end;
  }

  /** PMIDs side by side are ORed, whatever stands around them, so they become a group of their own (one without parentheses). */
  #pmids(tokens: readonly Token[]): QueryNode | undefined {
    const level = new Level();
    tokens.forEach((token, index) => {
      const text = this.#cursor.slice(token).replace(/[,;]$/, '');
      const range = { start: token.start, end: token.start + text.length };
      const isLast = index === tokens.length - 1;
      level.push(
        isLast
          ? this.#finished(text, range, range.start, range.end, false)
          : { kind: 'term', range, text, textRange: range, quoted: false, tag: undefined },
      );
    });
    const inner = level.node();
    return inner === undefined ? undefined : { kind: 'group', range: inner.range, inner, tag: undefined };
  }

  /** Completes `from` to a range when a colon follows. */
  #withRange(from: QueryNode | undefined): QueryNode | undefined {
    const colon = this.#cursor.current;
    if (colon?.kind !== 'colon' || from?.kind !== 'term') return from;
    const to = this.#rangeEnd();
    if (to === undefined) {
      const end = this.skipColons(colon);
      this.#cursor.problems.add(
        'incomplete-range',
        'error',
        rangeOf(colon),
        'A range needs a value on both sides of its colon: 2010:2015[dp].',
        [fix('Remove ":"', false, [colon.start, end, ' '])],
      );
      return from;
    }
    return {
      kind: 'range',
      range: { start: from.range.start, end: to.range.end },
      from: from.text,
      to: to.text,
      tag: to.tag ?? from.tag,
    };
  }

  #rangeEnd(): TermNode | undefined {
    const token = this.#cursor.peek(1);
    if (token?.kind === 'phrase' && /[^\s"“”„‟″＂]/.test(this.#cursor.slice(token))) {
      this.#cursor.at++;
      return this.#phrase(token);
    }
    if (token?.kind !== 'word' || this.#isPunctuation(token)) return undefined;
    this.#cursor.at += 2;
    return this.#finished(this.#cursor.slice(token), rangeOf(token), token.start, token.end, false);
  }

  /** Passes over a colon without a value behind it, and over what else means nothing there. Gives the end. */
  skipColons(colon: Token): number {
    let end = colon.end;
    const isNoValue = (next: Token) =>
      next.kind === 'colon' || (next.kind === 'word' && this.#isPunctuation(next));
    for (let next: Token | undefined = colon; next && isNoValue(next); next = this.#cursor.following())
      end = next.end;
    return end;
  }
}
