/** Words of other dialects at which PostgreSQL's parser stops, by the word and what stands before it; and what to write instead. */
const habits: readonly (readonly [word: RegExp, before: RegExp, says: string])[] = [
  [/^AUTO_?INCREMENT$/iu, /./u, 'PostgreSQL has no AUTOINCREMENT. Write GENERATED ALWAYS AS IDENTITY behind the type.'],
  [/^PRAGMA$/iu, /^$/u, "PRAGMA is SQLite's. Settings are read with SHOW and changed with SET; tables and columns stand in information_schema."],
  [/^(?:ATTACH|DETACH)$/iu, /^$/u, 'PostgreSQL does not attach databases. Connect to the other one, or use a foreign data wrapper.'],
  [/^OR$/iu, /^(?:INSERT|UPDATE)$/iu, 'PostgreSQL has no INSERT OR. Write ON CONFLICT DO NOTHING, or ON CONFLICT (key) DO UPDATE SET, behind the values.'],
  [/^REPLACE$/iu, /^$/u, 'PostgreSQL has no REPLACE INTO. Write INSERT INTO with ON CONFLICT (key) DO UPDATE SET behind the values.'],
  [/^(?:GLOB|REGEXP|RLIKE)$/iu, /./u, 'PostgreSQL compares with a pattern by LIKE, ILIKE, SIMILAR TO, or ~ for a regular expression. Write one of them.'],
  [/^ROWID$/iu, /^WITHOUT$/iu, 'Tables of PostgreSQL have no rowid. Remove WITHOUT ROWID.'],
  [/^\d+$/u, /^TOP$/iu, 'PostgreSQL has no TOP. Write LIMIT and the number at the end of the query.'],
  [/^(?:UNSIGNED|ZEROFILL)$/iu, /./u, 'PostgreSQL has no unsigned numbers. Take the next larger type, or CHECK (column >= 0).'],
  [/^ENGINE$/iu, /^\)$/u, "ENGINE is MySQL's. Remove it."],
  [/^DUPLICATE$/iu, /^ON$/iu, 'Write ON CONFLICT (key) DO UPDATE SET column = excluded.column.'],
  [/^GO$/iu, /./u, 'GO is of tools for SQL Server. Write ; behind the statement.'],
]; // prettier-ignore

/** What to write instead of another dialect's word; undefined where it is none of them. @param before the word before it, empty at the beginning */
export function foreignWord(word: string, before: string): string | undefined {
  return habits.find(([pattern, behind]) => pattern.test(word) && behind.test(before))?.[2];
}
