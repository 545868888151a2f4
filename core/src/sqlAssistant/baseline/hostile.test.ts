import { describe, expect, it } from 'vitest';
import { readDdl } from '../../sqlSchema/index.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { baselineSql } from './baseline.ts';
import { wordsOf } from './questionWords.ts';

const schema = readDdl(`
  CREATE TABLE book (book_id INTEGER PRIMARY KEY, title TEXT, pages INT, published DATE);
  CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, book_id INT REFERENCES book, fine REAL);
`);

describe('words that every object of JavaScript has', () => {
  it.each([
    ...['constructor', 'the average constructor of the books', 'books by constructor', 'loans of the last 3 constructor'],
    ...['books per constructor', 'older than the average constructor', 'books with a constructor over 5', 'the most constructor books'],
  ])('%s', (question) => {
    expect(() => baselineSql(question, schema)).not.toThrow();
  }); // prettier-ignore
});

describe('quotes that are never closed are read in little time', () => {
  it.each([
    ['“'.repeat(10_000), 0],
    ['‘'.repeat(10_000), 0],
    ['``'.repeat(5_000), 0],
    [`\`\`${' '.repeat(9_990)}`, 0],
    [`\`\`a${' '.repeat(9_990)}`, 1],
    [`\`\`${'a '.repeat(4_990)}`, 4_990],
  ])('%#', (question, count) => {
    const start = processorMs();
    expect(wordsOf(question)).toHaveLength(count);
    // Cubic, it took more than 100 s.
    expect(processorMs() - start).toBeLessThan(1_000);
  });

  it("are trimmed where two signs each make them: `` a b ''", () => {
    expect(wordsOf("books ``  a b '' of").map(({ text }) => text)).toEqual(['books', 'a b', 'of']);
  });
});
