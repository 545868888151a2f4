import { CsvError, parse } from 'csv-parse/sync';
import type { CsvCell, ExpectationProblem, ExpectedTable } from './expectedTable.ts';
import { mostExpectedRows, problem, tooMany } from './expectedTable.ts';

/**
 * Rows of a CSV text (RFC 4180), whose first line names the columns. Cells stay as they are written: see {@link CsvCell}.
 * A mark of byte order is skipped; what is quoted may hold line breaks.
 */
export function rowsOfCsv(text: string): ExpectedTable | ExpectationProblem {
  let lines: CsvCell[][];
  try {
    // Its types know no cast to anything but text.
    lines = parse(text, {
      bom: true,
      cast: (csv, { quoting }) => ({ csv, isQuoted: quoting }),
    }) as unknown as CsvCell[][];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return problem(`The CSV cannot be read: ${error.message}. Correct it, or write the rows in JSON.`);
  }
  const [head, ...rows] = lines;
  if (head === undefined)
    return problem('The CSV is empty. Its first line names the columns, each further one is a row.');
  if (rows.length > mostExpectedRows) return tooMany(rows.length);
  return { width: head.length, names: head.map(({ csv }) => csv), rows };
}
