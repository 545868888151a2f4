import { isWord, meaningful, scanSql } from './scanner.ts';
import type { SqlToken } from './scanner.ts';

/** Why a text is not run: what SQLite could not read either, or what may not be run where data is only read. */
export interface Refusal {
  readonly code: 'syntax' | 'refused';
  /** One sentence for people. */
  readonly message: string;
}

/** Longest statement, in characters. A database takes more; no person writes it. */
export const longestStatement = 100_000;

const reading = ['SELECT', 'WITH', 'VALUES'];
const others = new Set(
  (
    'ALTER ANALYZE ATTACH BEGIN COMMIT CREATE DELETE DETACH DROP END EXPLAIN INSERT PRAGMA REINDEX RELEASE REPLACE ROLLBACK ' +
    'SAVEPOINT UPDATE VACUUM'
  ).split(' '),
);
const writing = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE'];

/**
 * Whether a text is one statement that only reads: `SELECT`, `VALUES`, or either behind `WITH`. An allow-list, by the first word and by what
 * follows the common table expressions, so that nothing else reaches a database, where some pragmas act when they are merely prepared.
 * @returns the statement without what stands behind its `;`, or why it is not run.
 */
export function readingStatement(sql: string): { readonly statement: string } | Refusal {
  if (sql.length > longestStatement)
    return refused(`The statement is longer than ${longestStatement.toLocaleString('en')} characters.`);
  // A database reads up to the first NUL: what is judged would not be what is run.
  if (sql.includes('\0')) return refused('The statement holds a NUL character.');
  const tokens = meaningful(scanSql(sql));
  const end = tokens.findIndex(({ text }) => text === ';');
  const own = end < 0 ? tokens : tokens.slice(0, end);
  const [first] = own;
  if (first === undefined) return { code: 'syntax', message: 'There is no statement.' };
  if (end >= 0 && tokens.slice(end).some(({ text }) => text !== ';'))
    return refused('There is more than one statement.');
  if (!isWord(first, ...reading)) {
    const word = first.text.toUpperCase();
    return others.has(word)
      ? refused(`${word} is not run here: only SELECT, WITH and VALUES are, since data is only read.`)
      : { code: 'syntax', message: `near "${first.text.slice(0, 40)}": syntax error` };
  }
  // What the first verb outside of the common table expressions is, the statement is: later ones may be functions, such as replace().
  const verb = topLevel(own).find((token) => isWord(token, 'SELECT', 'VALUES', ...writing));
  const writes = isWord(verb, ...writing) ? verb : undefined;
  if (writes !== undefined)
    return refused(
      `${writes.text.toUpperCase()} is not run here, not behind WITH either: data is only read.`,
    );
  const pragma = own.find(
    ({ kind, text }, i) =>
      (kind === 'word' || kind === 'quoted' || (kind === 'string' && namesTable(own, i))) &&
      /^.?pragma_/iu.test(text),
  );
  if (pragma !== undefined) return refused(`${pragma.text} is not run here: settings are not data.`);
  return { statement: sql.slice(0, own.at(-1)?.end) };
}

/** SQLite takes a text in single quotes for the name of a table, too, where one is read. */
function namesTable(tokens: readonly SqlToken[], at: number): boolean {
  const before = tokens[at - 1];
  return isWord(before, 'FROM', 'JOIN') || before?.text === '.';
}

/** Whether the rows of a statement are in an order that it asks for: `ORDER BY` outside of parentheses, texts and comments. */
export function isOrdered(sql: string): boolean {
  const tokens = topLevel(meaningful(scanSql(sql)));
  return tokens.some((token, i) => isWord(token, 'ORDER') && isWord(tokens[i + 1], 'BY'));
}

/** The tokens outside of parentheses. */
export function topLevel(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0;
  return tokens.filter(({ kind, text }) => {
    if (kind === 'symbol' && text === '(') depth++;
    const isOutside = depth === 0;
    if (kind === 'symbol' && text === ')' && depth > 0) depth--;
    return isOutside;
  });
}

function refused(message: string): Refusal {
  return { code: 'refused', message };
}
