import fc from 'fast-check';
import type { SqlToken } from '../index.ts';

const pieces = [
  ...['SELECT', 'FROM', 'WHERE', 'GROUP BY', 'HAVING', 'ORDER BY', 'LIMIT', 'JOIN', 'LEFT JOIN', 'ON', 'USING', 'AS', 'WITH', 'VALUES'],
  ...['UNION', 'INSERT INTO', 'UPDATE', 'SET', 'DELETE', 'CREATE VIEW', 'CREATE TRIGGER', 'BEGIN', 'END', 'CASE', 'WHEN', 'IN', 'OVER'],
  ...['WINDOW', 'RETURNING', 'ON CONFLICT', 'NOT', 'CAST', 'COLLATE', 'FILTER', 'RECURSIVE', 'NATURAL', 'DISTINCT', 'IS', 'ASC'],
  ...['t', 'u', 'a', 'b', 'x', '*', '.', ',', ';', '(', ')', '=', '||', "'text'", '"name"', '[n]', '`n`', "'", '"', '[', '`', '/* c */', '/*'],
  ...['-- c\n', '-- Q: q\n', '\n', '\n\n', ' ', '1', '?', ':p', '\ud800', '😀', '\0', 'é'],
]; // prettier-ignore

/** Any text, and texts of pieces that statements are made of in any order. */
export const anySql = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(' ', ' ', '\n', '')), {
        maxLength: 40,
        size: 'max',
      })
      .map((all) => all.flat().join('')),
  },
);

/** What tokens say together. */
export function joined(tokens: readonly SqlToken[]): string {
  return tokens.map(({ text }) => text).join('');
}
