import type { Range } from '../text/index.ts';

/** A cell of a table as text: where it stands without its quotes. */
export interface Cell extends Range {
  /** A quote within the cell is written twice. */
  readonly isEscaped: boolean;
}

/** The rows of a CSV or tab-separated text (RFC 4180), as ranges of `text`. Linear; a quote that is never closed runs to the end. */
export function cellsOf(text: string, range: Range, separator: string): Cell[][] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let at = range.start;
  while (at <= range.end) {
    const cell = cellAt(text, at, range.end, separator);
    row.push(cell);
    at = cell.next;
    if (at < range.end && text.startsWith(separator, at)) {
      at++;
      continue;
    }
    rows.push(row);
    row = [];
    while (at < range.end && isLineBreak(text.charCodeAt(at))) at++;
    if (at >= range.end) break;
  }
  return rows;
}

const isLineBreak = (code: number): boolean => code === 10 || code === 13;

function cellAt(
  text: string,
  start: number,
  limit: number,
  separator: string,
): Cell & { readonly next: number } {
  const quoted = separator === ',' && text.charAt(start) === '"' ? quotedCell(text, start, limit) : undefined;
  if (quoted !== undefined) return quoted;
  let end = start;
  while (end < limit && !text.startsWith(separator, end) && !isLineBreak(text.charCodeAt(end))) end++;
  return { start, end, isEscaped: false, next: end };
}

function quotedCell(text: string, start: number, limit: number): Cell & { readonly next: number } {
  let isEscaped = false;
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && end < limit && text.charAt(end + 1) === '"') {
    isEscaped = true;
    end = text.indexOf('"', end + 2);
  }
  if (end < 0 || end > limit) end = limit;
  let next = Math.min(limit, end + 1);
  // What stands behind the closing quote belongs to no cell.
  while (next < limit && text.charAt(next) !== ',' && !isLineBreak(text.charCodeAt(next))) next++;
  return { start: start + 1, end: Math.max(start + 1, end), isEscaped, next };
}
