import { describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { proposedSql } from './proposed.ts';

const long =
  'SELECT city.name, country.name FROM city JOIN country ON country.id = city.country_id WHERE population > 500';
const laidOut = `SELECT
  city.name,
  country.name
FROM
  city
  JOIN country ON country.id = city.country_id
WHERE
  population > 500`;
const short = 'SELECT name FROM city';

describe('a statement that is proposed', () => {
  it.each([
    ['is left on a short line', short, '', short],
    ['has the keywords of the document', short, 'select 1;', 'select name from city'],
    ['is laid out where its line is long', long, 'SELECT 1', laidOut],
    ['is laid out in the case of the document', long, '-- Q: which?\nselect 1;', laidOut.replaceAll(/SELECT|FROM|JOIN|ON|WHERE/gu, (word) => word.toLowerCase())],
    ['that has lines is laid out where one is long', `${long}\nORDER BY 1`, '', `${laidOut}\nORDER BY\n  1`],
    ['that has short lines keeps them', 'SELECT name\nFROM city', '', 'SELECT name\nFROM city'],
    ['that is several is left alone', `${long}; SELECT 1`, '', `${long}; SELECT 1`],
  ])('%s', (_, written, document, expected) => {
    expect(proposedSql(written, parseSqlDocument(document))).toBe(expected);
  }); // prettier-ignore

  const ownLines = `${long.replace(' WHERE', '\n    where')} -- mine`;
  it.each([
    ['keeps another layout', 'SELECT nam\n  FROM city', 'SELECT name\n  FROM city', 'SELECT name\n  FROM city'],
    ['keeps another layout with a long line', ownLines.replace('city.name', 'city.nam'), ownLines, ownLines],
    ['keeps a short line and its keywords', 'SELECT nam from city', 'SELECT name from city', 'SELECT name from city'],
    ['is laid out where the other one was a long line', long.replace('name', 'nam'), long, laidOut],
    ['is laid out where it is a long line in the place of several', ownLines.replace('city.name', 'city.nam'), long, laidOut],
  ])('in the place of another one %s', (_, broken, written, expected) => {
    const document = parseSqlDocument(broken);
    expect(proposedSql(written, document, document.statements[0])).toBe(expected);
  }); // prettier-ignore
});
