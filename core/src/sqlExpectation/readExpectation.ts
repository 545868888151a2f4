import { isOrdered, isWord, meaningful, scanSql } from '../sql/index.ts';
import { rowsOfCsv } from './csvRows.ts';
import type { ExpectationProblem, ExpectedTable } from './expectedTable.ts';
import { problem } from './expectedTable.ts';
import { rowsOfJson } from './jsonRows.ts';

export type ExpectationFormat = 'csv' | 'json' | 'sql';

/** What is expected of a statement. */
export type SqlExpectation =
  /** The rows of a trusted query. */
  | { readonly kind: 'query'; readonly sql: string; readonly isOrdered: boolean }
  | { readonly kind: 'rows'; readonly table: ExpectedTable; readonly isOrdered: boolean }
  /** What a file holds; its name as written. */
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly format: ExpectationFormat;
      readonly isOrdered: boolean;
    }
  | ExpectationProblem;

const way =
  'Write a trusted query (SELECT ...), rows in JSON ([["a", 1]]), CSV in the lines below, each behind -- and two spaces, or the name of a ' +
  '.csv, .json or .sql file.';
const inOrder = /^in\s+order\b\s*/iu;

/**
 * Reads what stands behind `-- expect:`: a trusted query, rows in JSON, CSV lines, or the name of a file with one of them. `in order` before
 * it: the order of rows counts; it also does where a trusted query orders them.
 * @param value lines that go on below are parted by `\n`
 */
export function readExpectation(value: string): SqlExpectation {
  const written = value.trim();
  const prefix = inOrder.exec(written)?.[0] ?? '';
  const rest = written.slice(prefix.length).trim();
  const isAsked = prefix !== '';
  if (rest === '') return problem(`Nothing is written behind "expect:". ${way}`);
  const [line = '', ...more] = rest.split('\n');
  const format = more.length === 0 ? formatOf(line) : undefined;
  if (format !== undefined) return { kind: 'file', name: line, format, isOrdered: isAsked };
  if (isQuery(rest)) return contentExpectation(rest, 'sql', isAsked);
  // A line of CSV may begin with a quotation mark, too.
  if (/^[[{]/u.test(rest) || (more.length === 0 && isScalar(rest)))
    return contentExpectation(rest, 'json', isAsked);
  if (more.length > 0) return contentExpectation(rest, 'csv', isAsked);
  return problem(`"${line.slice(0, 60)}" is nothing that can be expected. ${way}`);
}

/** What the text of a file, or of a comment, in a known format expects. @param isAsked whether `in order` was written */
export function contentExpectation(
  text: string,
  format: ExpectationFormat,
  isAsked: boolean,
): Exclude<SqlExpectation, { kind: 'file' }> {
  if (format === 'sql') return { kind: 'query', sql: text, isOrdered: isAsked || isOrdered(text) };
  const table = format === 'csv' ? rowsOfCsv(text) : rowsOfJson(text.replace(/^\uFEFF/u, ''));
  return 'kind' in table ? table : { kind: 'rows', table, isOrdered: isAsked };
}

function formatOf(line: string): ExpectationFormat | undefined {
  // A query may end like a file: SELECT t.sql.
  if (isQuery(line) && /\s/u.test(line)) return undefined;
  return /\.(?<format>csv|json|sql)$/iu.exec(line)?.groups?.['format']?.toLowerCase() as
    ExpectationFormat | undefined;
}

function isQuery(text: string): boolean {
  return isWord(meaningful(scanSql(text))[0], 'SELECT', 'WITH', 'VALUES');
}

/** One value alone, in JSON: `42`, `null`, `"text"`. */
function isScalar(text: string): boolean {
  return /^(?:".*"|null|true|false|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/u.test(text);
}
