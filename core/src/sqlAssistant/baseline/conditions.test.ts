import { describe, expect, it } from 'vitest';
import { readDdl } from '../../sqlSchema/index.ts';
import { withValues } from '../../sqlSchema/testing/withValues.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { baselineSql } from './baseline.ts';
import { valueLookup } from './valueLookup.ts';

const declared = readDdl(`
  CREATE TABLE owner (owner_id INTEGER PRIMARY KEY, email TEXT);
  CREATE TABLE dog (dog_id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (owner_id), name TEXT, breed TEXT);
  CREATE TABLE review (review_id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (owner_id), status TEXT);
`);
const schema = withValues(declared, (_, column) =>
  column === 'status'
    ? { examined: 9, isComplete: true, distinct: 2, nullShare: 0, samples: ['published', 'start'] }
    : undefined,
);

const drafted = (question: string): string | undefined => baselineSql(question, schema)?.replaceAll('"', '');

// The status of a review is no condition on what is done to dogs, but for who names reviews.
describe('a verb is no value', () => {
  it.each<[string, string]>([
    ['How many dogs were published for each breed?', 'SELECT dog.breed, COUNT(*) FROM dog GROUP BY dog.breed ORDER BY COUNT(*) DESC'],
    ['How many published dogs are there?', 'SELECT COUNT(*) FROM dog'],
    ['How many dogs did each owner start?', 'SELECT owner.owner_id, COUNT(*) FROM dog JOIN owner ON dog.owner_id = owner.owner_id GROUP BY owner.owner_id ORDER BY COUNT(*) DESC'],
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

it.each([
  ['quotes that are never closed', '``a '.repeat(60_000), ''],
  ['curly ones', '“a '.repeat(60_000), ''],
  ['abbreviations', 'How many dogs have AB0?', 'AB (AB '.repeat(30_000)],
  ['meanings', 'How many A1 dogs?', Array.from({ length: 20_000 }, (_, i) => `A${i} = the breed of dogs`).join('; ')],
])('is quick with thousands of %s', (_, question, evidence) => {
  const started = processorMs();
  baselineSql(question, schema, evidence);
  valueLookup(`${question} ${evidence}`, schema);
  // Each was looked for to the end of the text: a minute.
  expect(processorMs() - started).toBeLessThan(3_000);
}); // prettier-ignore
