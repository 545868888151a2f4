import type { WirePosition, WireTextEdit } from '@querent/server/protocol';

/** A replacement of the UTF-16 units from `start` to before `end`. */
export interface OffsetEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Edits that speak of lines and characters of `text`, in offsets and in the order of the text. Places beyond the text count as its end. */
export function offsetEdits(text: string, edits: readonly WireTextEdit[]): OffsetEdit[] {
  const starts = lineStarts(text);
  const offset = ({ line, character }: WirePosition): number => {
    const start = starts[line];
    if (start === undefined) return text.length;
    return Math.min(start + character, starts[line + 1] ?? text.length);
  };
  return edits
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

/** `text` after edits that do not overlap. */
export function applied(text: string, edits: readonly OffsetEdit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: lineEnd } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + lineEnd.length);
  return starts;
}
