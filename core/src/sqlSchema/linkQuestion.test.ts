import { describe, expect, it } from 'vitest';
import { linkQuestion, readDdl, tableNamed, tablesOf } from './index.ts';
import type { SqlSchema } from './index.ts';

const schema: SqlSchema = (() => {
  const read = readDdl(`
    CREATE TABLE Customers (customer_id INTEGER PRIMARY KEY, name TEXT, country TEXT);
    CREATE TABLE Orders (order_id INTEGER PRIMARY KEY, customer_id INT REFERENCES Customers, order_date TEXT, status TEXT);
    CREATE TABLE Order_Lines (order_id INT REFERENCES Orders, product_id INT REFERENCES Products, quantity INT);
    CREATE TABLE Products (product_id INTEGER PRIMARY KEY, songtitle TEXT, price REAL);
    CREATE TABLE Weather (day TEXT, rain REAL);`);
  const values = { examined: 9, isComplete: true, distinct: 2, nullShare: 0, samples: ['New Zealand', 'UK', 'open'] };
  return {
    ...read,
    tables: read.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => (column.name === 'country' ? { ...column, values } : column)),
    })),
  };
})(); // prettier-ignore

describe('a question is linked to', () => {
  it.each<[string, readonly string[]]>([
    ['How many customers are there?', ['Customers']],
    ['What is the price of each product?', ['Products']],
    ['Which customers bought products?', ['Customers', 'Products', '+Orders', '+Order_Lines']],
    ['How much rain fell?', ['Weather']],
    ['Who lives in New Zealand?', ['Customers']],
    ['List all song titles.', ['Products']],
    ['What now?', []],
    ['', []],
  ])('%s', (question, expected) => {
    const { tables } = linkQuestion(question, schema);
    expect(tables.map(({ table, score }) => (score === 0 ? '+' : '') + table.name)).toEqual(expected);
  });

  it('columns and values, best first', () => {
    const [best] = linkQuestion('Names of customers from new zealand', schema).tables;
    expect(best?.columns.map(({ column, values }) => [column.name, values])).toEqual([
      ['country', ['New Zealand']],
      ['customer_id', []],
    ]);
  });

  it('what the evidence names', () => {
    expect(linkQuestion('How wet was it?', schema, 'wet refers to rain').tables[0]?.table.name).toBe(
      'Weather',
    );
  });
});

it('a schema is asked for its columns in any case, of main only', () => {
  const tables = tablesOf(schema);
  expect(tables.columns('ORDER_lines')).toEqual(['order_id', 'product_id', 'quantity']);
  expect(tables.columns('weather', 'MAIN')).toEqual(['day', 'rain']);
  expect(tables.columns('weather', 'other')).toBeUndefined();
  expect(tables.columns('nothing')).toBeUndefined();
  expect(tableNamed(schema, 'PRODUCTS')?.name).toBe('Products');
});
