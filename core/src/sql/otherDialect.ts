import type { Range } from '../text/index.ts';
import type { SqlDocument } from './documentTypes.ts';

/** What stands in statements of other systems and in none of SQLite's, outside texts and comments; a line of its own where the pattern says so. */
const signs: readonly RegExp[] = [
  // SQL Server
  /^[^\S\n]*GO[^\S\n]*$/imu,
  /\bDECLARE\s+@\w+/iu,
  /@@\w+/u,
  /\bSELECT\s+(?:DISTINCT\s+)?TOP\s*\(?\s*\d+/iu,
  /\b(?:NVARCHAR|VARCHAR)\s*\(\s*MAX\s*\)/iu,
  /\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)/iu,
  /^\s*EXEC(?:UTE)?\s+\w/imu,
  // MySQL
  /\bENGINE\s*=\s*\w+/iu,
  /\bAUTO_INCREMENT\b/iu,
  /^\s*DELIMITER\s+\S+/imu,
  /^\s*(?:LOCK|UNLOCK)\s+TABLES\b/imu,
  /^\s*SHOW\s+(?:TABLES|DATABASES|CREATE|COLUMNS|INDEX)\b/imu,
  // PostgreSQL
  /\$(?:\w+)?\$/u,
  /[\w)\]"']\s*::\s*[a-z"]/iu,
  /^\\[a-z]\w*\b/imu,
  /\bDISTINCT\s+ON\s*\(/iu,
  /^\s*COPY\s+[\w."]+(?:\s*\([^)]*\))?\s+FROM\s+STDIN\b/imu,
  /\bILIKE\b/iu,
  /\b(?:BIG|SMALL)?SERIAL\s+(?:PRIMARY|NOT|UNIQUE)\b/iu,
  // Oracle
  /\bFROM\s+DUAL\b/iu,
  /\bVARCHAR2\s*\(/iu,
  /\bCONNECT\s+BY\b/iu,
  // Several of them
  /^\s*(?:CREATE|ALTER)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:PROCEDURE|FUNCTION|PACKAGE|TYPE|SCHEMA|DATABASE|SEQUENCE|EXTENSION|ROLE|USER|DOMAIN|MATERIALIZED)\b/imu,
  /^\s*(?:GRANT|REVOKE|TRUNCATE|MERGE\s+INTO|USE|CALL|COMMENT\s+ON)\s+\w/imu,
  // Templates, whose results are statements
  /\{\{|\{%/u,
];

/**
 * The first place where a text shows that it holds statements of another system, or a template of statements: to call these errors would be wrong.
 * Undefined for what may be SQLite's.
 */
export function otherDialect({ text, tokens }: SqlDocument): Range | undefined {
  let own = '';
  let at = 0;
  for (const { kind, start, end, text: token } of tokens)
    if (kind === 'comment' || kind === 'string') {
      own += text.slice(at, start) + token.replace(/[^\n]/gu, ' ').padEnd(end - start);
      at = end;
    }
  own += text.slice(at);
  let first: Range | undefined;
  for (const sign of signs) {
    const match = sign.exec(own);
    if (match === null || match.index >= (first?.start ?? Infinity)) continue;
    const start = match.index + (/^\s*/u.exec(match[0])?.[0].length ?? 0);
    first = { start, end: match.index + match[0].trimEnd().length };
  }
  return first;
}
