import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { joinPaths, joinsOf, joinTables, readDdl } from './index.ts';
import type { SqlJoin } from './index.ts';

const shop = readDdl(`
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, referrer INT REFERENCES customer);
  CREATE TABLE "order" (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer, billed_to INT REFERENCES customer);
  CREATE TABLE line (order_id INT REFERENCES "order", no INT, product TEXT, lot INT, PRIMARY KEY (order_id, no),
    FOREIGN KEY (product, lot) REFERENCES stock (code, lot));
  CREATE TABLE stock (code TEXT, lot INT, depot TEXT, PRIMARY KEY (code, lot));
  CREATE TABLE weather (day TEXT, name TEXT);`);
const loose = readDdl(`
  CREATE TABLE countries (id INT, name TEXT, PRIMARY KEY (id));
  CREATE TABLE city (id INT PRIMARY KEY, name TEXT, country_id INT, mayor_code TEXT);
  CREATE TABLE visit (VisitID INT, CityID TEXT, mayor_code TEXT, date TEXT);
  CREATE TABLE mayor (mayor_code TEXT PRIMARY KEY, name TEXT);
  CREATE TABLE airport (code TEXT PRIMARY KEY, name TEXT);
  CREATE TABLE airline (Code TEXT, name TEXT);
  CREATE TABLE flight (from_airport TEXT, to_airport TEXT, AirlineCode TEXT);
  CREATE TABLE state (state_name TEXT, area REAL);
  CREATE TABLE lake (name TEXT, state_name TEXT, area REAL);
  CREATE TABLE alone (name TEXT, date TEXT, id INT);`);

/** `a.x=b.y`, with `?` where it is guessed and `1` where there is at most one match. */
const told = (join: SqlJoin): string =>
  `${join.on.map(({ from, to }) => `${join.from}.${from}=${join.to}.${to}`).join('&')}${join.kind === 'guessed' ? '?' : ''}${join.isToOne ? '1' : ''}`;

describe('joins of a table', () => {
  it('a key that names a column that is not there joins nothing', () => {
    const wrong = readDdl('CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (a_ref INT REFERENCES a (gone));');
    expect(joinsOf(wrong, 'b')).toEqual([]);
  }); // prettier-ignore

  it.each([
    [
      'customer',
      ['customer.referrer=customer.id1', 'customer.id=order.customer_id', 'customer.id=order.billed_to'],
    ],
    ['ORDER', ['order.customer_id=customer.id1', 'order.billed_to=customer.id1', 'order.id=line.order_id']],
    ['line', ['line.order_id=order.id1', 'line.product=stock.code&line.lot=stock.lot1']],
    ['weather', []],
    ['nothing', []],
  ])('%s: along its keys', (table, expected) => {
    expect(joinsOf(shop, table).map(told)).toEqual(expected);
  });

  it.each([
    ['city', ['city.country_id=countries.id?1', 'city.mayor_code=mayor.mayor_code?1']],
    // Its type contradicts the key of city.
    ['visit', ['visit.mayor_code=mayor.mayor_code?1']],
    ['alone', []],
    [
      'flight',
      [
        'flight.from_airport=airport.code?1',
        'flight.to_airport=airport.code?1',
        'flight.AirlineCode=airline.Code?',
      ],
    ],
    ['lake', ['lake.state_name=state.state_name?']],
  ])('%s: guessed without keys, and said so', (table, expected) => {
    expect(joinsOf(loose, table).map(told)).toEqual(expected);
  });
});

describe('paths', () => {
  it.each<[readonly string[], string, readonly string[]]>([
    [['customer'], 'order', ['customer.id=order.customer_id', 'customer.id=order.billed_to']],
    [['stock'], 'order', ['stock.code=line.product&stock.lot=line.lot line.order_id=order.id1']],
    [['customer', 'line'], 'stock', ['line.product=stock.code&line.lot=stock.lot1']],
    [['customer'], 'weather', []],
    [['customer'], 'customer', []],
    [['nothing'], 'customer', []],
    [['customer'], 'nothing', []],
  ])('%j to %s', (from, to, expected) => {
    expect(joinPaths(shop, from, to).map((path) => path.map(told).join(' '))).toEqual(expected);
  });

  it('of keys are preferred to a guess, unless they are long', () => {
    const chain = (length: number): string =>
      readDdlPath(`CREATE TABLE a (a_code INT PRIMARY KEY, x0 INT REFERENCES t0); ${Array.from({ length }, (_, i) => `CREATE TABLE t${i} (k${i} INT PRIMARY KEY, n INT REFERENCES ${i + 1 === length ? 'b' : `t${i + 1}`});`).join(' ')} CREATE TABLE b (kb INT PRIMARY KEY, a_code INT);`);
    expect(chain(1)).toBe('a t0 b');
    expect(chain(4)).toBe('a b?');
  }); // prettier-ignore

  it('are as many as are asked for, however many there are', () => {
    const many = Array.from({ length: 30 }, (_, i) => `CREATE TABLE m${i} (a INT REFERENCES a, b INT REFERENCES b);`);
    const schema = readDdl(`CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY); ${many.join(' ')}`);
    expect(joinPaths(schema, ['a'], 'b', 7)).toHaveLength(7);
  }); // prettier-ignore

  it('in a schema of 2,000 tables are found in milliseconds', () => {
    const tables = Array.from({ length: 2_000 }, (_, i) => `CREATE TABLE t${i} (id INTEGER PRIMARY KEY, account_id INT, n INT REFERENCES t${Math.floor(i / 3)});`); // prettier-ignore
    const schema = readDdl(tables.join('\n'));
    joinPaths(schema, ['t1'], 't2');
    const started = processorMs();
    expect(joinPaths(schema, ['t1999'], 't5')[0]?.length).toBeGreaterThan(4);
    expect(processorMs() - started).toBeLessThan(500);
  });
});

function readDdlPath(text: string): string {
  const [path] = joinPaths(readDdl(text), ['a'], 'b');
  return ['a', ...(path ?? []).map(({ to, kind }) => (kind === 'guessed' ? `${to}?` : to))].join(' ');
}

describe('several tables in one query', () => {
  it('each joins what is there, over others where needed', () => {
    expect(joinTables(shop, ['stock', 'customer', 'line'])?.map(told)).toEqual([
      'stock.code=line.product&stock.lot=line.lot',
      'line.order_id=order.id1',
      'order.customer_id=customer.id1',
    ]);
    expect(joinTables(shop, ['line', 'LINE'])).toEqual([]);
    expect(joinTables(shop, [])).toEqual([]);
    expect(joinTables(shop, ['line', 'weather'])).toBeUndefined();
  });
});
