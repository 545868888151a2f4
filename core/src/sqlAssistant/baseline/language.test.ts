import { describe, expect, it } from 'vitest';
import { withValues } from '../../sqlSchema/testing/withValues.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import { baselineSql } from './baseline.ts';
import { placesOf } from './demonyms.ts';
import { valueLookup } from './valueLookup.ts';

const ddl = `
  CREATE TABLE genre (genre_id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT);
  CREATE TABLE track (track_id INTEGER PRIMARY KEY, name TEXT, album_id INT REFERENCES album, genre_id INT REFERENCES genre, milliseconds INT, composer TEXT, track_type_code TEXT);
  CREATE TABLE customer (customer_id INTEGER PRIMARY KEY, last_name TEXT, first_name TEXT, address TEXT, city TEXT, postal_code TEXT, line_1 TEXT, line_2 TEXT, phone_no TEXT);
  CREATE TABLE invoice (invoice_id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer, total REAL, discount REAL);
  CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT, continent TEXT, population INT, area TEXT);
  CREATE TABLE speaks (code TEXT REFERENCES country, language TEXT, is_official TEXT);
`;
/** Values of a column, and whether they are all that it holds. */
const known: Readonly<Record<string, readonly [samples: readonly string[], distinct: number]>> = {
  'genre.name': [['Rock', 'Pop'], 2],
  'album.title': [['Pop', 'Balls to the Wall'], 4_000],
  'track.name': [['Belong', 'Numbers', 'Independence'], 9_000],
  'customer.city': [['Calgary', 'Oslo'], 2],
  'customer.first_name': [['Leonie'], 60],
  'customer.postal_code': [['T2P 2T3', '70174'], 60],
  'country.continent': [['Asia', 'Africa', 'North America'], 7],
  'country.area': [['193.0', '1.7E7'], 200],
  'speaks.language': [['English', 'Dutch'], 90],
  'speaks.is_official': [['T', 'F'], 2],
};
const bare = readDdl(ddl);
const schema = withValues(bare, (table, column) => {
  const values = known[`${table}.${column}`];
  if (values === undefined) return undefined;
  const [samples, distinct] = values;
  return { examined: 9_000, isComplete: true, distinct, nullShare: 0, samples };
});

const drafted = (question: string): string | undefined => baselineSql(question, schema)?.replaceAll('"', '');
const genres = 'genre JOIN track ON genre.genre_id = track.genre_id';
const speakers = (language: string): string =>
  `country.code IN (SELECT speaks.code FROM speaks WHERE speaks.language = '${language}')`;

describe('words that stand for a name', () => {
  it.each<[string, string]>([
    // Another noun for it.
    ['How many nations are there?', 'SELECT COUNT(*) FROM country'],
    ['What are the names of the songs?', 'SELECT track.name FROM track'],
    // Who lives somewhere is its population.
    ['How many people live in Asia?', "SELECT SUM(country.population) FROM country WHERE country.continent = 'Asia'"],
    ['Which are the 3 countries with the fewest people?', 'SELECT country.name FROM country ORDER BY country.population LIMIT 3'],
    // An adjective of a measure.
    ['What is the most populous country?', 'SELECT country.name FROM country ORDER BY country.population DESC LIMIT 1'],
    // What has no name has a title.
    ['Show the album names.', 'SELECT album.title FROM album'],
    // A person has two.
    ['What are the full names of the customers?', 'SELECT customer.first_name, customer.last_name FROM customer'],
    // A code is said without the word.
    ['How many tracks are there for each track type?', 'SELECT track.track_type_code, COUNT(*) FROM track GROUP BY track.track_type_code ORDER BY COUNT(*) DESC'],
    ['How many different track types are there?', 'SELECT COUNT(DISTINCT track.track_type_code) FROM track'],
    // Names with a number.
    ['Show line 1 and line 2 of the customers.', 'SELECT customer.line_1, customer.line_2 FROM customer'],
    // A word that mostly adds up is a name behind a table.
    ['What is the average invoice total?', 'SELECT AVG(invoice.total) FROM invoice'],
    ['What is the total discount of the invoices?', 'SELECT SUM(invoice.discount) FROM invoice'],
    // Numbers that SQLite wrote as text.
    ['What is the total area of the countries?', 'SELECT SUM(country.area) FROM country'],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore
});

describe('numbers that are no count, and counts', () => {
  it.each<[string, string]>([
    ['List the phone numbers of all customers.', 'SELECT customer.phone_no FROM customer'],
    ['Show the # of tracks per genre.', 'SELECT genre.name, COUNT(*) FROM track JOIN genre ON track.genre_id = genre.genre_id GROUP BY genre.genre_id ORDER BY COUNT(*) DESC'],
    ['Show the city, number of customers for each city.', 'SELECT customer.city, COUNT(*) FROM customer GROUP BY customer.city ORDER BY COUNT(*) DESC'],
    ['How many different kinds of continent are there?', 'SELECT COUNT(DISTINCT country.continent) FROM country'],
    ['How many people live in Asia, and what is the largest area?', "SELECT SUM(country.population), MAX(country.area) FROM country WHERE country.continent = 'Asia'"],
    ['Count the number of different continents.', 'SELECT COUNT(DISTINCT country.continent) FROM country'],
    ['Who is the customer with the postal code 70174?', "SELECT customer.first_name, customer.last_name FROM customer WHERE customer.postal_code = '70174'"],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore
});

describe('values', () => {
  it.each<[string, string]>([
    // Of several columns the one whose values are kinds.
    ['How many pop tracks are there?', `SELECT COUNT(*) FROM ${genres} WHERE genre.name = 'Pop'`],
    // A word of the language is no name of a row that nobody speaks of, and a verb none at all.
    ['What are the names of all rock genres and of what belongs to them?', "SELECT genre.name FROM genre WHERE genre.name = 'Rock'"],
    ['What is the independence of the country?', 'SELECT country.name FROM country'],
    ['How many tracks that belong to the genre Rock are there?', `SELECT COUNT(*) FROM ${genres} WHERE genre.name = 'Rock'`],
    // The column says where, and is not asked for.
    ['What are the last names of the customers in the city of Calgary?', "SELECT customer.last_name FROM customer WHERE customer.city = 'Calgary'"],
    ['Which African countries are there?', "SELECT country.name FROM country WHERE country.continent = 'Africa'"],
    ['How many North American countries are there?', "SELECT COUNT(*) FROM country WHERE country.continent = 'North America'"],
    // One of some and what holds for all of them.
    ['How many countries have English or Dutch as an official language?', "SELECT COUNT(DISTINCT country.code) FROM speaks JOIN country ON speaks.code = country.code WHERE (speaks.language = 'English' OR speaks.language = 'Dutch') AND speaks.is_official = 'T'"],
    ['Which nations speak both English and Dutch?', `SELECT country.name FROM country WHERE ${speakers('English')} AND ${speakers('Dutch')}`],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore
});

describe('comparisons', () => {
  it.each<[string, string]>([
    ['Which invoices have a discount lower than 600 or higher than 900?', 'WHERE (invoice.discount < 600 OR invoice.discount > 900)'],
    ['Which invoices have a discount of 600 or higher?', 'WHERE invoice.discount >= 600'],
    ['Which invoices have a discount of 600 or more?', 'WHERE invoice.discount >= 600'],
    ['Which tracks are longer than the average track length?', 'WHERE track.milliseconds > (SELECT AVG(track.milliseconds) FROM track)'],
    ['Show the names of customers whose address contains TN.', "WHERE customer.address LIKE '%TN%'"],
    ['Show the names of customers who have "TN" in their address.', "WHERE customer.address LIKE '%TN%'"],
    ['Show the tracks whose name has the word you.', "WHERE track.name LIKE '%you%'"],
    ['Find all tracks with NULL composer.', 'WHERE track.composer IS NULL'],
    ['Which tracks have a composer that is loud and whose milliseconds are not known?', 'WHERE track.milliseconds IS NULL'],
    ['Which tracks are there whose composer is missing?', 'WHERE track.composer IS NULL'],
    ["Which tracks are there whose composer isn't missing?", 'WHERE track.composer IS NOT NULL'],
  ])('%s', (question, where) => {
    expect(drafted(question)?.replace(/^.*?(?=WHERE)/u, '')).toBe(where);
  }); // prettier-ignore
});

describe('what is asked for beside it', () => {
  const albums = 'album JOIN track ON album.album_id = track.album_id';
  it.each<[string, string]>([
    ['List all tracks with their album names.', `SELECT track.name, album.title FROM ${albums}`],
    ['List all tracks with their genre.', `SELECT track.name, genre.name FROM ${genres}`],
    ['List all tracks including the composer and the genre name.', 'SELECT track.name, track.composer, genre.name FROM track JOIN genre ON track.genre_id = genre.genre_id'],
    ["Show the customers' city along with their postal code.", 'SELECT customer.city, customer.postal_code FROM customer'],
    ["What is the country's population?", 'SELECT country.population FROM country'],
  ])('%s', (question, sql) => {
    expect(drafted(question)).toBe(sql);
  }); // prettier-ignore
});

it.each<[string, readonly string[]]>([
  ['Brazilian', ['brazil', 'brazilia', 'brazily', 'brazila']],
  ['South American', ['south america', 'south united states', 'south united states of america', 'south usa', 'south us']],
  ['median', []],
  ['Japanese', ['japan', 'japana', 'japane']],
])('places after which something is called %s', (word, places) => {
  expect(placesOf(word)).toEqual(places);
}); // prettier-ignore

it('places are looked for in the database, too', () => {
  expect(valueLookup('How many Brazilian customers are there?', bare)?.sql).toContain("('brazil')");
});
