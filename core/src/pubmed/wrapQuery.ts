import type { FormatOptions } from './formatQuery.ts';
import { scanQuery } from './scanner.ts';
import type { Token } from './tree.ts';

/** Columns by which lines are indented further for every pair of parentheses around them. */
const STEP = 2;
/** Parentheses beyond this depth indent no further. */
const MAXIMUM_STEPS = 8;
const DEFAULT_INDENT = 2;

/** A place where a line may end: white space behind an operator. */
interface Opportunity {
  /** Where the line ends, behind the operator. */
  readonly end: number;
  /** Where the next one goes on. */
  readonly next: number;
  /** Parentheses around it. */
  readonly depth: number;
}

/**
 * Breaks lines that are longer than `lineWidth` behind operators: behind the last of the outermost ones that fit. Lines that are
 * short enough, and terms, stay as they are; a comment behind a line does not count towards its width. Linear in the text.
 */
export function wrapQuery(text: string, options: FormatOptions): string {
  const width = options.lineWidth ?? 0;
  if (!(width > 0)) return text;
  const tokens = scanQuery(text);
  const opportunities = opportunitiesIn(tokens, text);
  const parts: string[] = [];
  let from = 0;
  let next = 0;
  for (const { end, contentEnd } of physicalLines(text, tokens)) {
    let column = from === 0 ? (options.column ?? 0) : 0;
    while (column + contentEnd - from > width) {
      const limit = from + width - column;
      let best: Opportunity | undefined;
      let after = next;
      for (; next < opportunities.length; next++) {
        const one = opportunities[next];
        if (one === undefined || one.next >= contentEnd || (one.end > limit && best !== undefined)) break;
        if (one.end <= from) continue;
        if (best === undefined || one.depth <= best.depth) {
          best = one;
          after = next + 1;
        }
        if (one.end > limit) break;
      }
      if (best === undefined) break;
      // Opportunities behind the chosen one are looked at again, for the next line.
      next = after;
      const indent = (options.indent ?? DEFAULT_INDENT) + STEP * Math.min(best.depth, MAXIMUM_STEPS);
      parts.push(text.slice(from, best.end), options.lineBreak ?? '\n', ' '.repeat(indent));
      from = best.next;
      column = indent;
    }
    parts.push(text.slice(from, end));
    from = end;
  }
  return parts.join('');
}

function opportunitiesIn(tokens: readonly Token[], text: string): Opportunity[] {
  const found: Opportunity[] = [];
  let depth = 0;
  tokens.forEach((token, index) => {
    if (token.kind === 'open') depth++;
    else if (token.kind === 'close') depth = Math.max(0, depth - 1);
    const space = tokens[index + 1];
    if (token.kind !== 'operator' || space?.kind !== 'space') return;
    const isBreak = /[\r\n]/.test(text.slice(space.start, space.end));
    if (!isBreak && tokens[index + 2]?.kind !== 'comment')
      found.push({ end: space.start, next: space.end, depth });
  });
  return found;
}

/** Ends of the physical lines, line breaks included, and where their text ends before a comment. Breaks in phrases count too. */
function physicalLines(text: string, tokens: readonly Token[]): { end: number; contentEnd: number }[] {
  const comments = tokens.filter(({ kind }) => kind === 'comment');
  const lines: { end: number; contentEnd: number }[] = [];
  let comment = 0;
  for (const { index, 0: line } of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    if (line === '') continue;
    const end = index + line.length;
    while ((comments[comment]?.end ?? end) <= index) comment++;
    const start = comments[comment]?.start ?? end;
    const content = start < end ? text.slice(index, start) : line;
    lines.push({ end, contentEnd: index + content.trimEnd().length });
  }
  return lines;
}
