import { describe, expect, it } from 'vitest';
import { readDdl } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { baselineSql } from './baseline.ts';

const declared = readDdl(`
  CREATE TABLE owner (owner_id INTEGER PRIMARY KEY, email TEXT);
  CREATE TABLE dog (dog_id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (owner_id), name TEXT, breed TEXT);
  CREATE TABLE review (review_id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (owner_id), status TEXT);
`);
const schema: SqlSchema = {
  ...declared,
  tables: declared.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.name === 'status'
        ? { ...column, values: { examined: 9, isComplete: true, distinct: 2, nullShare: 0, samples: ['published', 'started'] } }
        : column,
    ),
  })),
}; // prettier-ignore

const drafted = (question: string): string | undefined => baselineSql(question, schema)?.replaceAll('"', '');

// The status of a review is no condition on what is done to dogs, but for who names reviews.
describe('a verb is no value', () => {
  it.each<[string, string]>([
    ['How many dogs were published for each breed?', 'SELECT dog.breed, COUNT(*) FROM dog GROUP BY dog.breed ORDER BY COUNT(*) DESC'],
    ['How many published dogs are there?', 'SELECT COUNT(*) FROM dog'],
    ['How many reviews are published?', "SELECT COUNT(*) FROM review WHERE review.status = 'published'"],
    ['How many published reviews are there?', "SELECT COUNT(*) FROM review WHERE review.status = 'published'"],
    ['How many reviews have the status "published"?', "SELECT COUNT(*) FROM review WHERE review.status = 'published'"],
    ['How many dogs have the status "published"?', "SELECT COUNT(DISTINCT dog.dog_id) FROM review JOIN owner ON review.owner_id = owner.owner_id JOIN dog ON owner.owner_id = dog.owner_id WHERE review.status = 'published'"],
    ['How many owners have published reviews?', "SELECT COUNT(DISTINCT owner.owner_id) FROM review JOIN owner ON review.owner_id = owner.owner_id WHERE review.status = 'published'"],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore
});

describe('what is missing is NULL', () => {
  it.each<[string, string]>([
    ['How many dogs have no breed?', 'SELECT COUNT(*) FROM dog WHERE dog.breed IS NULL'],
    ['Which dogs are without a breed?', 'SELECT dog.name FROM dog WHERE dog.breed IS NULL'],
    ['How many dogs have no more than 3 toys?', 'SELECT COUNT(*) FROM dog'],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  });
});
