import { expect, it } from 'vitest';
import { readDdl } from '../../sqlSchema/index.ts';
import { baselineDrafts } from './baseline.ts';

const schema = readDdl(`
  CREATE TABLE owner (owner_id INTEGER PRIMARY KEY, email TEXT, city TEXT);
  CREATE TABLE verdict (id INTEGER PRIMARY KEY, dog_id INTEGER REFERENCES dog (dog_id), outcome TEXT);
  CREATE TABLE dog (dog_id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (owner_id), name TEXT, breed TEXT, age INTEGER);
`);
const described = {
  ...schema,
  tables: schema.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.name === 'city'
        ? { ...column, values: { examined: 9, isComplete: true, distinct: 2, nullShare: 0, samples: ['Oslo', 'Bergen'] } }
        : column.name === 'outcome'
          ? { ...column, values: { examined: 9, isComplete: true, distinct: 2, nullShare: 0, samples: ['include', 'exclude'] } }
          : column,
    ),
  })),
}; // prettier-ignore

it.each<[string, readonly string[]]>([
  ['How many dogs are there for each breed?', []],
  ['What is the average age of the dogs of owners in Oslo?', []],
  ['Which dogs have an age between 3 and 5?', []],
  ['What is the name of the oldest dog?', []],
  ['How many owners have no dogs?', []],
  ['Which dog barked at the postman?', ['barked', 'postman']],
  ['Delete all dogs', ['Delete']],
  // A value that is nowhere is no condition: the statement is about all owners.
  ['How many owners are from Narnia?', ['Narnia']],
  // Taken for a verb, and a value all the same.
  ['How many dogs did each owner include?', ['include']],
  // Words that the method knows, where the statement shows no trace of them.
  [
    'Which owners do not have an email from Oslo or a dog that is never walked?',
    ['not', 'dog', 'never', 'walked'],
  ],
  ['Which owner walked most?', ['walked', 'most']],
])('what a statement owes nothing to: %s', (question, unread) => {
  expect(baselineDrafts(question, described).unread).toEqual(unread);
});

it('nothing is said of what nothing is made of', () => {
  expect(baselineDrafts('What is the weather like?', schema)).toEqual({ statements: [], unread: [] });
});
