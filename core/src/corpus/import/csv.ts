import { CsvError, parse } from 'csv-parse/sync';
import type { CsvColumns } from './csvColumns.ts';
import { knownColumns, mapColumns } from './csvColumns.ts';
import { readCsvRow } from './csvRow.ts';
import { ImportError } from './item.ts';
import type { ImportItem } from './item.ts';
import type { Line } from './lines.ts';

/** Lines that are parsed at once; and how far a quoted text may reach before its quotation mark counts as never closed. */
const BATCH_LINES = 200;
const MAX_ROW_LINES = 2_000;
const MOST_HEAD_LINES = 50;
const MAX_BATCH_LENGTH = 4 * 1024 * 1024;

const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * Reads a table with a line of headings. csv-parse takes it apart, in batches of lines that end where the quotation marks are even: its
 * streaming interfaces are those of Node, or bring a copy of them along, and core has neither.
 */
export async function* readCsv(
  batches: AsyncIterable<readonly Line[]>,
  name: string,
  given: CsvColumns = {},
): AsyncGenerator<ImportItem> {
  const table = new Table(name, given);
  for await (const lines of batches) yield* table.push(lines);
  yield* table.end();
}

/** The cells of one line of a table; undefined where it is no whole row. */
export function splitRow(line: string, delimiter: string): readonly string[] | undefined {
  const { rows, fault } = parseRows([line], delimiter, true);
  return fault === undefined ? rows[0]?.cells : undefined;
}

/** The delimiter that makes the most known headings of a line, and of those with as many the one that cuts it most often. */
export function delimiterOf(line: string): string {
  const setting = /^sep=(.)$/.exec(line.trim())?.[1];
  if (setting !== undefined) return setting;
  const rated = DELIMITERS.map((delimiter) => {
    const cells = splitRow(line, delimiter) ?? [];
    return { delimiter, known: knownColumns(cells), cells: cells.length };
  });
  return rated.reduce((best, one) =>
    one.known > best.known || (one.known === best.known && one.cells > best.cells) ? one : best,
  ).delimiter;
}

class Table {
  readonly #name: string;
  readonly #given: CsvColumns;
  #delimiter: string | undefined;
  #headings: readonly string[] | undefined;
  #columns: ReturnType<typeof mapColumns> = {};
  /** The headings as far as they are read: one may go over several lines. */
  #head: string[] = [];
  /** Lines that are not parsed yet, their length, and whether within quotation marks at their end. */
  #lines: { readonly number: number; readonly text: string }[] = [];
  #length = 0;
  #isOdd = false;

  constructor(name: string, given: CsvColumns) {
    this.#name = name;
    this.#given = given;
  }

  *push(lines: readonly Line[]): Generator<ImportItem> {
    for (const line of lines) {
      if (line.problem !== undefined) {
        yield* this.#parse(true);
        yield { kind: 'rejected', line: line.number, reason: line.problem };
        continue;
      }
      if (this.#lines.length === 0 && line.text.trim() === '') continue;
      if (this.#headings === undefined) {
        this.#readHead(line.text);
        continue;
      }
      this.#lines.push({ number: line.number, text: line.text });
      this.#length += line.text.length;
      if (quotes(line.text) % 2 === 1) this.#isOdd = !this.#isOdd;
      if (this.#isFull() || (!this.#isOdd && this.#lines.length >= BATCH_LINES)) yield* this.#parse(false);
      // Still full without the rows that are whole: what is left is one row.
      if (this.#isFull()) yield* this.#parse(true);
    }
  }

  #isFull(): boolean {
    return this.#lines.length >= MAX_ROW_LINES || this.#length >= MAX_BATCH_LENGTH;
  }

  *end(): Generator<ImportItem> {
    if (this.#headings === undefined) throw this.#headFault();
    yield* this.#parse(true);
  }

  #readHead(line: string): void {
    const delimiter = (this.#delimiter ??= delimiterOf(line));
    if (/^sep=.$/.test(line.trim())) return;
    this.#head.push(line);
    const text = this.#head.join('\n');
    if (quotes(text) % 2 === 1 && this.#head.length < MOST_HEAD_LINES) return;
    const headings = splitRow(text, delimiter);
    if (headings === undefined || quotes(text) % 2 === 1) throw this.#headFault();
    this.#headings = headings;
    this.#columns = mapColumns(headings, this.#given, this.#name);
  }

  #headFault(): ImportError {
    return new ImportError(
      'columns',
      `${this.#name}: the headings of the columns, in its first line, cannot be told apart: a quotation mark is missing.`,
    );
  }

  /**
   * Parses the lines that are there. A row that is not closed stays until more lines come; where none do (`isLast`), its first line is
   * given up and the rest is read anew.
   */
  *#parse(isLast: boolean): Generator<ImportItem> {
    const delimiter = this.#delimiter ?? ',';
    let lines = this.#lines;
    while (lines.length > 0) {
      const { rows, fault, next } = parseRows(
        lines.map(({ text }) => text),
        delimiter,
        false,
      );
      for (const { cells, at } of rows) yield this.#item(cells, lines[at]?.number ?? 0);
      lines = lines.slice(next);
      const first = lines[0];
      if (fault === undefined || first === undefined) break;
      if (fault === 'open' && !isLast) break;
      // Quotation marks within a cell that has none around it are common; they are taken as they are where the line is whole with them.
      const lenient = splitRow(first.text, delimiter);
      yield lenient !== undefined && lenient.length === this.#headings?.length
        ? this.#item(lenient, first.number)
        : { kind: 'rejected', line: first.number, reason: faultReason(fault, lines.length) };
      lines = lines.slice(1);
    }
    this.#lines = lines;
    this.#length = lines.reduce((sum, { text }) => sum + text.length, 0);
    this.#isOdd = lines.reduce((sum, { text }) => sum + quotes(text), 0) % 2 === 1;
  }

  #item(cells: readonly string[], line: number): ImportItem {
    const expected = this.#headings?.length ?? 0;
    const isLonger = cells.slice(expected).some((cell) => cell.trim() !== '');
    if (cells.length < expected || isLonger) {
      const cell = cells.length === 1 ? 'cell' : 'cells';
      return {
        kind: 'rejected',
        line,
        reason: `has ${cells.length} ${cell} where the headings are ${expected}`,
      };
    }
    const record = readCsvRow(cells, this.#columns);
    return typeof record === 'string'
      ? { kind: 'rejected', line, reason: record }
      : { kind: 'record', line, record };
  }
}

type Fault = 'open' | 'quote';

function faultReason(fault: Fault, lines: number): string {
  return fault === 'open' && lines === 1
    ? 'begins a row that is cut off: its quotation mark is not closed'
    : 'has a quotation mark that is not closed, or one in the middle of a text (write "" for it)';
}

function quotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

interface Rows {
  /** Whole rows, each with the number of its first line within the batch. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly at: number }[];
  /** What kept the rest from being read, and the line at which the rest begins. */
  readonly fault: Fault | undefined;
  readonly next: number;
}

function parseRows(lines: readonly string[], delimiter: string, isLenient: boolean): Rows {
  const rows: { cells: readonly string[]; at: number }[] = [];
  let next = 0;
  const take = (cells: string[], { lines: upTo }: { lines: number }): null => {
    while (next < upTo - 1 && (lines[next] ?? '').trim() === '') next++;
    rows.push({ cells, at: next });
    next = upTo;
    return null;
  };
  try {
    parse(`${lines.join('\n')}\n`, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: isLenient,
      skip_empty_lines: true,
      on_record: take,
    });
    return { rows, fault: undefined, next: lines.length };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { rows, fault: error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'open' : 'quote', next };
  }
}
