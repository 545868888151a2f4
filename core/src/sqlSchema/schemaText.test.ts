import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { prunedSchema, schemaText } from './index.ts';

const schema = [
  'CREATE TABLE "orders" (\n  id INTEGER PRIMARY KEY, -- of the order\n  customer_id INT, note TEXT DEFAULT \'a;  b\',\n  FOREIGN KEY (customer_id) REFERENCES customers(id)\n)',
  'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)',
  'CREATE TABLE weather (day TEXT, rain REAL, PRIMARY KEY (day))',
  'CREATE VIEW recent AS SELECT * FROM orders',
]; // prettier-ignore
const text = schemaText({ statements: schema, tables: [] });

describe('schemas in prompts', () => {
  it('are written one statement a line, texts as they are, comments left out', () => {
    expect(text.split('\n')).toEqual([
      'CREATE TABLE "orders" (id INTEGER PRIMARY KEY, customer_id INT, note TEXT DEFAULT \'a;  b\', FOREIGN KEY (customer_id) REFERENCES customers(id));',
      'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);',
      'CREATE TABLE weather (day TEXT, rain REAL, PRIMARY KEY (day));',
      'CREATE VIEW recent AS SELECT * FROM orders;',
    ]);
  });

  it.each<[string, readonly string[]]>([
    ['How much rain fell?', ['weather', '"orders"', 'customers', 'recent']],
    ['Which customers are there?', ['customers', '"orders"', 'weather', 'recent']],
    ['Which orders are there?', ['"orders"', 'recent', 'customers', 'weather']],
    ['What now?', ['"orders"', 'customers', 'weather', 'recent']],
  ])('%s puts first what it names, then what that refers to', (question, names) => {
    expect(prunedSchema(text, question).map((line) => line.split(' ')[2])).toEqual(names);
  });

  it('are cut down to a budget: to names of columns, then to names of tables', () => {
    const lines = prunedSchema(text, 'How many customers have orders?', 170);
    expect(lines).toEqual([
      'CREATE TABLE orders (id, customer_id, note);',
      'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);',
      'CREATE VIEW recent AS SELECT * FROM orders;',
      '-- further tables: weather',
    ]);
    for (const budget of [0, 50, 100, 200, 400])
      expect(prunedSchema(text, 'orders', budget).filter((line) => !line.startsWith('--')).join('\n').length).toBeLessThanOrEqual(budget);
  }); // prettier-ignore

  it('survive what is no schema', () => {
    for (const broken of [
      '',
      ';;',
      'hello',
      'CREATE TABLE',
      "CREATE TABLE x ('",
      '((((',
      ')'.repeat(50),
      'CREATE VIEW',
    ])
      expect(prunedSchema(broken, 'x').join('').length).toBeLessThan(200);
  });

  it('of thousands of tables are ordered at once', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `CREATE TABLE stock${i} (id INT, price INT REFERENCES stock${i + 1}(id));`); // prettier-ignore
    const started = processorMs();
    expect(prunedSchema(many.join('\n'), 'Which price is highest?').join('\n').length).toBeLessThan(7_000);
    expect(processorMs() - started).toBeLessThan(1_500);
  });
});
