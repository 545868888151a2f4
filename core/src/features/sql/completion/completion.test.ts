import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meaningful, parseSqlDocument, scanSql, unquoted } from '../../../sql/index.ts';
import { readDdl } from '../../../sqlSchema/index.ts';
import type { SqlColumn, SqlSchema, SqlTable } from '../../../sqlSchema/index.ts';
import { aliasLikeness } from './aliases.ts';
import { describeSqlItem, sqlCompletion, sqlOpensByItself } from './index.ts';
import type { SqlCompletionItem, SqlSubject } from './index.ts';

function table(name: string, columns: string, ...keys: readonly string[]): SqlTable {
  return {
    name,
    columns: columns.split(', ').map((column, i): SqlColumn => {
      const [own = '', type = 'TEXT', samples] = column.split(':');
      const values =
        samples === undefined
          ? {}
          : {
              values: {
                examined: 9,
                isComplete: true,
                distinct: 2,
                nullShare: 0,
                samples: samples.split('/'),
              },
            };
      return { name: own, type, isKey: i === 0, ...values };
    }),
    foreignKeys: keys.map((key) => {
      const [column = '', other = '', to = ''] = key.split(' ');
      return { column, table: other, to };
    }),
  };
}

const schema: SqlSchema = {
  statements: [],
  tables: [
    table('Owners', "owner_id:INT, first_name, last_name, state:TEXT:Ohio/O'Hara"),
    table(
      'Dogs',
      'dog_id:INT, owner_id:INT, name, breed:TEXT:Husky/Bulldog, age:INT',
      'owner_id Owners owner_id',
    ),
    table('treatments', 'treatment_id:INT, dog_id:INT, cost:REAL, date_of_treatment:DATE'),
    table('order details', 'id:INT, unit price:REAL, group, dog_id:INT'),
    { ...table('old_dogs', 'dog_id:INT, name'), kind: 'view' },
  ],
};

/** Items at the `|` of a text. */
function at(marked: string): {
  readonly items: readonly SqlCompletionItem[];
  readonly text: string;
  readonly offset: number;
} {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { items: sqlCompletion(parseSqlDocument(text), offset, schema).items, text, offset };
}

function applied(text: string, { range, newText }: SqlCompletionItem): string {
  return text.slice(0, range.start) + newText + text.slice(range.end);
}

describe('what comes first', () => {
  it.each<[string, string]>([
    ['SELECT * FROM |', 'Dogs'],
    ['-- Q: What do treatments cost?\nSELECT cost FROM |', 'treatments'],
    ['SELECT breed FROM |', 'Dogs'],
    ['SELECT treatments.cost FROM |', 'treatments'],
    ['SELECT * FROM | AS d WHERE d.breed = 1', 'Dogs'],
    ['SELECT * FROM Owners JOIN |', 'Dogs'],
    ['WITH rich AS (SELECT * FROM Owners) SELECT * FROM |', 'rich'],
    ['SELECT * FROM Owners AS o JOIN Dogs AS d ON |', 'o.owner_id = d.owner_id'],
    ['SELECT * FROM Owners AS o JOIN Dogs AS d ON o.owner_id = |', 'd'],
    ['SELECT * FROM Owners AS o JOIN Dogs AS d ON o.owner_id = d.|', 'owner_id'],
    ['SELECT * FROM Owners AS o JOIN Dogs AS d ON |.owner_id = d.owner_id', 'o'],
    ['select breed, count(*) from Dogs group by |', 'breed'],
    ['SELECT breed, COUNT(*) AS n FROM Dogs GROUP BY breed ORDER BY |', 'n'],
    ['SELECT breed FROM Dogs GROUP BY breed HAVING |', 'COUNT'],
    ['SELECT breed FROM Dogs GROUP BY breed ORDER BY |', 'COUNT'],
    ['SELECT |(*) FROM Dogs', 'COUNT'],
    ["SELECT |('%Y', date_of_treatment) FROM treatments", 'STRFTIME'],
    ['SELECT |() OVER (ORDER BY age) FROM Dogs', 'ROW_NUMBER'],
    ['-- Q: How many dogs are there?\nSELECT |', 'COUNT'],
    ['-- Q: What is the average age of dogs?\nSELECT |', 'AVG'],
    ['-- Q: What is the average age of dogs?\nSELECT AVG(|', 'age'],
    ['-- Q: Which breeds are there?\nSELECT | FROM Dogs', 'breed'],
    ['SELECT name FROM Dogs WHERE owner_id IN (SELECT |', 'owner_id'],
    ['SELECT age FROM Dogs WHERE age = (SELECT | FROM Dogs)', 'AVG'],
    ["SELECT name FROM Dogs WHERE breed = |", "'Husky'"],
    ['SELECT * FROM Owners WHERE state = |', "'Ohio'"],
    ['SELECT name FROM Dogs UNION SELECT | FROM old_dogs', 'name'],
    ['|', 'SELECT'],
    ['SELECT 1;\n|', 'SELECT'],
    ['SELECT name |', 'FROM'],
    ['SELECT name FROM Dogs |', 'JOIN'],
    ['SELECT name FROM Dogs WHERE age > 3 |', 'AND'],
    ['SELECT name FROM Dogs ORDER BY age |', 'DESC'],
    ['SELECT CAST(age AS |', 'INTEGER'],
    ['SELECT * FROM Dogs JOIN Owners USING (|', 'owner_id'],
    ['UPDATE Dogs SET |', 'dog_id'],
    ['SELECT * FROM Dogs ORDER |', 'BY'],
    ['SELECT CASE WHEN age > 3 | FROM Dogs', 'THEN'],
    ["SELECT CASE WHEN age > 3 THEN 'old' | FROM Dogs", 'WHEN'],
    ['SELECT CASE age WHEN 1 THEN 2 END | FROM Dogs', 'FROM'],
    ['SELECT * FROM main.|', 'Dogs'],
    ['SELECT bre| FROM Dogs', 'breed'],
    ['SELECT * FROM own|', 'Owners'],
    ['SELECT last_name FROM Owners WHERE fn|', 'first_name'],
  ])('%s', (marked, first) => {
    expect(at(marked).items[0]?.label).toBe(first);
  }); // prettier-ignore
});

describe('what is offered', () => {
  it.each<[string, string]>([
    ['SELECT * FROM |', 'old_dogs'],
    ['SELECT * FROM |', '"order details"'],
    ['SELECT | FROM "order details"', '"unit price"'],
    ['SELECT | FROM "order details"', '"group"'],
    ['SELECT * FROM Owners WHERE state = |', "'O''Hara'"],
    ['SELECT dog_| FROM Dogs JOIN treatments ON 1', 'Dogs.dog_id'],
    ['SELECT * FROM Dogs AS d WHERE EXISTS (SELECT 1 FROM treatments AS t WHERE t.dog_id = |', 'd.dog_id'],
    ['WITH n(total) AS (SELECT COUNT(*) FROM Dogs) SELECT | FROM n', 'total'],
    ['SELECT * FROM (SELECT age AS years FROM Dogs) AS x WHERE |', 'x.years'],
    ['SELECT * FROM Dogs AS d JOIN treatments AS t ON |', 'd.dog_id = t.dog_id'],
    ['SELECT DISTINCT | FROM Dogs', 'breed'],
    ['SELECT T1.name, |', 'T1'],
    ['SELECT Dogs.name, |', 'Dogs'],
    ['SELECT T1.breed, T1.|', 'age'],
    ['SELECT | FROM Dogs', 'DISTINCT'],
  ])('%s: %s', (marked, label) => {
    expect(at(marked).items.map((item) => item.label)).toContain(label);
  });

  it.each([
    'SELECT 1 -- |',
    'SELECT /* | */ 1',
    "SELECT 'a|b' FROM Dogs",
    'SELECT 12|',
    'SELECT name AS | FROM Dogs',
    'SELECT name FROM Dogs LIMIT |',
    'WITH | AS (SELECT 1) SELECT 2',
  ])('nothing: %s', (marked) => {
    expect(at(marked).items).toEqual([]);
  });

  it.each<[string, string]>([
    ['SELECT * FROM Dogs AS d WHERE d.|', 'first_name'],
    ['SELECT * FROM Dogs WHERE |', 'first_name'],
    ['SELECT breed FROM Dogs WHERE |', 'Owners'],
    ['SELECT x FROM Dogs AS d |', 'breed'],
  ])('%s: not %s', (marked, label) => {
    expect(at(marked).items.map((item) => item.label)).not.toContain(label);
  });

  it('a join that no key declares is marked as guessed', () => {
    const detail = (marked: string): string | undefined =>
      at(marked).items.find(({ kind }) => kind === 'join')?.detail;
    expect(detail('SELECT * FROM Dogs AS d JOIN treatments AS t ON |')).toBe('guessed from the names');
    expect(detail('SELECT * FROM Owners AS o JOIN Dogs AS d ON |')).toBe('foreign key');
  });

  it('a key of several columns is one condition', () => {
    const composite = readDdl(`CREATE TABLE legs (ship INT, leg INT, PRIMARY KEY (ship, leg));
      CREATE TABLE stops (id INT, ship INT, leg INT, FOREIGN KEY (ship, leg) REFERENCES legs (ship, leg));`);
    const text = 'select * from legs l join stops s on ';
    const { items } = sqlCompletion(parseSqlDocument(text), text.length, composite);
    expect(items[0]?.newText).toBe('l.ship = s.ship and l.leg = s.leg');
  });

  it('a key of a table to itself is offered both ways', () => {
    const staff = readDdl('CREATE TABLE staff (id INTEGER PRIMARY KEY, boss_id INT REFERENCES staff (id));');
    const text = 'SELECT * FROM staff a JOIN staff b ON ';
    const { items } = sqlCompletion(parseSqlDocument(text), text.length, staff);
    const joins = items.filter(({ kind }) => kind === 'join').map(({ newText }) => newText);
    expect(joins).toEqual(['a.boss_id = b.id', 'a.id = b.boss_id']);
  });

  it('a column tells its table and type, and more when it is looked at', () => {
    const item = at('SELECT * FROM Dogs WHERE owner_i|').items.find(({ label }) => label === 'owner_id');
    const subject: SqlSubject = { kind: 'column', table: 'Dogs', column: 'owner_id' };
    expect(item).toMatchObject({ kind: 'column', detail: 'Dogs · INT', subject });
    expect(describeSqlItem(parseSqlDocument(''), subject, schema)).toContain('→ Owners.owner\\_id');
  });

  it.each<[SqlSubject, string | undefined]>([
    [{ kind: 'table', table: 'dogs' }, '| owner\\_id | INT |'],
    [{ kind: 'function', name: 'count' }, 'count([expression])'],
    [{ kind: 'table', table: 'gone' }, undefined],
    [{ kind: 'column', table: 'gone', column: 'x' }, undefined],
    [{ kind: 'function', name: 'gone' }, undefined],
  ])('%j is told of', (subject, wanted) => {
    const told = describeSqlItem(parseSqlDocument(''), subject, schema);
    if (wanted === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(wanted);
  });

  it('without a schema there are keywords and functions', () => {
    const { items } = sqlCompletion(parseSqlDocument('SELECT '), 7);
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['function', 'keyword']));
  });
});

describe('a text that is compared', () => {
  it.each([
    ["SELECT * FROM Dogs WHERE breed = '|'", "SELECT * FROM Dogs WHERE breed = 'Husky'"],
    ["SELECT * FROM Dogs WHERE breed = 'hu|'", "SELECT * FROM Dogs WHERE breed = 'Husky'"],
    ["SELECT * FROM Dogs WHERE breed = 'Hu|ski'", "SELECT * FROM Dogs WHERE breed = 'Husky'"],
    ["SELECT * FROM Dogs WHERE breed = 'Hu|", "SELECT * FROM Dogs WHERE breed = 'Husky'"],
    ["SELECT * FROM Dogs WHERE breed = 'Hu| AND name = 'x'", "SELECT * FROM Dogs WHERE breed = 'Husky' AND name = 'x'"],
    ["SELECT * FROM Dogs WHERE breed IN ('Bulldog', 'H|')", "SELECT * FROM Dogs WHERE breed IN ('Bulldog', 'Husky')"],
    ["SELECT * FROM Owners WHERE state = 'O''H|'", "SELECT * FROM Owners WHERE state = 'O''Hara'"],
    ["SELECT * FROM Dogs WHERE breed = 'H|\nORDER BY 1", "SELECT * FROM Dogs WHERE breed = 'Husky'\nORDER BY 1"],
  ])('%j is one of the values of its column', (marked, expected) => {
    const [item] = at(marked).items;
    const text = marked.replace('|', '');
    expect(item === undefined ? text : text.slice(0, item.range.start) + item.newText + text.slice(item.range.end)).toBe(expected);
    expect(item?.filterText.startsWith("'")).toBe(true);
  }); // prettier-ignore

  it.each([
    "SELECT '|'",
    "SELECT name AS '|' FROM Dogs",
    "SELECT * FROM Dogs WHERE age = '|'",
    "SELECT lower('|') FROM Dogs",
  ])('%s is any text', (marked) => {
    expect(at(marked).items).toEqual([]);
  });
});

it('a quote that is never closed does not take the lines below it', () => {
  const text = 'SELECT [unit\nFROM "order details"';
  const [first] = sqlCompletion(parseSqlDocument(text), 12, schema).items;
  expect(first?.range).toEqual({ start: 7, end: 12 });
});

it('functions that only SQLite has are none of PostgreSQL', () => {
  const labels = (dialect: 'sqlite' | 'postgresql'): readonly string[] =>
    ['SELECT ', 'SELECT strf', 'SELECT julian']
      .flatMap((text) => sqlCompletion(parseSqlDocument(text), text.length, schema, dialect).items)
      .map(({ label }) => label.toLowerCase());
  expect(labels('sqlite')).toEqual(expect.arrayContaining(['count', 'strftime', 'julianday']));
  expect(labels('postgresql')).toContain('count');
  expect(labels('postgresql')).not.toEqual(expect.arrayContaining(['strftime']));
  expect(labels('postgresql')).not.toEqual(expect.arrayContaining(['julianday']));
});

describe('aliases', () => {
  it.each<[string, string, boolean]>([
    ['SELECT o.|', 'first_name', true],
    ['SELECT owner2.|', 'first_name', true],
    ['SELECT OWNERSalias0.|', 'first_name', true],
    ['SELECT d.|', 'breed', true],
    ['SELECT od.|', '"unit price"', true],
    ['SELECT t1.|', 'first_name', true],
  ])('%s tells by its letters which table it will be of', (marked, label, isThere) => {
    const labels = at(marked)
      .items.slice(0, 5)
      .map((item) => item.label);
    expect(labels.includes(label)).toBe(isThere);
  });

  it.each([
    ['o', 'Owners', 0.7],
    ['od', 'order details', 1],
    ['cust', 'customers', 0.8],
    ['cstmr', 'customers', 0.4],
    ['customer2', 'customers', 0.8],
    ['LOCATIONalias0', 'location', 1],
    ['t1', 'tracks', 0],
    ['x', 'customers', 0],
    ['2', 'customers', 0],
  ])('%s is like %s: %d', (alias, name, likeness) => {
    expect(aliasLikeness(alias, name)).toBe(likeness);
  });
});

describe('the list opens by itself', () => {
  it.each([
    'SELECT |', 'SELECT a, |', 'SELECT * FROM |', 'SELECT * FROM Dogs JOIN |', 'SELECT * FROM Owners AS o JOIN Dogs AS d ON |',
    'SELECT * FROM Dogs WHERE |', 'SELECT * FROM Dogs WHERE age > 1 AND |', 'SELECT * FROM Dogs WHERE breed = |', 'SELECT d.| FROM Dogs d',
    'SELECT * FROM Dogs ORDER BY |', "SELECT * FROM Dogs WHERE breed = '|'", 'SELECT "|" FROM Dogs', 'SELECT [| FROM Dogs',
  ])('at %s', (marked) => {
    expect(opens(marked)).toBe(true);
  }); // prettier-ignore

  it.each([
    '|', 'SELECT a |', 'SELECT * FROM Dogs |', 'SELECT * FROM Dogs WHERE age |', "SELECT * FROM Dogs WHERE breed = 'a' |", 'SELECT a AS |',
    '-- note |', "SELECT 'a |", 'SELECT 1; |', 'SELECT "name"| FROM Dogs', 'SELECT [name]| FROM Dogs', 'SELECT 1.| FROM Dogs',
  ])('not at %s', (marked) => {
    expect(opens(marked)).toBe(false);
  }); // prettier-ignore

  function opens(marked: string): boolean {
    return sqlOpensByItself(parseSqlDocument(marked.replace('|', '')), marked.indexOf('|'));
  }
});

describe('the document is followed', () => {
  it.each<[string, string]>([
    ['select name fr|', 'select name from'],
    ['SELECT name fr|', 'SELECT name FROM'],
    ['select coun| from Dogs', 'select count() from Dogs'],
    ['SELECT coun| FROM Dogs', 'SELECT COUNT() FROM Dogs'],
    ['SELECT avg(age), su| FROM Dogs', 'SELECT avg(age), sum() FROM Dogs'],
    ['SELECT BREED FROM DOGS WHERE BREED = 1 AND AG|', 'SELECT BREED FROM DOGS WHERE BREED = 1 AND AGE'],
    ['SELECT name FROM dogs; SELECT name FROM do|', 'SELECT name FROM dogs; SELECT name FROM dogs'],
    ['SELECT d.na| FROM Dogs d', 'SELECT d.name FROM Dogs d'],
    ['SELECT na|me FROM Dogs', 'SELECT name FROM Dogs'],
    ['SELECT * FROM Dogs d WHERE bre|', 'SELECT * FROM Dogs d WHERE d.breed'],
    ['SELECT * FROM "order d|', 'SELECT * FROM "order details"'],
    ['SELECT "unit p|" FROM "order details"', 'SELECT "unit price" FROM "order details"'],
    ['SELECT random|', 'SELECT RANDOM()'],
  ])('%s', (marked, expected) => {
    const { items, text } = at(marked);
    const [first] = items;
    expect(first === undefined ? undefined : applied(text, first)).toBe(expected);
  });

  it('the caret goes between the parentheses of a function that takes something', () => {
    const caret = (marked: string): number | undefined => at(marked).items[0]?.caret;
    expect(caret('SELECT coun|')).toBe('COUNT('.length);
    expect(caret('SELECT rando|')).toBeUndefined();
  });
});

describe('whatever is written', () => {
  const word = fc.constantFrom(
    ...'SELECT FROM WHERE JOIN ON GROUP BY ORDER HAVING AS WITH UNION IN AND NOT COUNT ( ) ( ) , . . ; = < * Dogs d Owners o age name dog_id "order details" \'x\' 1 -- /* '.split(
      ' ',
    ),
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
  );

  it('an item is the token at its place once it is applied', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (text, place) => {
        const offset = place % (text.length + 1);
        const { items } = sqlCompletion(parseSqlDocument(text), offset, schema);
        for (const item of items.slice(0, 30)) {
          expect(item.range.start).toBeLessThanOrEqual(offset);
          expect(item.range.end).toBeGreaterThanOrEqual(offset);
          const inserted = meaningful(scanSql(item.newText)).map(unquoted);
          const after = applied(text, item);
          const there = meaningful(scanSql(after)).filter(
            ({ start, end }) => start >= item.range.start && end <= item.range.start + item.newText.length,
          );
          // A word that stands directly before or behind the place would run together with it.
          const before = text.charAt(item.range.start - 1);
          const behind = text.charAt(item.range.end);
          if (/[\p{L}\p{N}_$:@#?.\u0080-\uffff'"`[]|\p{Cs}/u.test(`${before} ${behind}`)) continue;
          expect(there.map(unquoted)).toEqual(inserted);
        }
        expect(new Set(items.map(({ sortText }) => sortText)).size).toBe(items.length);
      }),
      { numRuns: 300 },
    );
  });
});

it('is quick in a long file over a large schema', () => {
  const tables = Array.from({ length: 100 }, (_, i) =>
    table(
      `table_${i}`,
      Array.from({ length: 20 }, (__, j) => `column_${i}_${j}:INT`).join(', '),
      `column_${i}_1 table_${(i + 1) % 100} column_${(i + 1) % 100}_0`,
    ),
  );
  const large: SqlSchema = { statements: [], tables };
  const text = Array.from({ length: 100 }, (_, i) =>
    [
      `-- Q: How many columns ${i} are there?`,
      `SELECT a.column_${i}_0, COUNT(*)`,
      `FROM table_${i} AS a`,
      `JOIN table_${(i + 1) % 100} AS b ON a.column_${i}_1 = b.column_${(i + 1) % 100}_0`,
      'WHERE a. > 3;',
    ].join('\n'),
  ).join('\n');
  expect(text.split('\n')).toHaveLength(500);
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const offset = Math.floor((text.length * (i + 0.5)) / 40);
    const started = process.cpuUsage();
    sqlCompletion(parseSqlDocument(text), offset, large);
    times.push(process.cpuUsage(started).user / 1_000);
  }
  times.sort((a, b) => a - b);
  // The goal is 50 ms (`npm run bench -- sql`); other work of this machine is not counted, but it may be slow.
  expect(times[Math.floor(times.length * 0.9)]).toBeLessThan(150);
});
