import { classAt, CLASSES, isLineBreak, QUOTE, SPACE } from './characterClasses.ts';
import { knownTagAt } from './knownTags.ts';

/** A phrase whose text ends like this swallowed an operator: its closing quote was forgotten. */
const SWALLOWED_OPERATOR = /\s(?:AND|OR|NOT)[\s(]+$/;
const STRAIGHT_QUOTE = 34;
const OPEN_PARENTHESIS = 40;
const BRACKET = 91;
const LOW_QUOTE = 0x201e;
/** What closes a low quote, and opens phrases elsewhere. */
const HIGH_QUOTE = 0x201c;

/**
 * The end of the phrase that a quote at `start` opens. One that is not closed ends where a reader would end it: at a line break,
 * operator, comment, known tag or parenthesis, white space before that not counted.
 */
export function phraseEnd(text: string, start: number): number {
  const isLow = text.charCodeAt(start) === LOW_QUOTE;
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    // Neither a quote nor a bracket nor a line break.
    if (code < 128 && code > 13 && code !== STRAIGHT_QUOTE && code !== BRACKET) continue;
    if (isLineBreak(code) && !closesOnNextLine(text, end)) break;
    if (code === BRACKET && knownTagAt(text, end) !== undefined) break;
    if (CLASSES[code] !== QUOTE) continue;
    if (!(isLow && code === HIGH_QUOTE) && opens(text, end)) break;
    const before = text.charCodeAt(end - 1);
    if (
      (before <= OPEN_PARENTHESIS || before > 127) &&
      SWALLOWED_OPERATOR.test(text.slice(Math.max(start + 1, end - 40), end))
    )
      break;
    return end + 1;
  }
  return unclosedEnd(text, start, end);
}

/** A quote between white space and a word opens a phrase, so the one before it was never closed. */
function opens(text: string, at: number): boolean {
  if (text.charCodeAt(at - 1) !== OPEN_PARENTHESIS && classAt(text, at - 1) !== SPACE) return false;
  return !/^(?:$|[\s)\]["“”]|(?:and|or|not)\b)/i.test(text.slice(at + 1, at + 6));
}

/** A phrase may be wrapped onto the next line when a quote there clearly closes it. */
function closesOnNextLine(text: string, lineBreak: number): boolean {
  const lineStart = lineBreak + (text.startsWith('\r\n', lineBreak) ? 2 : 1);
  const limit = Math.min(text.length, lineStart + 200);
  for (let at = lineStart; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === BRACKET || isLineBreak(code)) return false;
    if (CLASSES[code] !== QUOTE) continue;
    const before = text.charCodeAt(at - 1);
    const after = text.charAt(at + 1);
    return (
      at > lineStart &&
      before !== OPEN_PARENTHESIS &&
      CLASSES[before] !== SPACE &&
      (after === '' || after === ')' || after === '[' || classAt(after, 0) === SPACE)
    );
  }
  return false;
}

function unclosedEnd(text: string, start: number, limit: number): number {
  const content = text.slice(start + 1, limit);
  // One white space only, the rest is taken off below: `\s+` would take quadratic time over a long run.
  const operator = /\s(?:AND|OR|NOT)(?=[\s()]|$)/.exec(content);
  const comment = /\s\/\//.exec(content);
  let end = Math.min(operator?.index ?? content.length, comment?.index ?? content.length);
  const parenthesis = unmatchedParenthesis(content.slice(0, end));
  if (parenthesis >= 0) end = parenthesis;
  while (end > 0 && classAt(content, end - 1) === SPACE) end--;
  return start + 1 + end;
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
