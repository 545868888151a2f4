import type { SqlCell } from '@querent/core/sqlSchema';
import { uniqueNames } from '@querent/core/sqlExpectation';
import { formatCount } from '@querent/core/text';
import type { RowsFormat } from './rowText.ts';

/** What a person should know of the rows in a file, since other programs may read them otherwise. */
export class RowNotes {
  readonly #format: RowsFormat;
  #long = 0;
  #blobs = 0;
  #infinite = 0;
  #formulas = 0;
  #nulls = 0;
  #empty = 0;

  constructor(format: RowsFormat) {
    this.#format = format;
  }

  add(row: readonly SqlCell[]): void {
    for (const cell of row)
      if (cell === null) this.#nulls++;
      else if (typeof cell === 'bigint') this.#long++;
      else if (typeof cell === 'number') this.#infinite += Number(!Number.isFinite(cell));
      else if (typeof cell !== 'string') this.#blobs++;
      else if (cell === '') this.#empty++;
      else if (/^[=+@-]/u.test(cell)) this.#formulas++;
  }

  /** A sentence each. */
  notes(columns: readonly string[]): readonly string[] {
    const isCsv = this.#format === 'csv';
    const renamed = uniqueNames(columns).filter((name, i) => name !== columns[i]);
    return [
      ...told(!isCsv && renamed.length > 0, `Columns of the same name were numbered, since keys are unique: ${renamed.join(', ')}.`),
      ...told(this.#long > 0, `${counted(this.#long, 'whole number')} beyond 2^53: exact in the file, but rounded by spreadsheets and programs that read numbers as doubles.`),
      ...told(this.#blobs > 0, `${counted(this.#blobs, 'blob')} in hexadecimal digits, as ${isCsv ? "X'00FF'" : '{"blob": "00FF"}'}.`),
      ...told(this.#infinite > 0 && !isCsv, `${counted(this.#infinite, 'infinite number')} written as 9e999, which is read as infinite.`),
      ...told(isCsv && this.#nulls > 0 && this.#empty > 0, 'NULL is nothing between the commas, an empty text is "": many programs take both for the same.'),
      ...told(isCsv && this.#formulas > 0, `${counted(this.#formulas, 'text')} beginning with =, +, - or @, which spreadsheets take for formulas: import the columns as text.`),
    ];
  } // prettier-ignore
}

function told(isTrue: boolean, note: string): readonly string[] {
  return isTrue ? [note] : [];
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
