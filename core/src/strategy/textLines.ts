import type { Comment } from './document.ts';
import { scanQuery } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';

/** One physical line of the text with what label detection needs to know about it. Its line break is not part of it. */
export interface TextLine extends Range {
  /** The comment that ends the line, if any. */
  readonly comment: Range | undefined;
  /** What stands in front of the comment, without white space around it; empty (start = end) where there is nothing. */
  readonly content: Range;
  /** Parentheses opened minus parentheses closed; a rough measure, those in phrases and comments count too. */
  readonly depth: number;
}

/** White space as strategies contain it, the byte order mark and the no-break space included. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff || code === 0x3000;
}

/** `range` of `text` without white space at its ends; an empty range stays where it starts. */
export function trimRange(text: string, { start, end }: Range): Range {
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  return { start, end };
}

/** Splits `text` from `from` on into physical lines and finds the comments, by the scanner's own rules. */
export function textLines(text: string, from: number): TextLine[] {
  const lines: TextLine[] = [];
  let start = from;
  while (start <= text.length) {
    let end = start;
    let depth = 0;
    let slashes = false;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === 10 || code === 13) break;
      if (code === 40) depth++;
      else if (code === 41) depth--;
      else if (code === 47 && text.charCodeAt(end + 1) === 47) slashes = true;
    }
    const comment = slashes ? commentIn(text, start, end) : undefined;
    const content = trimRange(text, { start, end: comment?.start ?? end });
    lines.push({ start, end, comment, content, depth });
    if (end >= text.length) break;
    start = end + (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? 2 : 1);
  }
  return lines;
}

function commentIn(text: string, start: number, end: number): Range | undefined {
  const token = scanQuery(text.slice(start, end), start).find(({ kind }) => kind === 'comment');
  return token && { start: token.start, end: token.end };
}

/** The comments of `lines`, in order. */
export function commentsOf(text: string, lines: readonly TextLine[]): Comment[] {
  return lines.flatMap(({ comment }) =>
    comment ? [{ range: comment, text: text.slice(comment.start, comment.end) }] : [],
  );
}
