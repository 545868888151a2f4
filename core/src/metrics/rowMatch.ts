/** A value in a row. Integers beyond 2^53 come as bigint. */
export type RowCell = string | number | bigint | Uint8Array | null;

/** Rows of a table; every row has `columns` cells. */
export interface Rows {
  readonly columns: number;
  readonly rows: readonly (readonly RowCell[])[];
}

export interface RowMatch {
  /** Whether the rows are the same, as often, and in the same order where it counts. */
  readonly isEqual: boolean;
  /** Share of the expected rows that are there, 0..1. Of none: 1 when they are equal, else 0. */
  readonly recall: number;
  /** Share of the rows that were expected, 0..1. Of none: 1 when they are equal, else 0. */
  readonly precision: number;
}

/** Numbers that are not whole are the same when they differ by at most this share of the larger one, or by at most `nothing`. */
const tolerance = 1e-9;
const nothing = 1e-12;
/** However large a number is: what is further from a whole number is not that number. */
const furthestFromWhole = 1e-6;

/**
 * Compares the rows that a statement gave with the expected ones, as **multisets**: a row that is there twice counts twice (as sets, a
 * statement that forgets its DISTINCT, or its join condition, would pass).
 *
 * Cells: null equals null; texts and blobs are equal when they are exactly so; whole numbers exactly, whatever their size; other numbers
 * within a share of 1e-9 of the larger one, since sums depend on the order of rows in their last bits (what lies so near to a whole number
 * is that number); a number never equals a text. `1` equals `1.0`.
 * Names of columns do not count. Their order does: a question asks for columns in an order, and a comparison under all permutations
 * finds equal what is not (two columns of small numbers).
 *
 * @param isOrdered whether the order of rows counts for `isEqual`. Shares never depend on it.
 */
export function matchRows(actual: Rows, expected: Rows, isOrdered: boolean): RowMatch {
  if (actual.columns !== expected.columns) return { isEqual: false, recall: 0, precision: 0 };
  const given = actual.rows.length;
  const wanted = expected.rows.length;
  const isSameInOrder =
    given === wanted && actual.rows.every((row, i) => sameRow(row, expected.rows[i] ?? []));
  if (isSameInOrder) return { isEqual: true, recall: 1, precision: 1 };
  const common = commonRows(actual.rows, expected.rows);
  return {
    isEqual: !isOrdered && given === wanted && common === wanted,
    recall: wanted === 0 ? 0 : common / wanted,
    precision: given === 0 ? 0 : common / given,
  };
}

type Row = readonly RowCell[];

/**
 * Size of the largest common multiset. Rows meet first by what is exact in them; within such a group, numbers that are not whole are
 * compared with tolerance. Each row takes the first free one that is the same, which is the largest matching whenever sameness is
 * transitive, as it is but for values that lie 1e-9 apart by chance.
 */
function commonRows(actual: readonly Row[], expected: readonly Row[]): number {
  const groups = new Map<string, Row[]>();
  for (const row of expected) {
    const key = exactKey(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  let common = 0;
  const inexact = new Map<string, Row[]>();
  for (const row of actual) {
    const key = exactKey(row);
    const group = groups.get(key);
    if (group === undefined) continue;
    if (row.some(isFraction)) {
      const rest = inexact.get(key);
      if (rest === undefined) inexact.set(key, [row]);
      else rest.push(row);
    } else if (group.pop() !== undefined) common++;
  }
  for (const [key, rows] of inexact) {
    const fractions = rows[0]?.flatMap((cell, column) => (isFraction(cell) ? [column] : [])) ?? [];
    common += commonFractions(rows, groups.get(key) ?? [], fractions);
  }
  return common;
}

/**
 * As `commonRows`, of rows that are the same but for their numbers that are not whole, which stand in `columns`. Column by column the rows are
 * sorted and parted wherever two neighbours differ, so that ten thousand rows are no square.
 */
function commonFractions(
  actual: readonly Row[],
  expected: readonly Row[],
  columns: readonly number[],
): number {
  const [column, ...rest] = columns;
  if (actual.length === 0 || expected.length === 0) return 0;
  if (column === undefined) return pairs(actual, expected);
  const at = (row: Row): number => Number(row[column]);
  const ordered = [...actual.map((row) => ({ row, isActual: true })), ...expected.map((row) => ({ row, isActual: false }))]; // prettier-ignore
  ordered.sort((a, b) => (at(a.row) < at(b.row) ? -1 : at(a.row) > at(b.row) ? 1 : 0));
  let common = 0;
  let part: { actual: Row[]; expected: Row[] } = { actual: [], expected: [] };
  ordered.forEach(({ row, isActual }, i) => {
    const before = ordered[i - 1]?.row;
    if (before !== undefined && !sameNumber(at(before), at(row))) {
      common += commonFractions(part.actual, part.expected, rest);
      part = { actual: [], expected: [] };
    }
    (isActual ? part.actual : part.expected).push(row);
  });
  return common + commonFractions(part.actual, part.expected, rest);
}

/** Pairs of rows that are the same: each row takes the first free one. Nearly all of them are, so few are looked at. */
function pairs(actual: readonly Row[], expected: readonly Row[]): number {
  const isTaken = new Uint8Array(expected.length);
  let common = 0;
  let start = 0;
  for (const row of actual) {
    while (isTaken[start] === 1) start++;
    for (let i = start; i < expected.length; i++) {
      if (isTaken[i] === 1 || !sameRow(row, expected[i] ?? [])) continue;
      isTaken[i] = 1;
      common++;
      break;
    }
  }
  return common;
}

/** What has to be exactly the same in two rows: all but the numbers that are not whole. */
export function exactKey(row: Row): string {
  return row.map(cellKey).join('\u0000');
}

function cellKey(cell: RowCell): string {
  if (cell === null) return '-';
  if (typeof cell === 'string') return `t${cell.length}:${cell}`;
  if (typeof cell === 'bigint') return `n${cell}`;
  if (typeof cell === 'number') return isFraction(cell) ? 'f' : wholeKey(Math.round(cell));
  return `b${bytesAsText.decode(cell)}`;
}

/** One character a byte, each another. */
const bytesAsText = new TextDecoder('latin1');

/** Large ones are written as bigints are, not with an exponent. */
function wholeKey(whole: number): string {
  return Number.isSafeInteger(whole) ? `n${whole}` : `n${BigInt(whole)}`;
}

function isFraction(cell: RowCell): cell is number {
  if (typeof cell !== 'number' || Number.isInteger(cell)) return false;
  const distance = Math.abs(cell - Math.round(cell));
  return !(distance <= Math.min(furthestFromWhole, Math.max(nothing, tolerance * Math.abs(cell))));
}

/** Whether two rows are the same, as {@link matchRows} compares their cells. */
export function sameRow(a: Row, b: Row): boolean {
  return a.length === b.length && a.every((cell, i) => sameCell(cell, b[i] ?? null));
}

function sameCell(a: RowCell, b: RowCell): boolean {
  if (a === b) return true;
  if (isFraction(a) && isFraction(b)) return sameNumber(a, b);
  return cellKey(a) === cellKey(b);
}

function sameNumber(a: number, b: number): boolean {
  const distance = Math.abs(a - b);
  if (!Number.isFinite(distance)) return a === b;
  return distance <= nothing || distance <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}
