import { describe, expect, it } from 'vitest';
import { withValues } from '../../sqlSchema/testing/withValues.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import { baselineSql } from './baseline.ts';

const bare = readDdl(`
  CREATE TABLE customer (customer_id INTEGER PRIMARY KEY, name TEXT, city TEXT, postal_code TEXT, gender TEXT, last_login DATE, joined DATE, is_active INT, helper_id INT REFERENCES staff);
  CREATE TABLE staff (staff_id INTEGER PRIMARY KEY, name TEXT, city TEXT, postal_code TEXT, grade TEXT);
  CREATE TABLE customer_order (order_id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer, product_id INT REFERENCES product, order_ref TEXT, status TEXT, price REAL);
  CREATE TABLE review (review_id INTEGER PRIMARY KEY, product_id INT REFERENCES product, stars INT);
  CREATE TABLE product (product_id INTEGER PRIMARY KEY, name TEXT, price REAL);
`);
const known: Readonly<Record<string, readonly (string | number)[]>> = {
  'customer.gender': ['0', '1'],
  'customer.is_active': [0, 1],
  'customer_order.status': ['New', 'Pending'],
  'staff.grade': ['A', 'C'],
  'product.name': ['Belong'],
};
const schema = withValues(bare, (table, column) => {
  const samples = known[`${table}.${column}`];
  return samples && { examined: 9, isComplete: true, distinct: samples.length, nullShare: 0, samples };
});

const drafted = (question: string): string | undefined => baselineSql(question, schema)?.replaceAll('"', '');

describe('what is ordered', () => {
  const ordered = 'product JOIN customer_order ON product.product_id = customer_order.product_id';
  it.each<[string, string]>([
    ['What is the name of the product that was ordered most often?', `SELECT product.name FROM ${ordered} GROUP BY product.product_id ORDER BY COUNT(*) DESC LIMIT 1`],
    ['What are the names of customers who made an order?', 'SELECT customer.name FROM customer'],
    ['Show the names of the products in the order of their price.', 'SELECT product.name FROM product ORDER BY product.price'],
    ['Show the names of the products. Order the results by price.', 'SELECT product.name FROM product ORDER BY product.price'],
    ['Show the names of the products in descending order of price.', 'SELECT product.name FROM product ORDER BY product.price DESC'],
    ['What are the 2 most common order statuses and their respective counts?', 'SELECT customer_order.status, COUNT(*) FROM customer_order GROUP BY customer_order.status ORDER BY COUNT(*) DESC LIMIT 2'],
  ])('%s', (question, sql) => {
    expect(drafted(question)?.replace(/ WHERE .*IN \(.*\)/u, '')).toBe(sql);
  }); // prettier-ignore
});

describe('years, keys and grades', () => {
  const helped = 'customer JOIN staff ON customer.helper_id = staff.staff_id';
  it.each<[string, string]>([
    // A year tells when; it is no price, and no number of rows.
    ['How many customers of each city joined in 2020?', "SELECT customer.city, COUNT(*) FROM customer WHERE strftime('%Y', customer.joined) = '2020' GROUP BY customer.city ORDER BY COUNT(*) DESC"],
    ['What are the names and genders of the customers who came in 2020?', "SELECT customer.name, customer.gender FROM customer WHERE strftime('%Y', customer.joined) = '2020'"],
    // Whose column it is stands before `with`.
    ['What is the city of the staff who help the customer with postal code 70174?', `SELECT DISTINCT staff.city FROM ${helped} WHERE customer.postal_code = '70174'`],
    ['What are the names of the staff with grade A?', "SELECT staff.name FROM staff WHERE staff.grade = 'A'"],
    // The last weeks are no last login.
    ['How many customers were there in the last 2 weeks?', "SELECT COUNT(*) FROM customer WHERE customer.joined >= date('now', '-14 days')"],
    // The key of the staff is called so.
    ['Show the staff ids of the staff.', 'SELECT staff.staff_id FROM staff'],
    ['How many customers are there without active?', 'SELECT COUNT(*) FROM customer WHERE customer.is_active = 0'],
    // Said twice.
    ['How many active customers are there, if customers are active?', 'SELECT COUNT(*) FROM customer WHERE customer.is_active = 1'],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore
});

describe('rows that have none of some, and rows once', () => {
  it.each<[string, string]>([
    ['What are the names of the customers that do not have Pending orders?', "SELECT customer.name FROM customer WHERE customer.customer_id NOT IN (SELECT customer_order.customer_id FROM customer_order WHERE customer_order.status = 'Pending' AND customer_order.customer_id IS NOT NULL)"],
    ['How many customers have orders of a status other than "Pending"?', "SELECT COUNT(*) FROM customer WHERE customer.customer_id NOT IN (SELECT customer_order.customer_id FROM customer_order WHERE customer_order.status = 'Pending' AND customer_order.customer_id IS NOT NULL)"],
    ['What are the names of the customers with Pending orders?', "SELECT DISTINCT customer.name FROM customer_order JOIN customer ON customer_order.customer_id = customer.customer_id WHERE customer_order.status = 'Pending'"],
    ['Which customers have the status "New"?', "SELECT DISTINCT customer.name FROM customer_order JOIN customer ON customer_order.customer_id = customer.customer_id WHERE customer_order.status = 'New'"],
    ['How many reviews belong to products?', 'SELECT COUNT(*) FROM review'],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore
});
