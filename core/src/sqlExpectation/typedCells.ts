import type { RowCell } from '../metrics/index.ts';
import type { CsvCell, ExpectedTable } from './expectedTable.ts';
import { bytesOf } from './jsonRows.ts';

/** Rows of the result, for their types. */
type Rows = readonly (readonly RowCell[])[];

/** What is in one column of a result. */
interface ColumnContent {
  hasText: boolean;
  hasEmptyText: boolean;
  hasNumber: boolean;
  hasNull: boolean;
  hasBlob: boolean;
}

const written = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Infinity$/u;

/**
 * Gives cells of CSV types: those that the column of the result has. In a column of texts all are texts (`007`), in one of numbers what is
 * written as a number is one; in a column of both, what is in quotation marks is a text. Nothing at all is NULL, in a column without NULL but
 * with empty texts an empty text; `X'00FF'` is a blob in a column with blobs.
 */
export function typedRows({ rows, width }: ExpectedTable, result: Rows): Rows {
  const contents = Array.from({ length: width }, (_, column) => contentOf(result, column));
  return rows.map((row) =>
    row.map((cell, column) => {
      const content = contents[column];
      return isCsv(cell) ? (content === undefined ? cell.csv : typed(cell, content)) : cell;
    }),
  );
}

function contentOf(rows: Rows, column: number): ColumnContent {
  const content = { hasText: false, hasEmptyText: false, hasNumber: false, hasNull: false, hasBlob: false };
  for (const row of rows) {
    const cell = row[column];
    if (cell === '') content.hasEmptyText = true;
    if (typeof cell === 'string') content.hasText = true;
    else if (typeof cell === 'number' || typeof cell === 'bigint') content.hasNumber = true;
    else if (cell instanceof Uint8Array) content.hasBlob = true;
    else content.hasNull = true;
  }
  return content;
}

function typed({ csv, isQuoted }: CsvCell, content: ColumnContent): RowCell {
  const isText = content.hasText && (isQuoted || !content.hasNumber);
  if (csv === '')
    return isQuoted ? (isText ? '' : null) : content.hasEmptyText && !content.hasNull ? '' : null;
  if (content.hasBlob && !isQuoted) {
    const blob = /^X'(?<digits>.*)'$/iu.exec(csv)?.groups?.['digits'];
    const bytes = blob === undefined ? undefined : bytesOf(blob);
    if (bytes !== undefined) return bytes;
  }
  return isText || !written.test(csv) ? csv : numberOf(csv);
}

/** Whole numbers are exact, whatever their size. */
function numberOf(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) || !/^[+-]?\d+$/u.test(text) ? value : BigInt(text.replace(/^\+/u, ''));
}

function isCsv(cell: RowCell | CsvCell): cell is CsvCell {
  return typeof cell === 'object' && cell !== null && 'csv' in cell;
}
