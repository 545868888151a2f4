import { describe, expect, it } from 'vitest';
import { readDdl } from '../../sqlSchema/index.ts';
import { baselineDrafts, baselineSql } from './baseline.ts';

const shop = readDdl(`
  CREATE TABLE customer (customer_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, city TEXT, birth_date DATE, joined_on DATE);
  CREATE TABLE invoice (invoice_id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer, invoice_date DATE, total REAL);
  CREATE TABLE line (line_id INTEGER PRIMARY KEY, invoice_id INT REFERENCES invoice, product_id INT REFERENCES product, unit_price REAL, quantity INT, minutes INT);
  CREATE TABLE product (product_id INTEGER PRIMARY KEY, name TEXT, price REAL, quantity_in_stock INT);
`);
const reviews = readDdl(`
  CREATE TABLE reviewer (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
  CREATE TABLE record (id INTEGER PRIMARY KEY, title TEXT);
  CREATE TABLE included_record (id INTEGER PRIMARY KEY, title TEXT);
  CREATE TABLE decision (decision_id INTEGER PRIMARY KEY, record_id INT REFERENCES record, reviewer_id INT REFERENCES reviewer, decided_at DATE, checked_at DATE, minutes INT);
`);

const spending = 'invoice JOIN customer ON invoice.customer_id = customer.customer_id';
const customers = 'GROUP BY customer.customer_id ORDER BY SUM(invoice.total)';
const names = 'customer.first_name, customer.last_name';

describe('money', () => {
  it.each<[string, string]>([
    ['Which customer spent the most?', `SELECT ${names}, SUM(invoice.total) FROM ${spending} ${customers} DESC LIMIT 1`],
    ['Who spent the least money?', `SELECT ${names}, SUM(invoice.total) FROM ${spending} ${customers} LIMIT 1`],
    ['Who are the top 3 customers by total purchase amount?', `SELECT ${names}, SUM(invoice.total) FROM ${spending} ${customers} DESC LIMIT 3`],
    ['How much money did we make?', 'SELECT SUM(invoice.total) FROM invoice'],
    ['Provide a query that shows the total sales per city.', `SELECT customer.city, SUM(invoice.total) FROM ${spending} GROUP BY customer.city ORDER BY SUM(invoice.total) DESC`],
    // Price times quantity, of what was sold and not of what is there.
    ['What is the total revenue of each product?', 'SELECT product.name, SUM(line.unit_price * line.quantity) FROM line JOIN product ON line.product_id = product.product_id GROUP BY product.product_id ORDER BY SUM(line.unit_price * line.quantity) DESC'],
    // Ranked by it and asked for beside another number.
    ['Who are the top 3 customers by total revenue? Return their last name, the number of invoices and the total revenue.', `SELECT customer.last_name, COUNT(*), SUM(invoice.total) FROM ${spending} ${customers} DESC LIMIT 3`],
    // Several rows of each.
    ['Which product needed the most minutes?', 'SELECT product.name FROM line JOIN product ON line.product_id = product.product_id GROUP BY product.product_id ORDER BY SUM(line.minutes) DESC LIMIT 1'],
  ])('%s', (question, sql) => {
    expect(baselineSql(question, shop)?.replaceAll('"', '')).toBe(sql);
  }); // prettier-ignore

  it('what was read of it is not told as unread', () => {
    expect(baselineDrafts('Which customer spent the most money?', shop).unread).toEqual([]);
    expect(baselineDrafts('Which customer spent the most time?', shop).unread).toContain('spent');
  });
});

describe('people, times and places', () => {
  const decided = 'decision.reviewer_id = reviewer.id';
  it.each<[string, string]>([
    ['Who made the most decisions?', `SELECT reviewer.name FROM decision JOIN reviewer ON ${decided} GROUP BY reviewer.id ORDER BY COUNT(*) DESC LIMIT 1`],
    ['Who included the most records?', `SELECT reviewer.name FROM record JOIN decision ON record.id = decision.record_id JOIN reviewer ON ${decided} GROUP BY reviewer.id ORDER BY COUNT(*) DESC LIMIT 1`],
    ['Where do the reviewers live?', 'SELECT reviewer.city FROM reviewer'],
    ['When was the last decision checked?', 'SELECT decision.checked_at FROM decision ORDER BY decision.checked_at DESC LIMIT 1'],
    ['How many decisions were checked in 2020?', "SELECT COUNT(*) FROM decision WHERE strftime('%Y', decision.checked_at) = '2020'"],
    ['How many decisions were there in 2020?', "SELECT COUNT(*) FROM decision WHERE strftime('%Y', decision.decided_at) = '2020'"],
  ])('%s', (question, sql) => {
    expect(baselineSql(question, reviews)?.replaceAll('"', '')).toBe(sql);
  }); // prettier-ignore

  it.each<[string, string]>([
    ['How many customers joined in 2020?', "SELECT COUNT(*) FROM customer WHERE strftime('%Y', customer.joined_on) = '2020'"],
    ['Who is the first customer to join?', `SELECT ${names} FROM customer ORDER BY customer.joined_on LIMIT 1`],
  ])('%s', (question, sql) => {
    expect(baselineSql(question, shop)?.replaceAll('"', '')).toBe(sql);
  }); // prettier-ignore

  it('a word of a table that the statement does not have is told as unread', () => {
    expect(baselineDrafts('Who included the most records?', reviews).unread).toEqual(['included']);
  });
});
