import initSqlJs from 'sql.js';
import { expect, it } from 'vitest';
import { readDdl } from '../../sqlSchema/index.ts';
import type { SqlCell } from '../../sqlSchema/index.ts';
import { baselineSql } from './baseline.ts';
import { valueLookup } from './valueLookup.ts';

const ddl =
  'CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT, "odd ""col" TEXT, population INT);' +
  "INSERT INTO city VALUES (1, 'San Jose', 'O''Neil', 5), (2, 'Lima', NULL, 9);";

const { Database } = await initSqlJs();

/** The rows of a statement, run by SQLite itself. */
function run(sql: string): SqlCell[][] {
  const database = new Database();
  try {
    database.run(ddl);
    return database.exec(sql)[0]?.values ?? [];
  } finally {
    database.close();
  }
}

const schema = readDdl(ddl);

it.each([
  ['what is the population of san jose?', `SELECT "city"."population" FROM "city" WHERE "city"."name" = 'San Jose'`],
  ['Which city has "o\'neil"?', `SELECT "city"."name" FROM "city" WHERE "city"."odd ""col" = 'O''Neil'`],
  ['how many cities are called lima?', `SELECT COUNT(*) FROM "city" WHERE "city"."name" = 'Lima'`],
])('finds in the database what no sample holds, as it is written there: %s', (question, sql) => {
  const lookup = valueLookup(question, schema);
  expect(baselineSql(question, lookup?.found(run(lookup.sql)) ?? schema)).toBe(sql);
}); // prettier-ignore

it('leaves the schema as it is where nothing is found', () => {
  const lookup = valueLookup('Where is Atlantis?', schema);
  expect(lookup?.found(run(lookup.sql))).toBe(schema);
});

it('asks nothing where the samples are all there is, or the question holds no words', () => {
  const values = { examined: 2, isComplete: true, distinct: 2, nullShare: 0, samples: ['San Jose', 'Lima'] };
  const known = {
    ...schema,
    tables: schema.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, values })),
    })),
  };
  expect(valueLookup('what is the population of lima?', known)).toBeUndefined();
  expect(valueLookup('how many of the?', schema)).toBeUndefined();
});
