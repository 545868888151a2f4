import { findField } from '../../pubmed/index.ts';
import type { Token } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import { lineAt, physicalEnd, physicalStart } from '../locate.ts';
import { indexBefore, tagPlace } from './tagPlace.ts';
import type { TagPlace } from './tagPlace.ts';

/** In a term, or where one may begin. */
export interface TermPlace {
  readonly kind: 'term';
  readonly line: StrategyLine | undefined;
  readonly isQuoted: boolean;
  /** The opening quote, where there is one. */
  readonly opening: string;
  /** What was typed of the term, without the quote. */
  readonly typed: string;
  /** Where `typed` begins. */
  readonly start: number;
  readonly offset: number;
  /** The term with its quotes, without its tag. */
  readonly outer: Range;
  /** The end of the term's text, its closing quote not counted. */
  readonly end: number;
  /** What stands of the term behind the cursor. */
  readonly rest: string;
  /** Whether the quotes are closed. */
  readonly isClosed: boolean;
  /** A tag follows; its field, where PubMed has it. */
  readonly isTagged: boolean;
  readonly field: string | undefined;
  /** An operand stands before, so that an operator may follow. */
  readonly afterOperand: boolean;
  /** `"Neoplasms"/dr`: the phrase to which a slash is attached. */
  readonly headingBefore: string | undefined;
}

/** Where a cursor stands, as far as suggestions are concerned. */
export type Place =
  | TagPlace
  | TermPlace
  | {
      readonly kind: 'reference';
      readonly line: StrategyLine;
      readonly replace: Range;
      readonly offset: number;
    }
  | { readonly kind: 'lineNumber'; readonly replace: Range; readonly offset: number }
  | { readonly kind: 'nothing' };

const NOWHERE: Place = { kind: 'nothing' };
const OPERAND_ENDS = new Set(['tag', 'phrase', 'close', 'reference', 'word']);
/** Longest run of words, in characters, that is looked at on either side: no term is longer, and a pasted page must not be felt. */
const LONGEST_TERM = 300;

/** What stands at `offset` of a document's queries; front matter is not looked at. */
export function placeAt(document: StrategyDocument, offset: number): Place {
  if (document.comments.some(({ range }) => range.start < offset && offset <= range.end)) return NOWHERE;
  const { text } = document;
  const lineStart = physicalStart(text, offset);
  const before = text.slice(lineStart, offset);
  const number = /^[ \t]*(#\d{0,6})$/.exec(before);
  if (number && /^\s*$/.test(text.slice(offset, physicalEnd(text, offset))))
    return { kind: 'lineNumber', replace: { start: offset - (number[1] ?? '').length, end: offset }, offset };
  const line = lineAt(document, offset);
  if (line === undefined) return before.trim() === '' ? emptyTerm(undefined, offset, false) : NOWHERE;
  if (line.numbered && offset <= line.labelRange.end) return NOWHERE;
  const tokens = line.query.tokens;
  const at = indexBefore(tokens, offset);
  const token = tokens[at];
  if (token?.kind === 'comment' && offset > token.start && offset <= token.end) return NOWHERE;
  return (
    tagPlace(text, lineStart, offset, tokens) ??
    referencePlace(text, line, offset, token) ??
    termPlace(text, line, at, offset)
  );
}

function referencePlace(
  text: string,
  line: StrategyLine,
  offset: number,
  token: Token | undefined,
): Place | undefined {
  const typed = /#\d*$/.exec(text.slice(Math.max(line.range.start, offset - 12), offset))?.[0];
  if (typed === undefined || token?.kind === 'phrase' || token?.kind === 'tag') return undefined;
  const start = offset - typed.length;
  // A `#` within a word is none of ours.
  if (/[\p{L}\p{N}]/u.test(text.charAt(start - 1)) && token?.kind === 'word' && token.start < start)
    return undefined;
  const rest = /^\d*/.exec(text.slice(offset, offset + 8))?.[0].length ?? 0;
  return { kind: 'reference', line, replace: { start, end: offset + rest }, offset };
}

function emptyTerm(line: StrategyLine | undefined, offset: number, afterOperand: boolean): TermPlace {
  const outer = { start: offset, end: offset };
  return {
    kind: 'term',
    line,
    isQuoted: false,
    opening: '',
    typed: '',
    start: offset,
    offset,
    outer,
    end: offset,
    rest: '',
    isClosed: true,
    isTagged: false,
    field: undefined,
    afterOperand,
    headingBefore: undefined,
  };
}

function termPlace(text: string, line: StrategyLine, at: number, offset: number): Place {
  const tokens = line.query.tokens;
  const token = tokens[at];
  if (token === undefined || offset > token.end || token.kind === 'space') {
    // In front of a word a suggestion would run into it.
    if (/[^\s)]/.test(text.charAt(offset))) return NOWHERE;
    return withRun(text, line, at, offset) ?? emptyTerm(line, offset, isOperandEnd(tokens, at));
  }
  if (token.kind === 'phrase') return phrasePlace(text, line, at, offset);
  if (token.kind === 'word' || token.kind === 'operator') return withRun(text, line, at, offset) ?? NOWHERE;
  if (token.kind === 'open' && !/[^\s)]/.test(text.charAt(offset))) return emptyTerm(line, offset, false);
  return NOWHERE;
}

/** Whether the last token at or before `at` that is no space ends an operand. */
function isOperandEnd(tokens: readonly Token[], at: number): boolean {
  for (let i = at; i >= 0; i--) {
    const kind = tokens[i]?.kind;
    if (kind !== 'space' && kind !== 'comment' && kind !== 'invalid') return OPERAND_ENDS.has(kind ?? '');
  }
  return false;
}

function phrasePlace(text: string, line: StrategyLine, at: number, offset: number): Place {
  const tokens = line.query.tokens;
  const token = tokens[at];
  if (token === undefined) return NOWHERE;
  const isClosed = token.end - token.start > 1 && /["“”„‟″＂]$/.test(text.slice(token.start, token.end));
  const end = token.end - (isClosed ? 1 : 0);
  if (offset > end || end - token.start > LONGEST_TERM) return NOWHERE;
  // Editors want ranges on one line.
  if (/[\r\n]/.test(text.slice(token.start, token.end))) return NOWHERE;
  return {
    kind: 'term',
    line,
    isQuoted: true,
    opening: text.charAt(token.start),
    typed: text.slice(token.start + 1, offset),
    start: token.start + 1,
    offset,
    outer: { start: token.start, end: token.end },
    end,
    rest: text.slice(offset, end),
    isClosed,
    ...tagBehind(text, tokens, at),
    afterOperand: isOperandEnd(tokens, at - 1),
    headingBefore: undefined,
  };
}

/** Words in a row, on the physical line of the cursor, of which the last but spaces is at or before it. */
function withRun(text: string, line: StrategyLine, at: number, offset: number): TermPlace | undefined {
  const tokens = line.query.tokens;
  const isRun = (token: Token | undefined): token is Token =>
    token !== undefined &&
    (token.kind === 'word' || (token.kind === 'space' && !/[\r\n]/.test(text.slice(token.start, token.end))));
  const current = tokens[at];
  // An operator that is being typed may be a word as well: `or` of `orthopaedics`.
  const isOperator = current?.kind === 'operator' && offset <= current.end;
  let first = at;
  if (isOperator) {
    if (!/^[a-z]+$/i.test(text.slice(current.start, current.end))) return undefined;
  } else {
    if (!isRun(current)) return undefined;
    while (isRun(tokens[first - 1]) && offset - (tokens[first - 1]?.start ?? 0) <= LONGEST_TERM) first--;
    while (tokens[first]?.kind === 'space' && first < at) first++;
  }
  const start = tokens[first]?.start ?? offset;
  if (tokens[first]?.kind === 'space' || start >= offset || offset - start > LONGEST_TERM) return undefined;
  let last = at;
  if (!isOperator)
    while (isRun(tokens[last + 1]) && (tokens[last + 1]?.end ?? 0) - offset <= LONGEST_TERM) last++;
  while (last > at && tokens[last]?.kind === 'space') last--;
  const end = Math.max(offset, Math.min(tokens[last]?.end ?? offset, physicalEnd(text, offset)));
  const typed = text.slice(start, offset);
  const before = tokens[first - 1];
  const attached = before?.kind === 'phrase' && before.end === start && typed.startsWith('/');
  return {
    kind: 'term',
    line,
    isQuoted: false,
    opening: '',
    typed,
    start,
    offset,
    outer: { start, end },
    end,
    rest: text.slice(offset, end),
    isClosed: true,
    ...tagBehind(text, tokens, last),
    afterOperand: isOperandEnd(tokens, first - 1) || /\S\s/.test(typed),
    headingBefore: attached ? text.slice(before.start, before.end).replace(/["“”„‟]/g, '') : undefined,
  };
}

/** The tag that belongs to the term ending with token `at`. */
function tagBehind(
  text: string,
  tokens: readonly Token[],
  at: number,
): { isTagged: boolean; field: string | undefined } {
  let next = at + 1;
  const slash = tokens[next];
  if (slash?.kind === 'word' && text.charAt(slash.start) === '/') next++;
  if (tokens[next]?.kind === 'space') next++;
  const tag = tokens[next];
  if (tag?.kind !== 'tag') return { isTagged: false, field: undefined };
  const content = text.slice(tag.start + 1, tag.end).replace(/\]$/, '');
  return { isTagged: true, field: findField(content)?.tag };
}
