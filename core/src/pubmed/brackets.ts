import { isLineBreak } from './characterClasses.ts';
import { findField, LONGEST_TAG } from './fieldTable.ts';

// What the square bracket at `start` of a text begins: a field tag, closed or not, or a part of a name.

const OPERATOR = /^(?:and|or|not)$/i;
const ISOTOPE = /^(?:\d{1,3}m?\s?-?[A-Za-z]{1,2}|[A-Za-z]{1,2}-?\d{1,3}m?)$/;

/** The end of a tag at `start` that is not closed or whose field PubMed does not know; 0 when the bracket is no tag. */
export function doubtfulTagEnd(text: string, start: number): number {
  const close = bracketEnd(text, start);
  const content = close > 0 ? text.slice(start + 1, close) : '';
  if (close > 0 && !/[()"“”]|\s(?:AND|OR|NOT)\s/.test(content))
    return wordBracketEnd(text, start) > 0 ? 0 : close + 1;
  return unclosedTagEnd(text, start);
}

/** `[TIAB:~1)` and `[mh OR x`: a known field behind a bracket that nothing closes. */
function unclosedTagEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + 1 + LONGEST_TAG);
  const head = /^[^\s()[\]"“”&|]*/.exec(text.slice(start + 1, limit))?.[0] ?? '';
  return findField(head) === undefined ? 0 : start + 1 + head.length;
}

/** The end of a bracket that belongs to a name: isotopes (`[11C]PIB`), chemistry (`benzo[a]pyrene`); 0 otherwise. */
export function wordBracketEnd(text: string, start: number): number {
  const close = bracketEnd(text, start);
  if (close === 0) return 0;
  const content = text.slice(start + 1, close);
  if (findField(content) !== undefined || /[()"“”]/.test(content)) return 0;
  if (ISOTOPE.test(content)) return close + 1;
  const after = /^[\p{L}\p{N}-]+/u.exec(text.slice(close + 1, close + 20))?.[0] ?? '';
  return after !== '' && !OPERATOR.test(after) ? close + 1 : 0;
}

/** Where the `]` stands that closes the `[` at `start`; 0 when a line break, another `[` or too much text comes first. */
function bracketEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + LONGEST_TAG + 2);
  for (let at = start + 1; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 93) return at;
    if (code === 91 || isLineBreak(code)) return 0;
  }
  return 0;
}
