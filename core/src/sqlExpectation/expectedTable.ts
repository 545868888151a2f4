import type { RowCell } from '../metrics/index.ts';

/** A cell of a CSV file, which has no types: what it is, the column that it is held against decides. */
export interface CsvCell {
  readonly csv: string;
  readonly isQuoted: boolean;
}

/** Rows that somebody expects. Every row has `width` cells. */
export interface ExpectedTable {
  readonly width: number;
  /** Where they were written down. */
  readonly names?: readonly string[];
  /** Whether columns are found by their names, as in JSON objects, whose keys have no order. */
  readonly isNamed?: boolean;
  readonly rows: readonly (readonly (RowCell | CsvCell)[])[];
}

/** Why an expectation cannot be read or held against anything, in one or two sentences for people. */
export interface ExpectationProblem {
  readonly kind: 'problem';
  readonly message: string;
}

/** Most rows that are read; a result that is compared has fewer. */
export const mostExpectedRows = 100_000;

export function problem(message: string): ExpectationProblem {
  return { kind: 'problem', message };
}

export function tooMany(rows: number): ExpectationProblem {
  return problem(
    `${rows.toLocaleString('en-US')} rows are expected, and ${mostExpectedRows.toLocaleString('en-US')} are the most. Expect fewer, or name a trusted query.`,
  );
}
