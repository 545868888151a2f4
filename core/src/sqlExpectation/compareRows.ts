import { matchRows } from '../metrics/index.ts';
import type { RowCell } from '../metrics/index.ts';
import { differenceOf } from './difference.ts';
import type { ExpectedTable } from './expectedTable.ts';
import { typedRows } from './typedCells.ts';
import { uniqueNames } from './uniqueNames.ts';

/** What a statement gave: all of its rows. */
export interface ResultRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly RowCell[])[];
}

export interface RowComparison {
  /** The same rows, as often as expected; in the same order where it counts. */
  readonly isMatch: boolean;
  /** Share of the expected rows that are there, and of the rows that were expected; 0 to 1. Order never counts. */
  readonly recall: number;
  readonly precision: number;
  readonly expectedRows: number;
  readonly isOrdered: boolean;
  /** What differs, or why a match says little; a sentence for people. */
  readonly difference?: string;
}

/**
 * Holds the rows of a statement against expected ones, as `matchRows` has it: multisets, whole numbers exactly, others within 1e-9, NULL
 * equal to NULL, a number never equal to a text, columns in their order and whatever their names. Only columns of JSON objects are found by name.
 * @param isFromQuery whether a trusted query gave the expected rows
 */
export function compareRows(
  result: ResultRows,
  expected: ExpectedTable,
  isOrdered: boolean,
  isFromQuery: boolean,
): RowComparison {
  const expectedRows = expected.rows.length;
  const common = { expectedRows, isOrdered };
  const columns = result.columns.length;
  // `[]` has no columns to compare.
  if (expected.width === 0)
    return result.rows.length === 0
      ? { ...common, isMatch: true, recall: 1, precision: 1 }
      : { ...common, ...none, difference: `It gives ${rowsIn(result.rows.length)}; none are expected.` };
  const arranged = expected.isNamed === true ? byName(expected, result.columns) : expected;
  if (arranged === undefined || arranged.width !== columns)
    return { ...common, ...none, difference: otherColumns(result, expected) };
  const rows = typedRows(arranged, result.rows);
  const match = matchRows({ columns, rows: result.rows }, { columns, rows }, isOrdered);
  const shares = { isMatch: match.isEqual, recall: match.recall, precision: match.precision };
  if (!match.isEqual) {
    const names = arranged.names ?? [];
    return { ...common, ...shares, difference: differenceOf(result, { columns: names, rows }, shares) };
  }
  return isFromQuery && expectedRows === 0
    ? { ...common, ...shares, difference: 'Both give no rows, as any condition does that is never true.' }
    : { ...common, ...shares };
}

const none = { isMatch: false, recall: 0, precision: 0 };

/** The expected rows with their columns as the result has them; undefined where the names are others, or not each there once. */
function byName(expected: ExpectedTable, columns: readonly string[]): ExpectedTable | undefined {
  const names = (expected.names ?? []).map((name) => name.toLowerCase());
  const places = uniqueNames(columns).map((column) => names.indexOf(column.toLowerCase()));
  if (places.includes(-1) || new Set(places).size !== names.length) return undefined;
  return {
    width: columns.length,
    names: columns,
    rows: expected.rows.map((row) => places.map((place) => row[place] ?? null)),
  };
}

function otherColumns({ columns }: ResultRows, { width, names }: ExpectedTable): string {
  const given = `It gives ${columns.length === 1 ? 'one column' : `${columns.length} columns`} (${columns.join(', ')})`;
  return `${given}; ${width} ${width === 1 ? 'is' : 'are'} expected${names === undefined ? '' : ` (${names.join(', ')})`}.`;
}

function rowsIn(count: number): string {
  return count === 1 ? 'one row' : `${count.toLocaleString('en-US')} rows`;
}
