import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { baselineSql } from './baseline.ts';

const table = (name: string, columns: string, ...keys: readonly string[]): SqlTable => ({
  name,
  columns: columns.split(', ').map((column, i) => {
    const [own = '', type = 'TEXT'] = column.split(' ');
    return { name: own, type, isKey: i === 0 };
  }),
  foreignKeys: keys.map((key) => {
    const [column = '', other = '', to = ''] = key.split(' ');
    return { column, table: other, to };
  }),
});

const schema: SqlSchema = {
  statements: [],
  tables: [
    table('Owners', 'owner_id INT, first_name, last_name, email_address, state'),
    table('Dogs', 'dog_id INT, owner_id INT, name, breed, age INT, weight REAL', 'owner_id Owners owner_id'),
    table('BoatRace', 'id INT, race_name, start_date DATE, distance INT'),
  ],
};

/** Without the quotes around names, and without the table where there is but one. */
function drafted(question: string): string | undefined {
  const sql = baselineSql(question, schema)?.replaceAll('"', '');
  return sql?.includes(' JOIN ') === true ? sql : sql?.replace(/\b(?:Owners|Dogs|BoatRace)\./gu, '');
}

describe('what a question becomes', () => {
  it.each<[string, string]>([
    ['List all dogs.', 'SELECT name FROM Dogs'],
    ['What are the breeds and ages of the dogs?', 'SELECT breed, age FROM Dogs'],
    ['Show the email of each owner.', 'SELECT email_address FROM Owners'],
    ['What are the ids of all boat races?', 'SELECT id FROM BoatRace'],
    ['How many dogs are there?', 'SELECT COUNT(*) FROM Dogs'],
    ['How many different breeds do dogs have?', 'SELECT COUNT(DISTINCT breed) FROM Dogs'],
    ['What are the different breeds of dogs?', 'SELECT DISTINCT breed FROM Dogs'],
    ['What is the average weight of the dogs?', 'SELECT AVG(weight) FROM Dogs'],
    ['Give the maximum and minimum age of dogs.', 'SELECT MAX(age), MIN(age) FROM Dogs'],
    ['How many dogs are there for each breed?', 'SELECT breed, COUNT(*) FROM Dogs GROUP BY breed'],
    ['What is the average age of dogs per breed?', 'SELECT breed, AVG(age) FROM Dogs GROUP BY breed'],
    ['What is the name of the oldest dog?', 'SELECT name FROM Dogs ORDER BY age DESC LIMIT 1'],
    ['Which dog has the lowest weight?', 'SELECT name FROM Dogs ORDER BY weight LIMIT 1'],
    ['What is the most common breed of dogs?', 'SELECT breed FROM Dogs GROUP BY breed ORDER BY COUNT(*) DESC LIMIT 1'],
    ['List the names of dogs ordered by age descending.', 'SELECT name FROM Dogs ORDER BY age DESC'],
    ['Which dogs are of the breed "Husky"?', "SELECT name FROM Dogs WHERE breed = 'Husky'"],
    ['What is the breed of the dog "O\'Neil"?', "SELECT breed FROM Dogs WHERE name = 'O''Neil'"],
    ['What is the last name of the owner Anna Bell?', "SELECT last_name FROM Owners WHERE first_name = 'Anna Bell'"],
    ['Show dogs whose breed is not "Husky".', "SELECT name FROM Dogs WHERE breed != 'Husky'"],
    ['Show owners whose state contains "North".', "SELECT first_name FROM Owners WHERE state LIKE '%North%'"],
    ['How many dogs have an age over 5?', 'SELECT COUNT(*) FROM Dogs WHERE age > 5'],
    ['How many dogs have a weight of at least 1,200.5?', 'SELECT COUNT(*) FROM Dogs WHERE weight >= 1200.5'],
    ['Which dogs have age 3 or 4?', 'SELECT name FROM Dogs WHERE (age = 3 OR age = 4)'],
    ['How many boat races were there in 2014?', 'SELECT COUNT(*) FROM BoatRace WHERE start_date = 2014'],
    ['How many owners have no dogs?', 'SELECT COUNT(*) FROM Owners WHERE owner_id NOT IN (SELECT owner_id FROM Dogs)'],
    [
      'What are the names of the dogs of owners whose state is "Ohio"?',
      "SELECT Dogs.name FROM Owners JOIN Dogs ON Dogs.owner_id = Owners.owner_id WHERE Owners.state = 'Ohio'",
    ],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore

  it.each(['', '?', 'What is the weather like?', '"dogs"', '5'])(
    'nothing, where nothing is named: %j',
    (question) => {
      expect(drafted(question)).toBeUndefined();
    },
  );

  it('names of any kind are quoted', () => {
    const odd: SqlSchema = { statements: [], tables: [table('my "odd" orders', 'select INT, from')] };
    expect(baselineSql('What is the from of my odd orders?', odd)).toBe(
      'SELECT "my ""odd"" orders"."from" FROM "my ""odd"" orders"',
    );
  });

  it('survives any question, and says the same twice', () => {
    const words = fc.constantFrom(
      ...'how many most common the of dogs owners breed age no each average oldest ordered by "x" \' 5 2014 or not Bo & 😀'.split(
        ' ',
      ),
    );
    const question = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 20 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(question, (text) => {
        const sql = baselineSql(text, schema);
        expect(baselineSql(text, schema)).toBe(sql);
        expect(sql === undefined || sql.startsWith('SELECT ')).toBe(true);
      }),
    );
  });

  it('is quick with long questions', () => {
    const started = performance.now();
    baselineSql('how many dogs of each breed or "x" '.repeat(500), schema);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
