import { isWord, meaningful, scanSql } from '../../sql/index.ts';
import type { SqlToken } from '../../sql/index.ts';

const created = [
  'TABLE',
  'VIEW',
  'INDEX',
  'UNIQUE',
  'TEMP',
  'TEMPORARY',
  'VIRTUAL',
  'TRIGGER',
  'UNLOGGED',
  'MATERIALIZED',
  'OR',
];

/**
 * The statements of a DDL text, without spaces, comments and `;`. One begins behind a `;`, and wherever `CREATE TABLE` and the like stands, so
 * that a parenthesis that is not closed, or a `;` that is missing, spoils one statement and not the next.
 */
export function ddlStatements(text: string): readonly (readonly SqlToken[])[] {
  const tokens = meaningful(scanSql(text));
  const statements: SqlToken[][] = [[]];
  tokens.forEach((token, i) => {
    if (token.text === ';') statements.push([]);
    else if (isWord(token, 'CREATE') && isWord(tokens[i + 1], ...created)) statements.push([token]);
    else statements.at(-1)?.push(token);
  });
  return statements.filter(({ length }) => length > 0);
} // prettier-ignore
