import { bindingOf, isWord, meaningful, parseSqlDocument, quotedName, readingStatement, scanSql, unquoted } from '../../sql/index.ts'; // prettier-ignore
import { foldedName } from '../../sqlSchema/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { SqlToken } from '../../sql/index.ts';
import type { Fix, Problem } from '../../text/index.ts';
import { code } from '../explain/naming.ts';
import type { SqlTrial } from './types.ts';

/** Errors of one statement that are mended one after the other. */
const mostRounds = 5;

/** Whether what somebody wrote can be tried, and how it reads then. */
export type Admission =
  | { readonly kind: 'admitted'; readonly sql: string; readonly mended: readonly string[] }
  /** It may not be run, whatever is mended: more than one statement, or one that does not read. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The engine does not take it, and no sure correction is known. */
  | { readonly kind: 'broken'; readonly sql: string; readonly message: string };

/**
 * Takes what a writer gave as one statement that reads and can be prepared. What is broken is mended by the engine's own corrections where they are sure
 * (the nearest name that can be prepared).
 */
export function admit(written: string, trial: SqlTrial): Admission {
  const first = readingStatement(written);
  if ('code' in first && first.code === 'refused') return { kind: 'refused', message: first.message };
  const text = ('statement' in first ? first.statement : written).trim();
  if (text === '') return { kind: 'broken', sql: text, message: 'There is no statement.' };
  const { sql, titles, problems } = mendSurely(text, trial);
  // Asked again, since what was mended is another text.
  const last = readingStatement(sql);
  if (!('statement' in last))
    return last.code === 'refused'
      ? { kind: 'refused', message: last.message }
      : { kind: 'broken', sql: text, message: problems[0]?.message ?? last.message };
  const [problem] = problems;
  return problem === undefined
    ? { kind: 'admitted', sql: tidied(last.statement, trial), mended: titles }
    : { kind: 'broken', sql: text, message: problem.message };
}

/** What a correction changes: `ctiy` to `city`. */
export function changeInWords(sql: string, { title, edits }: Fix): string {
  const [edit, ...others] = edits;
  const before = edit === undefined ? '' : sql.slice(edit.range.start, edit.range.end).trim();
  const after = edit?.newText.trim() ?? '';
  return others.length > 0 || before === '' || after === '' ? title : `${code(before)} to ${code(after)}`;
}

interface Mended {
  readonly sql: string;
  readonly titles: readonly string[];
  /** What is left. */
  readonly problems: readonly Problem[];
}

/** A statement with the preferred corrections of its problems, as long as there are any and they keep it one that reads. */
export function mendSurely(written: string, trial: SqlTrial): Mended {
  let sql = written;
  const titles: string[] = [];
  let problems = trial.check(sql);
  for (let round = 0; round < mostRounds && problems.length > 0; round++) {
    const sure = problems.flatMap(
      ({ fixes = [] }) => fixes.find(({ preferred }) => preferred === true) ?? [],
    );
    // One at a time: a correction may answer the problems behind it, too.
    const [next] = sure;
    if (next === undefined) break;
    titles.push(changeInWords(sql, next));
    sql = applyEdits(sql, next.edits);
    problems = trial.check(sql);
  }
  return { sql, titles, problems };
}

/** A statement as a person would write it, as far as the engine takes it, too. Layout and comments stay. */
function tidied(sql: string, trial: SqlTrial): string {
  return [withoutQuotes, withoutQualifiers].reduce((before, change) => {
    const after = change(before);
    return after !== before && trial.check(after).length === 0 ? after : before;
  }, sql);
}

/** Names without quotes that they do not need; a text in double quotes needs them. */
function withoutQuotes(sql: string): string {
  const tokens = scanSql(sql);
  return tokens
    .map((token, i) => {
      const isApart = !isNameLike(tokens[i - 1]) && !isNameLike(tokens[i + 1]);
      return token.kind === 'quoted' && token.isClosed && isApart ? quotedName(unquoted(token)) : token.text;
    })
    .join('');
}

/** What a name without quotes would run together with where no space is between. */
function isNameLike(token: SqlToken | undefined): boolean {
  return (
    token !== undefined &&
    ['word', 'quoted', 'string', 'blob', 'number', 'variable', 'broken'].includes(token.kind)
  );
}

/** Columns without their table where a statement reads only one, once, and gives no name to anything that a column could have. */
function withoutQualifiers(sql: string): string {
  const [statement] = parseSqlDocument(sql).statements;
  if (statement === undefined) return sql;
  const { regions } = bindingOf(statement, undefined);
  const [source, ...others] = regions.flatMap(({ selects }) => selects.flatMap(({ scope }) => scope.sources));
  const isNaming = regions.some(({ selects }) => selects.some(({ select }) => select.items.some(({ alias }) => alias !== undefined)));
  if (source?.name === undefined || others.length > 0 || isNaming) return sql;
  const name = foldedName(source.name);
  const tokens = scanSql(sql);
  const isPoint = (i: number): boolean => tokens[i]?.text === '.';
  const isQualifier = (i: number): boolean => {
    const token = tokens[i];
    if (token === undefined || !isPoint(i + 1) || isPoint(i - 1) || isNameLike(tokens[i - 1])) return false;
    return foldedName(unquoted(token)) === name;
  };
  return tokens.map(({ text }, i) => (isQualifier(i) || (isPoint(i) && isQualifier(i - 1)) ? '' : text)).join('');
} // prettier-ignore

/** A statement as it is compared with others: without spaces, comments and the case of its words. What is in quotes may be a text, whose case counts. */
export function essence(sql: string): string {
  return meaningful(scanSql(sql))
    .filter(({ text }) => text !== ';')
    .map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text))
    .join(' ');
}

/** How much there is to a statement, for preferring the simpler of two that give the same: its joins and subqueries, then its words. */
export function weightOf(sql: string): number {
  const tokens = meaningful(scanSql(sql));
  const clauses = tokens.filter((token) => isWord(token, 'JOIN', 'SELECT', 'UNION', 'CASE', 'WITH', 'OVER'));
  return 20 * clauses.length + tokens.length;
}
