import { uniqueNames } from '@querent/core/sqlExpectation';
import type { SqlCell } from '@querent/core/sqlSchema';

export type RowsFormat = 'csv' | 'json';

/** How rows of a statement are written, whatever is in them: what is read again is the same. */
export interface RowText {
  /** What stands before the first row, and behind the last. */
  head(columns: readonly string[]): string;
  tail(rows: number): string;
  /** @param index of the row among all, from 0 */
  row(cells: readonly SqlCell[], index: number): string;
}

export function rowText(format: RowsFormat): RowText {
  return format === 'csv' ? new CsvText() : new JsonText();
}

/**
 * CSV (RFC 4180), with a mark by which Excel knows UTF-8. NULL is nothing at all, an empty text `""`, a blob `X'00FF'`; a text that looks like
 * one of them, or like a number, stands in quotation marks.
 */
class CsvText implements RowText {
  head(columns: readonly string[]): string {
    return `\ufeff${csvLine(columns.map(quotedWhereNeeded))}`;
  }

  tail(): string {
    return '';
  }

  row(cells: readonly SqlCell[]): string {
    return csvLine(cells.map(csvCell));
  }
}

function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function csvCell(cell: SqlCell): string {
  if (cell === null) return '';
  if (cell instanceof Uint8Array) return `X'${digitsOf(cell)}'`;
  if (typeof cell !== 'string') return numberText(cell);
  return cell === '' || looksOtherwise.test(cell) ? quoted(cell) : quotedWhereNeeded(cell);
}

const looksOtherwise = /^[+-]?(?:\.?\d|Infinity$)|^x'/iu;

function quotedWhereNeeded(text: string): string {
  return /[",;\r\n]|^\s|\s$/u.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** JSON, an object a row by name of column, a row a line. A blob is `{"blob": "00FF"}`; whole numbers are exact, whatever their size. */
class JsonText implements RowText {
  #names: readonly string[] = [];

  head(columns: readonly string[]): string {
    this.#names = uniqueNames(columns).map((name) => JSON.stringify(name));
    return '[';
  }

  tail(rows: number): string {
    return rows === 0 ? ']\n' : '\n]\n';
  }

  row(cells: readonly SqlCell[], index: number): string {
    const members = this.#names.map((name, i) => `${name}: ${jsonCell(cells[i] ?? null)}`);
    return `${index === 0 ? '' : ','}\n{${members.join(', ')}}`;
  }
}

function jsonCell(cell: SqlCell): string {
  if (cell instanceof Uint8Array) return `{"blob": "${digitsOf(cell)}"}`;
  if (typeof cell !== 'number' && typeof cell !== 'bigint') return JSON.stringify(cell);
  // JSON has no infinity, but numbers that nothing else can be read for.
  return cell === Infinity ? '9e999' : cell === -Infinity ? '-9e999' : numberText(cell);
}

/** All digits of a whole number, where JavaScript writes as many as tell it from other doubles, and then zeros. */
function numberText(value: number | bigint): string {
  const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong && Math.abs(value) < 1e21 ? String(BigInt(value)) : String(value);
}

function digitsOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
