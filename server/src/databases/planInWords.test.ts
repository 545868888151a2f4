import { describe, expect, it } from 'vitest';
import { planInWords, stepInWords } from './planInWords.ts';

describe('what SQLite says of a plan', () => {
  it.each<[string, string, boolean]>([
    ['SCAN city', 'Reads all of city.', true],
    ['SCAN c LEFT-JOIN', 'Reads all of c, and keeps rows without a match.', true],
    ['SCAN city USING COVERING INDEX by name', 'Reads all of city, in the index by name alone.', true],
    ['SCAN city USING INDEX i', 'Reads all of city, in the order of the index i.', true],
    ['SCAN CONSTANT ROW', 'Takes a row that the statement itself holds.', false],
    ['SCAN 3 CONSTANT ROWS', 'Takes 3 rows that the statement itself holds.', false],
    ['SCAN j VIRTUAL TABLE INDEX 1:', 'Asks the virtual table j.', false],
    ['SEARCH c USING INTEGER PRIMARY KEY (rowid=?)', 'Looks up rows of c by its key.', false],
    ['SEARCH c USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)', 'Looks up rows of c by its key (rowid).', false],
    ['SEARCH c USING INDEX i (a=? AND b>?)', 'Looks up rows of c in the index i, by a and b.', false],
    ['SEARCH c USING INDEX i (a=? AND b>? AND b<?) LEFT-JOIN', 'Looks up rows of c in the index i, by a and b, and keeps rows without a match.', false],
    ['SEARCH c USING COVERING INDEX i (a=?)', 'Looks up rows of c in the index i alone, by a.', false],
    ['SEARCH c USING AUTOMATIC COVERING INDEX (a=?)', 'Builds an index of c for this statement alone, and looks up rows in it by a. An index of its own would save that.', true],
    ['SEARCH c USING COVERING INDEX i', 'Takes the first or last entry of the index i of c.', false],
    ['SEARCH c', 'Takes the first or last row of c.', false],
    ['USE TEMP B-TREE FOR ORDER BY', 'Sorts all rows for ORDER BY.', true],
    ['USE TEMP B-TREE FOR LAST TERM OF ORDER BY', 'Sorts by the last term of ORDER BY; the first come in order.', true],
    ['USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY', 'Sorts by the last 2 terms of ORDER BY; the first come in order.', true],
    ['USE TEMP B-TREE FOR count(DISTINCT)', 'Keeps the values that it has seen, for count(DISTINCT).', true],
    ['CORRELATED SCALAR SUBQUERY 2', 'Runs a subquery again for every row:', true],
    ['MATERIALIZE best', 'Works out best once, before the rest:', false],
    ['UNION USING TEMP B-TREE', 'UNION with the next, which keeps the rows that it has seen:', true],
    ['SOMETHING NEW', 'SQLite: SOMETHING NEW', false],
  ])('%s', (detail, text, isCostly) => {
    expect(stepInWords(detail)).toEqual({ text, isCostly });
  }); // prettier-ignore

  it('is a tree', () => {
    const rows = [
      [2, 0, 0, 'COMPOUND QUERY'],
      [3, 2, 0, 'LEFT-MOST SUBQUERY'],
      [6, 3, 0, 'SCAN a'],
      [8, 2, 0, 'UNION ALL'],
      [9, 8, 0, 'SCAN b'],
    ];
    expect(planInWords(rows).map(({ depth, detail }) => [depth, detail])).toEqual([
      [0, 'COMPOUND QUERY'],
      [1, 'LEFT-MOST SUBQUERY'],
      [2, 'SCAN a'],
      [1, 'UNION ALL'],
      [2, 'SCAN b'],
    ]);
  });
});
