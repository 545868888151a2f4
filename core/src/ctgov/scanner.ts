import type { ExpressionToken, ExpressionTokenKind } from './tree.ts';

/** Longest text between the brackets of an operator. */
const LONGEST_PARAMETER = 300;
const SPACE = /[\s\u200b\u200e\u200f\u2060]/;
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd-\uffff]/;
const QUOTES = '"“”„‟″＂';
const OPERATORS = new Set(['AND', 'OR', 'NOT']);
const BRACKETED: Readonly<Record<string, ExpressionTokenKind>> = {
  AREA: 'context',
  SEARCH: 'context',
  EXPANSION: 'context',
  COVERAGE: 'context',
  TILT: 'context',
  RANGE: 'source',
  DISTANCE: 'source',
};

const isQuote = (character: string): boolean => character !== '' && QUOTES.includes(character);
const isSpace = (character: string): boolean => SPACE.test(character);
const isLineBreak = (character: string): boolean => character === '\n' || character === '\r';

/**
 * Cuts an expression into tokens that cover every UTF-16 unit exactly once. Total and linear: any text is accepted.
 * @param offset added to the ranges of the tokens
 */
export function scanExpression(text: string, offset = 0): readonly ExpressionToken[] {
  const tokens: ExpressionToken[] = [];
  for (let at = 0; at < text.length;) {
    const { kind, end } = nextToken(text, at, tokens.at(-1)?.kind);
    tokens.push({ kind, start: at + offset, end: end + offset });
    at = end;
  }
  return tokens;
}

interface Cut {
  readonly kind: ExpressionTokenKind;
  readonly end: number;
}

function nextToken(text: string, at: number, previous: ExpressionTokenKind | undefined): Cut {
  const character = text.charAt(at);
  if (isSpace(character)) return { kind: 'space', end: endOf(text, at, isSpace) };
  if (CONTROL.test(character)) return { kind: 'invalid', end: at + 1 };
  if (text.startsWith('//', at) && previous !== 'word')
    return { kind: 'comment', end: endOf(text, at, (one) => !isLineBreak(one)) };
  if (character === '(') return { kind: 'open', end: at + 1 };
  if (character === ')') return { kind: 'close', end: at + 1 };
  if (isQuote(character)) return { kind: 'phrase', end: phraseEnd(text, at) };
  if (character === '[' || character === ']') return { kind: 'invalid', end: bracketEnd(text, at) };
  const reference = /^#\d{1,9}(?![\p{L}\p{N}_])/u.exec(text.slice(at, at + 12));
  if (reference !== null) return { kind: 'reference', end: at + reference[0].length };
  return wordOrOperator(text, at);
}

function endOf(text: string, from: number, belongs: (character: string) => boolean): number {
  let end = from;
  while (end < text.length && belongs(text.charAt(end))) end++;
  return end;
}

/** The end of the phrase that begins at `start`; an unclosed one ends before a line break or a parenthesis. */
function phraseEnd(text: string, start: number): number {
  let parenthesis = 0;
  for (let end = start + 1; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === '\\') end++;
    else if (isQuote(character)) return end + 1;
    else if (isLineBreak(character)) return parenthesis > 0 ? parenthesis : end;
    else if (parenthesis === 0 && (character === '(' || character === ')')) parenthesis = end;
  }
  return parenthesis > 0 ? parenthesis : text.length;
}

/** A bracket that belongs to no operator, with its text: `[tiab]`. */
function bracketEnd(text: string, start: number): number {
  if (text.charAt(start) === ']') return start + 1;
  const close = /^\[[^[\]()"\r\n]{0,80}\]/.exec(text.slice(start, start + 82));
  return start + (close?.[0].length ?? 1);
}

function wordOrOperator(text: string, start: number): Cut {
  const head = /^[A-Za-z]{3,9}/.exec(text.slice(start, start + 10))?.[0] ?? '';
  const kind = BRACKETED[head.toUpperCase()];
  if (kind !== undefined) {
    const end = operatorEnd(text, start + head.length);
    if (end > 0) return { kind, end };
  }
  let end = start;
  for (; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === '\\' && end + 1 < text.length && !isSpace(text.charAt(end + 1))) end++;
    else if (isSpace(character) || /[()[\]]/.test(character) || isQuote(character) || CONTROL.test(character))
      break;
  }
  if (end === start) end++;
  const word = text.slice(start, Math.min(end, start + 8));
  if (OPERATORS.has(word)) return { kind: 'operator', end };
  return { kind: word === 'MISSING' || word === 'ALL' ? 'source' : 'word', end };
}

/** The end of the brackets behind an operator's name, a space before them allowed; 0 when none stand there. */
function operatorEnd(text: string, from: number): number {
  const open = endOf(text, from, (character) => character === ' ');
  if (text.charAt(open) !== '[' || open - from > 3) return 0;
  const limit = Math.min(text.length, open + LONGEST_PARAMETER);
  for (let at = open + 1; at < limit; at++) {
    const character = text.charAt(at);
    if (character === ']') return at + 1;
    if (character === '[' || character === '(' || character === ')' || isLineBreak(character)) break;
  }
  // Never closed: the name alone belongs to it.
  return endOf(text, open + 1, (character) => /[A-Za-z]/.test(character));
}
