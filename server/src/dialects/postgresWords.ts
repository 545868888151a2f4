import { checkStatement } from '@querent/core/sql';
import { applyEdits, fix } from '@querent/core/text';
import type { Problem } from '@querent/core/text';
import { foreignWord } from './foreignWords.ts';
import type { ParsePostgres, PostgresFault } from './postgresParser.ts';

type Said = Pick<Problem, 'rule' | 'message'>;

/**
 * What PostgreSQL's parser says besides `syntax error` (`scan.l`, `gram.y` of PostgreSQL 18), in words with a way out; what is not here is shown in its own
 * words.
 */
const sayings: readonly (readonly [pattern: RegExp, says: (groups: Readonly<Record<string, string>>) => Said])[] = [
  [/^unterminated (?:quoted string|quoted identifier|dollar-quoted string|bit string literal|hexadecimal string literal)/u, () => ({ rule: 'sql-unclosed-quote', message: 'This quote is never closed. Write its partner where it ends.' })],
  [/^unterminated \/\* comment/u, () => ({ rule: 'sql-unclosed-comment', message: 'This comment is never closed. Write */ where it ends; comments within it need one of their own.' })],
  [/^zero-length delimited identifier/u, () => ({ rule: 'sql-syntax', message: 'A name in double quotes cannot be empty. Write the name; an empty text stands in single quotes.' })],
  [/^trailing junk after (?:numeric literal|parameter)/u, () => ({ rule: 'sql-unknown-token', message: 'A number ends in letters here. Put a space between them, or take the letters away.' })],
  [/^invalid (?<kind>hexadecimal|octal|binary) integer/u, ({ kind }) => ({ rule: 'sql-unknown-token', message: `This ${kind} number has no digits, or wrong ones. Write 0x1F, 0o17 or 0b101.` })],
  [/^LIMIT #,# syntax is not supported/u, () => ({ rule: 'sql-syntax', message: 'PostgreSQL has no LIMIT with a comma. Write LIMIT count OFFSET start.' })],
  [/^multiple (?<clause>[A-Z ]+) clauses not allowed/u, ({ clause }) => ({ rule: 'sql-clause-order', message: `${clause} stands once in a query. Remove one, or put one of the queries into parentheses.` })],
  [/^syntax error/u, () => ({ rule: 'sql-syntax', message: '' })],
  [/^memory exhausted/u, () => ({ rule: 'sql-refused', message: 'This is nested too deep for PostgreSQL. Divide the statement.' })],
]; // prettier-ignore

/** Statements up to so many characters are looked at for corrections, each of which is tried with the parser. */
const longestMended = 20_000;

/**
 * What is wrong in one statement, with the place in it, in words; with a correction where there is one that the parser takes.
 * @param text the statement; offsets are in it
 */
export function postgresProblem(text: string, fault: PostgresFault, parse: ParsePostgres): Problem {
  return (
    foreignHabit(text, fault, parse) ??
    ofOtherDialect(text, fault) ??
    (fault.message.startsWith('syntax error') ? mended(text, parse) : undefined) ??
    told(text, fault)
  );
}

/** A quote that is never closed: where its partner seems to be missing, else where it begins. */
export function quoteProblem(text: string, at: number, parse: ParsePostgres): Problem {
  return mended(text, parse) ?? openQuoteProblem(text, at);
}

function openQuoteProblem(text: string, at: number): Problem {
  const end = text.indexOf('\n', at);
  return {
    rule: 'sql-unclosed-quote',
    severity: 'error',
    message:
      'This quote is never closed, or an earlier one lacks its partner. Write its partner where it ends.',
    range: { start: at, end: end < 0 ? text.length : end },
  };
}

/** A word that another dialect has at this place. */
function ofOtherDialect(text: string, { message, at }: PostgresFault): Problem | undefined {
  if (!message.startsWith('syntax error')) return undefined;
  const range = tokenAt(text, at);
  const says = foreignWord(text.slice(range.start, range.end), wordBefore(text, at) ?? '');
  return says === undefined ? undefined : { rule: 'sql-syntax', severity: 'error', message: says, range };
}

function wordBefore(text: string, at: number): string | undefined {
  return /(?:"[^"]*"|'[^']*'|[\p{L}\p{N}_$.]+|[-+*/<>=~!@#%^&|?:]+|\S)\s*$/u
    .exec(text.slice(0, at))?.[0]
    .trim();
}

function told(text: string, { message, at }: PostgresFault): Problem {
  const said = sayings
    .map(([pattern, says]) => {
      const match = pattern.exec(message);
      return match === null ? undefined : says({ ...match.groups });
    })
    .find((each) => each !== undefined);
  if (at >= text.length && said?.rule === 'sql-syntax') return tooShort(text);
  const range = tokenAt(text, at);
  const token = shortened(text.slice(range.start, range.end));
  if (said === undefined)
    return { rule: 'sql-refused', severity: 'error', message: `PostgreSQL: ${message}.`, range };
  if (said.rule === 'sql-unclosed-quote') return { ...openQuoteProblem(text, at), ...said };
  if (said.message !== '') return { ...said, severity: 'error', range };
  const before = wordBefore(text, at);
  return {
    rule: 'sql-syntax',
    severity: 'error',
    message:
      `\`${token}\` cannot stand ${before === undefined ? 'at the beginning of a statement of PostgreSQL' : `behind \`${shortened(before)}\``}. ` +
      'Look for a word, comma or parenthesis too many or too few just before it.',
    range,
  };
}

function tooShort(text: string): Problem {
  const open = openParenthesis(text);
  if (open !== undefined)
    return {
      rule: 'sql-unclosed-parenthesis',
      severity: 'error',
      message: 'This parenthesis is never closed. Write ) where it ends.',
      range: { start: open, end: open + 1 },
    };
  const last = /(?:[\p{L}\p{N}_$]+|\S)$/u.exec(text)?.[0] ?? '';
  return {
    rule: 'sql-incomplete',
    severity: 'error',
    message: `The statement ends too early: behind \`${shortened(last)}\` something is missing. Write it, or remove \`${shortened(last)}\`.`,
    range: { start: text.length - last.length, end: text.length },
  };
}

/** The innermost parenthesis that is open at the end; quotes and comments are passed over. */
function openParenthesis(text: string): number | undefined {
  const open: number[] = [];
  const pattern = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|(\$[\p{L}_]*\$)[\s\S]*?\1|[()]/gu;
  for (const { 0: token, index } of text.matchAll(pattern))
    if (token === '(') open.push(index);
    else if (token === ')') open.pop();
  return open.at(-1);
}

/** What SQLite, MySQL, SQL Server or programs take, and PostgreSQL does not: names in backticks and brackets, `?` for parameters. */
function foreignHabit(
  text: string,
  { message, at }: PostgresFault,
  parse: ParsePostgres,
): Problem | undefined {
  const parameter = [at, at - 1].find((place) => text[place] === '?');
  if (message.startsWith('syntax error') && parameter !== undefined)
    return {
      rule: 'sql-syntax',
      severity: 'error',
      message:
        'PostgreSQL has no such parameter: `?` is what some programs put in its place. Write $1, $2, or the value.',
      range: { start: parameter, end: parameter + 1 },
    };
  const names = [
    ...text.matchAll(/'(?:[^']|'')*'|"[^"]*"|--[^\n]*|`([^`"\n]+)`|(?<=[\s,.(])\[([^\]"\n\d]+)\]/gu),
  ].flatMap(({ 0: whole, 1: ticked, 2: bracketed, index }) => {
    const name = ticked ?? bracketed;
    return name === undefined ? [] : [{ name, range: { start: index, end: index + whole.length } }];
  });
  const [first] = names;
  if (first === undefined || first.range.start > at) return undefined;
  const title = names.length === 1 ? `Change to "${first.name}"` : 'Change to double quotes';
  const change = fix(
    title,
    true,
    ...names.map(({ name, range }) => [range.start, range.end, `"${name}"`] as const),
  );
  const left = parse(applyEdits(text, change.edits));
  // What stands behind them may be wrong as well.
  if (left === 'too deep' || (left !== undefined && left.at <= at)) return undefined;
  return {
    rule: 'sql-syntax',
    severity: 'error',
    message:
      'PostgreSQL takes names in double quotes only. Write them around the name, or nothing where it is a plain one.',
    range: first.range,
    fixes: [change],
  };
}

/** A correction that the rules for SQLite's syntax find (a comma, a bracket, a slip of a keyword), where PostgreSQL's parser takes the result. */
function mended(text: string, parse: ParsePostgres): Problem | undefined {
  if (text.length > longestMended) return undefined;
  const [problem] = checkStatement(text, (variant) => inSqliteWords(parse(variant), variant), {
    tables: [],
    functions: [],
  });
  const [preferred] = problem?.fixes ?? [];
  if (problem === undefined || preferred === undefined) return undefined;
  return parse(applyEdits(text, preferred.edits)) === undefined ? problem : undefined;
}

function inSqliteWords(fault: ReturnType<ParsePostgres>, text: string): string | undefined {
  if (fault === undefined) return undefined;
  if (fault === 'too deep') return 'parser stack overflow';
  const { message, at } = fault;
  if (message.startsWith('unterminated')) return `unrecognized token: "${text.slice(at)}"`;
  if (!message.startsWith('syntax error')) return message;
  if (at >= text.trimEnd().length) return 'incomplete input';
  const { start, end } = tokenAt(text, at);
  return `near "${text.slice(start, end)}": syntax error`;
}

/** The word, number, quoted text or character at an offset. */
function tokenAt(text: string, at: number): { readonly start: number; readonly end: number } {
  const token =
    /^(?:[\p{L}\p{N}_$\u0080-\uffff]+|"[^"]*"|'(?:[^']|'')*'|[-+*/<>=~!@#%^&|?:]+|[\s\S])/u.exec(
      text.slice(at),
    )?.[0] ?? '';
  return { start: at, end: at + token.length };
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
