// What a document expects of a statement, read and compared; files and databases are opened by others.
export { contentExpectation, readExpectation } from './readExpectation.ts';
export type { ExpectationFormat, SqlExpectation } from './readExpectation.ts';
export { compareRows } from './compareRows.ts';
export type { ResultRows, RowComparison } from './compareRows.ts';
export type { ExpectationProblem, ExpectedTable } from './expectedTable.ts';
export { uniqueNames } from './uniqueNames.ts';
