import { describe, expect, it } from 'vitest';
import { withValues } from '../../sqlSchema/testing/withValues.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import { baselineDrafts, baselineSql } from './baseline.ts';

const bare = readDdl(`
  CREATE TABLE book (book_id INTEGER PRIMARY KEY, title TEXT, author TEXT, pages INT, published_year INT);
  CREATE TABLE reader (reader_id INTEGER PRIMARY KEY, name TEXT, email TEXT, birth_date DATE, joined_on DATE);
  CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, book_id INT REFERENCES book, reader_id INT REFERENCES reader, loaned_on DATE, due_on DATETIME, returned_on DATE, fine REAL, seconds_spent INT);
`);
const hasNulls = new Set(['email', 'returned_on', 'fine']);
const schema = withValues(bare, (_, column) => {
  const nullShare = hasNulls.has(column) ? 0.3 : 0;
  return { examined: 100, isComplete: true, distinct: 90, nullShare, samples: [] };
});

const loansOf = 'loan JOIN reader ON loan.reader_id = reader.reader_id';

describe('what people ask plainly', () => {
  it.each<[string, string]>([
    // Days as they are written.
    ['Which loans are due between 2023-01-01 and 2023-03-01?', "SELECT * FROM loan WHERE date(loan.due_on) >= '2023-01-01' AND date(loan.due_on) <= '2023-03-01'"],
    ['Which readers joined after 2023-01-01?', "SELECT reader.name FROM reader WHERE reader.joined_on > '2023-01-01'"],
    ['How many readers joined since 2020?', "SELECT COUNT(*) FROM reader WHERE strftime('%Y', reader.joined_on) >= '2020'"],
    ['How many readers were born after 1990?', "SELECT COUNT(*) FROM reader WHERE strftime('%Y', reader.birth_date) > '1990'"],
    ['How many readers joined each year?', "SELECT strftime('%Y', reader.joined_on), COUNT(reader.joined_on) FROM reader GROUP BY strftime('%Y', reader.joined_on) ORDER BY strftime('%Y', reader.joined_on)"],
    // Numbers below zero, and parts of one.
    ['Which loans have a fine below -3?', 'SELECT * FROM loan WHERE loan.fine < -3'],
    ['Which loans have a fine over .5?', 'SELECT * FROM loan WHERE loan.fine > .5'],
    // What has not happened has no day.
    ['Which loans have not been returned?', 'SELECT * FROM loan WHERE loan.returned_on IS NULL'],
    ["How many loans weren't returned?", 'SELECT COUNT(*) FROM loan WHERE loan.returned_on IS NULL'],
    ['What is the average fine of loans that were returned?', 'SELECT AVG(loan.fine) FROM loan WHERE loan.returned_on IS NOT NULL'],
    ['Which loans that were returned in 2023 are there?', "SELECT * FROM loan WHERE strftime('%Y', loan.returned_on) = '2023'"],
    ['How many loans have been returned?', 'SELECT COUNT(*) FROM loan WHERE loan.returned_on IS NOT NULL'],
    ['Which readers joined in the last 30 days?', "SELECT reader.name FROM reader WHERE reader.joined_on >= date('now', '-30 days')"],
    ['Which books were published 1990-2010?', 'SELECT book.title FROM book WHERE book.published_year >= 1990 AND book.published_year <= 2010'],
    ['Which books have 5 to 30 pages?', 'SELECT book.title FROM book WHERE book.pages >= 5 AND book.pages <= 30'],
    ['Which readers have no email but have a loan?', 'SELECT reader.name FROM reader WHERE reader.email IS NULL AND reader.reader_id IN (SELECT loan.reader_id FROM loan)'],
    ['How many readers have an email?', 'SELECT COUNT(*) FROM reader WHERE reader.email IS NOT NULL'],
    // Denied of one and the other.
    ['Which books have an author that is not "Ann" or "Bo"?', "SELECT book.title FROM book WHERE book.author != 'Ann' AND book.author != 'Bo'"],
    ['How many books have neither 5 nor 7 pages?', 'SELECT COUNT(*) FROM book WHERE book.pages != 5 AND book.pages != 7'],
    // Groups by two things.
    ['How many loans are there per reader and book?', 'SELECT reader.name, book.title, COUNT(*) FROM loan JOIN reader ON loan.reader_id = reader.reader_id JOIN book ON loan.book_id = book.book_id GROUP BY reader.reader_id, book.book_id ORDER BY COUNT(*) DESC'],
    // The day of what stands before it.
    ['Which readers have more than 2 loans in 2024?', "SELECT reader.name FROM loan JOIN reader ON loan.reader_id = reader.reader_id WHERE strftime('%Y', loan.loaned_on) = '2024' GROUP BY reader.reader_id HAVING COUNT(*) > 2"],
    // The first and the last to do something, and several of them.
    ['Which reader joined first?', 'SELECT reader.name FROM reader ORDER BY reader.joined_on LIMIT 1'],
    ['Which reader joined last?', 'SELECT reader.name FROM reader ORDER BY reader.joined_on DESC LIMIT 1'],
    ['What are the three highest fines?', 'SELECT loan.fine FROM loan ORDER BY loan.fine DESC LIMIT 3'],
    ['Show the top 3 books by pages.', 'SELECT book.title FROM book ORDER BY book.pages DESC LIMIT 3'],
    ['What is the longest book?', 'SELECT book.title FROM book ORDER BY book.pages DESC LIMIT 1'],
    // A column that is compared is not asked for.
    ['Which books have fewer than 200 pages or more than 400 pages?', 'SELECT book.title FROM book WHERE (book.pages < 200 OR book.pages > 400)'],
    ['Which readers spent more than 100 seconds on a loan?', `SELECT DISTINCT reader.name FROM ${loansOf} WHERE loan.seconds_spent > 100`],
    // One number of those that have several.
    ['How many readers have more than one loan?', 'SELECT COUNT(*) FROM (SELECT reader.reader_id FROM reader JOIN loan ON reader.reader_id = loan.reader_id GROUP BY reader.reader_id HAVING COUNT(*) > 1)'],
  ])('%s', (question, sql) => {
    expect(baselineSql(question, schema)?.replaceAll('"', '')).toBe(sql);
  }); // prettier-ignore
});

it.each<[string, readonly string[]]>([
  ['How many loans were included?', ['included']],
  ['How many loans are included in all?', []],
  ['How many books have more pages than "Stones"?', ['more']],
  ['How many loans were due in February 2024?', []],
  ['How many readers were born after 1990?', []],
  ['How many books were born after 1990?', ['born']],
])('told as unread of %s', (question, unread) => {
  expect(baselineDrafts(question, schema).unread).toEqual(unread);
});
