import { parseSqlDocument } from '../../sql/index.ts';
import type { SqlDocument } from '../../sql/index.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import type { SqlColumnValues, SqlSchema } from '../../sqlSchema/index.ts';

/** The tables that the tests of the features read, as SQLite makes them. */
export const testDdl = `CREATE TABLE Owners (owner_id INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT DEFAULT 'Ohio');
CREATE TABLE Dogs (dog_id INTEGER PRIMARY KEY, owner_id INT REFERENCES Owners (owner_id), name TEXT, age INT, chip TEXT UNIQUE);
CREATE TABLE "order details" (id INT, "unit price" REAL, "group" TEXT);
CREATE VIEW old AS SELECT dog_id, name FROM Dogs WHERE age > 9;`;

const values: SqlColumnValues = {
  examined: 1_200,
  isComplete: true,
  distinct: 3,
  nullShare: 0.125,
  samples: ['Ohio', 'Utah', 'a`b'],
};

/** The schema of `testDdl`, with rows and values of some. */
export const testSchema: SqlSchema = withFacts(readDdl(testDdl));

function withFacts(schema: SqlSchema): SqlSchema {
  return {
    ...schema,
    tables: schema.tables.map((table) =>
      table.name === 'Owners'
        ? {
            ...table,
            rows: 1_200,
            columns: table.columns.map((column) =>
              column.name === 'state' ? { ...column, values } : column,
            ),
          }
        : table,
    ),
  };
}

/** A document and the offset of the `|` in a text. */
export function marked(text: string): readonly [document: SqlDocument, offset: number] {
  return [parseSqlDocument(text.replace('|', '')), text.indexOf('|')];
}
