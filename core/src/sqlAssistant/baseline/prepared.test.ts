import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { afterAll, expect, it } from 'vitest';
import { readDdl } from '../../sqlSchema/index.ts';
import { withValues } from '../../sqlSchema/testing/withValues.ts';
import { baselineDrafts } from './baseline.ts';
import { valueLookup } from './valueLookup.ts';

const ddl = `
  CREATE TABLE owners (owner_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, state TEXT, born DATE);
  CREATE TABLE dogs (dog_id INTEGER PRIMARY KEY, owner_id INT REFERENCES owners, vet_id INT REFERENCES owners (owner_id), name TEXT, age INT, "has chip" INT);
  CREATE TABLE visits (visit_id INTEGER PRIMARY KEY, dog_id INT REFERENCES dogs, day DATE, price REAL, quantity INT);
  CREATE TABLE weather (day TEXT, "select" REAL);
  CREATE VIEW old_dogs AS SELECT * FROM dogs WHERE age > 9;`;
const values: Readonly<Record<string, readonly (string | number)[]>> = {
  ...{ state: ['Ohio', 'New York'], name: ['Rex', "O'Neil"], 'has chip': [0, 1], day: ['2024-01-02'] },
};
const bare = readDdl(ddl);
const schema = withValues(bare, (_, column) => {
  const samples = values[column];
  return samples && { examined: 2, isComplete: true, distinct: samples.length, nullShare: 0, samples };
});

const { Database } = await initSqlJs();
const database = new Database();
database.run(ddl);
afterAll(() => database.close());

const words = fc.constantFrom(
  ...(
    'how many|which|what are the|list all|return their|names|ids|of|the|owners|owner|dogs|dog|visits|weather|old dogs|age|state|first name|price|day|select|' +
    'chip|each|per month|by|top 3|most|the most|fewest|highest|average|total|number of|revenue|at least 2|more than 5|in 2024|between 3 and 9|or|and|not|no|without|' +
    'who have|both|Ohio|New York|Rex|"x"|ordered by|descending|ratio of|to|in the last 30 days|different|older than the average|percentage|is|with|,|.'
  ).split('|'),
);

it('every statement can be prepared, whatever the question and whether values are known or not', () => {
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 14 }), (parts) => {
      const question = parts.join(' ');
      for (const known of [schema, bare])
        for (const sql of baselineDrafts(question, known).statements)
          expect(() => database.prepare(sql).free(), `${question}\n${sql}`).not.toThrow();
      const lookup = valueLookup(question, bare);
      if (lookup !== undefined) expect(() => database.prepare(lookup.sql).free()).not.toThrow();
    }),
    { numRuns: 200 },
  );
});
