import type { Range } from './range.ts';

/** Replaces `range` of a text by `newText`; an empty range inserts. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/**
 * Applies edits that all speak of the original text, in any order.
 * @throws RangeError when two edits overlap or one lies outside the text: both are bugs of the caller.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let result = '';
  let done = 0;
  for (const { range, newText } of sorted) {
    if (range.start < done || range.end < range.start || range.end > text.length)
      throw new RangeError(`Edit ${range.start}-${range.end} overlaps another or lies outside the text.`);
    result += text.slice(done, range.start) + newText;
    done = range.end;
  }
  return result + text.slice(done);
}
