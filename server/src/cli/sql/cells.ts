import type { SqlCell } from '@querent/core/sqlSchema';

/** Characters of a value in a table; the rest is cut, and the cut shown. */
const widest = 60;
/** Bytes of a BLOB that a table shows. */
const shownBytes = 8;

/**
 * Rows as a table for people: numbers to the right, NULL as a word, long texts cut with `…`. One row a line, whatever a value holds.
 * @returns lines: names of the columns, a rule, the rows
 */
export function tableLines(columns: readonly string[], rows: readonly (readonly SqlCell[])[]): string[] {
  const texts = rows.map((row) => row.map(cellText));
  const heads = columns.map((column) => cut(onOneLine(column)));
  const widths = heads.map((head, i) => Math.max(width(head), ...texts.map((row) => width(row[i] ?? ''))));
  const isNumeric = heads.map((_, i) => rows.some((row) => isNumber(row[i])) && rows.every((row) => isNumber(row[i]) || row[i] === null)); // prettier-ignore
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const space = ' '.repeat(Math.max(0, (widths[i] ?? 0) - width(cell)));
        return isNumeric[i] === true ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(heads), widths.map((each) => '-'.repeat(each)).join('  '), ...texts.map(line)];
}

/**
 * A value in JSON, exactly: integers with all their digits, infinities as `1e999`, which parsers read as such, BLOBs as `{"blob": "00FF"}`, as `-- expect:` reads them.
 * @see docs/guide/sql.md
 */
export function cellJson(cell: SqlCell): string {
  if (typeof cell === 'bigint') return cell.toString();
  if (typeof cell === 'number' && !Number.isFinite(cell)) return cell > 0 ? '1e999' : '-1e999';
  if (cell instanceof Uint8Array) return `{"blob":"${Buffer.from(cell).toString('hex').toUpperCase()}"}`;
  return JSON.stringify(cell);
}

function cellText(cell: SqlCell): string {
  if (cell === null) return 'NULL';
  if (cell instanceof Uint8Array) {
    const start = Buffer.from(cell.subarray(0, shownBytes)).toString('hex');
    return `x'${start}${cell.length > shownBytes ? '…' : ''}' (${cell.length} bytes)`;
  }
  return cut(onOneLine(String(cell)));
}

function onOneLine(text: string): string {
  return text.replace(/\s+/gu, ' ');
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length > widest ? `${characters.slice(0, widest - 1).join('')}…` : text;
}

function width(text: string): number {
  return [...text].length;
}

function isNumber(cell: SqlCell | undefined): boolean {
  return typeof cell === 'number' || typeof cell === 'bigint';
}
