import { describe, expect, it } from 'vitest';
import { parseSqlDocument, scopeAt } from '../../../sql/index.ts';
import { readDdl } from '../../../sqlSchema/index.ts';
import { comingAliases } from './comingAliases.ts';
import { numberOf } from './habits.ts';
import { sqlCompletion } from './index.ts';
import { placeAt } from './place.ts';
import { indexOf } from './schema.ts';
import { styleOf } from './style.ts';
import { surroundingsOf } from './surroundings.ts';
import { tablesIn } from '../locate.ts';

const shop = readDdl(`
  CREATE TABLE regions (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, rank TEXT, region_id INT REFERENCES regions (id));
  CREATE TABLE orders (id INTEGER PRIMARY KEY, client_id INT REFERENCES clients (id), placed DATE, total REAL);
  CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id INT REFERENCES orders (id), item_id INT REFERENCES items (id), pieces INT);
  CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT, price REAL);
  CREATE TABLE settings (word TEXT, worth TEXT);
`);

/** The first labels at the `|` of a text. */
function first(marked: string, count: number): readonly string[] {
  const offset = marked.indexOf('|');
  const { items } = sqlCompletion(parseSqlDocument(marked.replace('|', '')), offset, shop);
  return items.slice(0, count).map(({ label }) => label);
}

describe('among the first five', () => {
  it.each<[string, string, string]>([
    ['what every list may begin with', 'SELECT |', 'name'],
    ['a table of the middle before any column', 'SELECT DISTINCT |', 'clients'],
    ['the key of the only table', 'SELECT | FROM clients', 'id'],
    ['the alias behind T1', 'SELECT T1.name, |', 'T2'],
    ['the alias before T2', 'SELECT T2.name, |', 'T1'],
    ['the letters of a joined table', 'SELECT c.name, COUNT(|', 'o'],
    ['its two letters where they are taken', 'SELECT o.total, i.title, ol.pieces, SUM(|', 'c'],
    ['an end that the other alias has', 'SELECT clientsalias0.name, |', 'ordersalias0'],
    ['a joined table written whole', 'SELECT clients.name, COUNT(|', 'orders'],
    ['an alias of another statement', 'SELECT * FROM items AS it;\nSELECT ol.pieces, |', 'it'],
    ['an alias of a common table expression', 'WITH best_clients AS (SELECT id FROM clients) SELECT c.name, |', 'bc'],
    ['what a divisor is wrapped in', 'SELECT SUM(total) / | FROM orders', 'NULLIF'],
    ['the function of the other operand', 'SELECT julianday(placed) - | FROM orders', 'julianday'],
    ['a day behind BETWEEN', 'SELECT * FROM orders WHERE placed BETWEEN |', 'DATE'],
    ['a day behind its AND', "SELECT * FROM orders WHERE total > 1 AND placed BETWEEN '2026-01-01' AND |", 'DATE'],
    ['a number that is divided', 'SELECT CAST(|', 'price'],
  ])('%s: %s has %s', (_, marked, wanted) => {
    expect(first(marked, 5)).toContain(wanted);
  }); // prettier-ignore
});

describe('what comes first', () => {
  it.each<[string, string, string]>([
    ['the alias that is used already', 'SELECT T1.name, |', 'T1'],
    ['not what the alias has in the list already', 'SELECT c.name, c.|', 'id'],
    ['the table in the middle', 'SELECT COUNT(*) FROM |', 'clients'],
    ['not the expression that is being written', 'WITH clients_of AS (SELECT name FROM |', 'clients'],
    ['itself behind a UNION', 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM |', 'n'],
    ['what T1 is joined with where T2 is named', 'SELECT T2.title FROM |', 'order_lines'],
    ['what T1 is where it is named', 'SELECT T1.title, T2.pieces FROM |', 'items'],
    ['the way to a table that is named', 'SELECT c.name, ol.pieces FROM clients AS c JOIN |', 'orders'],
    ['a table that was joined for its values', 'SELECT c.name FROM clients c JOIN orders o ON c.id = o.client_id WHERE |', 'o'],
    ['the alias that the document gives', 'SELECT * FROM regions AS z;\nSELECT z.|', 'name'],
    ['the alias of the query before', '-- Q: Titles?\nSELECT T1.title FROM items AS T1 INTERSECT SELECT |', 'T1'],
    ['the end of the joins', 'SELECT c.name FROM clients c JOIN orders o ON c.id = o.client_id JOIN order_lines ol ON o.id = ol.order_id WHERE |', 'ol'],
    ['what a table was joined for at last', 'SELECT c.name FROM clients c JOIN orders o ON c.id = o.client_id ORDER BY |', 'o'],
    ['an aggregate to sort by', 'SELECT name AS n, COUNT(*) AS many FROM clients GROUP BY name ORDER BY |', 'many'],
    ['what CASE has moved NULL of', 'SELECT COUNT(*) AS many, SUM(total) AS worth FROM orders GROUP BY client_id ORDER BY CASE WHEN worth IS NULL THEN 1 ELSE 0 END, |', 'worth'],
    ['not a column that is grouped already', '-- Q: Which ranks have five clients?\nSELECT rank FROM clients GROUP BY rank HAVING |', 'COUNT'],
    ['a measure by its name', 'WITH c AS (SELECT client_id AS owner, COUNT(*) AS num_orders FROM orders GROUP BY 1) SELECT * FROM c ORDER BY |', 'num_orders'],
  ])('%s: %s has %s', (_, marked, wanted) => {
    expect(first(marked, 1)).toEqual([wanted]);
  }); // prettier-ignore

  it.each<[string, string, string, string]>([
    ['the expression before its table', '-- Q: Which clients?\nWITH good AS (SELECT id AS x FROM clients) SELECT x FROM |', 'good', 'clients'],
    ['an aggregate to divide one by', 'SELECT CAST(SUM(total) AS REAL) / NULLIF(|', 'SUM', 'total'],
    ['a key is counted', 'SELECT |(client_id) FROM orders', 'COUNT', 'AVG'],
    ['a number is not', 'SELECT |(o.total) FROM orders AS o', 'AVG', 'COUNT'],
    ['what has two arguments', 'SELECT 1.0 / |(COUNT(*), 0) FROM orders', 'NULLIF', 'COALESCE'],
    ['the first day', 'SELECT MIN(o.|', 'placed', 'client_id'],
    ['not how somebody is reached', 'SELECT | FROM clients', 'rank', 'phone'],
    ['not keys of other tables', 'SELECT | FROM orders', 'id', 'client_id'],
    ['what was found above', 'SELECT id FROM items EXCEPT SELECT |', 'item_id', 'title'],
    ['what other statements name', 'SELECT worth FROM settings;\nSELECT worth FROM settings;\nSELECT | FROM settings', 'worth', 'word'],
  ])('%s: %s has %s before %s', (_, marked, before, behind) => {
    const labels = first(marked, 99);
    expect(labels).toEqual(expect.arrayContaining([before, behind]));
    expect(labels.indexOf(before)).toBeLessThan(labels.indexOf(behind));
  }); // prettier-ignore
});

describe('aliases that FROM will give', () => {
  it.each<[string, string]>([
    ['SELECT |', ''],
    ['SELECT c.name, |', 'r of regions, o of orders'],
    ['SELECT T1.name, |', 'T2'],
    ['SELECT t3.name, |', 't4 t2'],
    ['SELECT CLIENTSx.name, |', 'REGIONSx of regions, ORDERSx of orders'],
    ['SELECT * FROM orders AS T1, clients AS T2;\nSELECT |', 'T1'],
    ['SELECT * FROM orders AS o, clients AS cl;\nSELECT |', 'cl of clients, o of orders'],
    ['SELECT * FROM orders AS o, clients AS cl;\nSELECT o.total, |', 'cl of clients, ol of order_lines'],
    ['SELECT x.name, |', ''],
  ])('%s: %s', (marked, expected) => {
    const offset = marked.indexOf('|');
    const document = parseSqlDocument(marked.replace('|', ''));
    const index = indexOf(shop);
    const place = placeAt(document, offset, scopeAt(document, offset, tablesIn(shop)));
    const around = surroundingsOf(document, place, index, styleOf(document, index));
    const told = comingAliases(around).map(({ alias, of }) => (of === undefined ? alias : `${alias} of ${of}`));
    expect(told.join(expected.includes(',') ? ', ' : ' ')).toBe(expected);
  }); // prettier-ignore

  it.each<[string, number | undefined]>([
    ['T1', 1],
    ['tab_12', 12],
    ['customer1', undefined],
    ['c', undefined],
    ['1', undefined],
  ])('the number of %s is %s', (alias, number) => {
    expect(numberOf(alias)?.number).toBe(number);
  });
});
