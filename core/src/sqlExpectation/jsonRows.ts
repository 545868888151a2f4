import type { RowCell } from '../metrics/index.ts';
import type { ExpectationProblem, ExpectedTable } from './expectedTable.ts';
import { mostExpectedRows, problem, tooMany } from './expectedTable.ts';

const way = 'Write rows as [["a", 1], ["b", null]], or as objects by column, [{"name": "a", "n": 1}].';

/**
 * Rows of a JSON text: arrays of cells, objects by name of column, or a single value for one row of one column. Whole numbers are exact, whatever
 * their size; `true` and `false` are 1 and 0, as SQLite has them; `{"blob": "00FF"}` is a blob in hexadecimal digits.
 */
export function rowsOfJson(text: string): ExpectedTable | ExpectationProblem {
  let value: unknown;
  try {
    value = JSON.parse(exactNumbers(text));
  } catch (error) {
    return problem(`The JSON cannot be read: ${(error as Error).message}. ${way}`);
  }
  if (!Array.isArray(value)) {
    const cell = cellOf(value);
    return cell === undefined ? problem(`This JSON holds no rows. ${way}`) : { width: 1, rows: [[cell]] };
  }
  const rows: readonly unknown[] = value;
  if (rows.length > mostExpectedRows) return tooMany(rows.length);
  const [first] = rows;
  // No rows have no columns either: whatever the result's are.
  if (first === undefined) return { width: 0, rows: [] };
  return Array.isArray(first) ? arrays(rows, first.length) : objects(rows, first);
}

function arrays(rows: readonly unknown[], width: number): ExpectedTable | ExpectationProblem {
  const read: RowCell[][] = [];
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row) || row.length !== width)
      return problem(`Row ${i + 1} of the JSON is not an array of ${width} cells, as the first is. ${way}`);
    const cells = cellsOf(row);
    if ('kind' in cells) return problem(`Row ${i + 1} of the JSON: ${cells.message}`);
    read.push(cells);
  }
  return { width, rows: read };
}

function objects(rows: readonly unknown[], first: unknown): ExpectedTable | ExpectationProblem {
  if (!isObject(first)) return problem(`This JSON holds no rows, but ${kindOf(first)}. ${way}`);
  const names = Object.keys(first);
  const read: RowCell[][] = [];
  for (const [i, row] of rows.entries()) {
    if (!isObject(row) || Object.keys(row).length !== names.length || !names.every((name) => name in row))
      return problem(`Row ${i + 1} of the JSON does not have the keys of the first: ${names.join(', ')}.`);
    const cells = cellsOf(names.map((name) => row[name]));
    if ('kind' in cells) return problem(`Row ${i + 1} of the JSON: ${cells.message}`);
    read.push(cells);
  }
  return { width: names.length, names, isNamed: true, rows: read };
}

function cellsOf(values: readonly unknown[]): RowCell[] | ExpectationProblem {
  const cells: RowCell[] = [];
  for (const value of values) {
    const cell = cellOf(value);
    if (cell === undefined)
      return problem(`a cell is ${kindOf(value)}. Cells are texts, numbers, null, or {"blob": "00FF"}.`);
    cells.push(cell);
  }
  return cells;
}

/** Undefined for what is no cell. */
function cellOf(value: unknown): RowCell | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (!isObject(value)) return undefined;
  const { [marker]: integer, blob } = value;
  if (typeof integer === 'string') return BigInt(integer);
  return typeof blob === 'string' && Object.keys(value).length === 1 ? bytesOf(blob) : undefined;
}

/** Bytes of hexadecimal digits; undefined for what is none. */
export function bytesOf(digits: string): Uint8Array | undefined {
  if (!/^(?:[\da-f]{2})*$/iu.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A key that no file has by chance. */
const marker = '$integer beyond 2^53';
/** Texts are taken whole, so that digits in them are none. */
const textOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gu;

/** The same JSON with whole numbers that a double does not hold as objects: `JSON.parse` would round them. */
function exactNumbers(text: string): string {
  return text.replace(textOrNumber, (piece) =>
    /^-?\d{16,}$/u.test(piece) && !Number.isSafeInteger(Number(piece)) ? `{"${marker}":"${piece}"}` : piece,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return isObject(value) ? 'an object' : `${JSON.stringify(value)}`;
}
