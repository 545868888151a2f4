import { editDistance, fix } from '../../text/index.ts';
import type { Fix } from '../../text/index.ts';
import { isWord, unquoted } from '../scanner.ts';
import type { SqlToken } from '../scanner.ts';
import type { Asking, Replacement, Span } from './asking.ts';
import { sqlKeywords } from './keywords.ts';
import type { KnownNames } from './types.ts';

/** Corrections offered for one error. */
const most = 3;
/** Names tried with the engine for one error. */
const mostTried = 8;

/** Corrections of an unknown table by the nearest names that there are, common table expressions too. */
export function tableFixes(asking: Asking, span: Span, known: KnownNames): readonly Fix[] {
  const names = [...known.tables.map(({ name }) => name), ...commonTables(asking.tokens)];
  return changes(
    asking,
    span,
    [],
    nearest(lastOf(asking, span), names),
    (message, name) => message === undefined || !/^no such table/u.test(message) || !message.endsWith(name),
  );
}

/** Corrections of an unknown column: the nearest names of the tables in the statement, and the other tables that have the column. */
export function columnFixes(
  asking: Asking,
  span: Span,
  known: KnownNames,
  base: readonly Replacement[],
): readonly Fix[] {
  const name = lastOf(asking, span);
  const mentioned = mentionedTables(asking.tokens, known);
  const names = [
    ...mentioned.flatMap(({ columns }) => columns.map((column) => column.name)),
    ...aliases(asking.tokens),
  ];
  const fits = (message: string | undefined, other: string): boolean =>
    message === undefined || !message.endsWith(other);
  const found = [...changes(asking, span, base, nearest(name, names), fits)];
  if (span.to > span.from && found.length < most) found.push(...requalified(asking, span, base));
  if (span.to > span.from && found.length === 0)
    for (const other of nearest(name, names).slice(0, 2))
      found.push(...requalified(asking, span, base, quoted(other)));
  return found.slice(0, most).map((each, i) => (i === 0 ? { ...each, preferred: true } : each));
}

/** Whether the table that a column is qualified with is read nowhere in the statement: it stands only before points. */
export function isQualifiedByNothing({ tokens }: Asking, { from, to }: Span): boolean {
  const first = tokens[from];
  if (first === undefined || from === to) return false;
  const qualifier = unquoted(first).toLowerCase();
  return !tokens.some(
    (token, i) => unquoted(token).toLowerCase() === qualifier && tokens[i + 1]?.text !== '.',
  );
}

/** A text in typographic quotes, which SQL reads as a name, in single quotes; undefined for other names. */
export function typographicFix({ tokens }: Asking, { from, to }: Span): Fix | undefined {
  const token = tokens[from];
  const match =
    from === to && token !== undefined ? /^[\u2018-\u201e](.*)[\u2018-\u201e]$/u.exec(token.text) : null;
  if (token === undefined || match === null) return undefined;
  const text = `'${match[1] ?? ''}'`;
  return fix(`Change to ${text}`, true, [token.start, token.end, text]);
}

/** Corrections of an ambiguous column: each table that it can be taken from. */
export function qualifyFixes(asking: Asking, span: Span, base: readonly Replacement[]): readonly Fix[] {
  return requalified(asking, span, base).slice(0, most);
}

/** Corrections of an unknown function. @param span the name */
export function functionFixes(asking: Asking, span: Span, known: KnownNames): readonly Fix[] {
  return changes(
    asking,
    span,
    [],
    nearest(lastOf(asking, span), known.functions),
    (message, name) => message === undefined || !message.toLowerCase().includes(` ${name.toLowerCase()}`),
  );
}

function changes(
  asking: Asking,
  { to }: Span,
  base: readonly Replacement[],
  names: readonly string[],
  fits: (message: string | undefined, name: string) => boolean,
): readonly Fix[] {
  const token = asking.tokens[to];
  if (token === undefined) return [];
  return names
    .filter((name) => fits(asking.with({ from: to, to, text: quoted(name) }, ...base), name))
    .slice(0, most)
    .map((name, i) => fix(`Change to ${name}`, i === 0, [token.start, token.end, quoted(name)]));
}

/** The column, or one of another name, with each other table that the statement knows and that has it. */
function requalified(
  asking: Asking,
  { from, to }: Span,
  base: readonly Replacement[],
  name?: string,
): readonly Fix[] {
  const { tokens } = asking;
  const [first, column] = [tokens[from], tokens[to]];
  if (first === undefined || column === undefined) return [];
  return qualifiers(tokens)
    .filter((qualifier) => from === to || qualifier !== first.text)
    .slice(0, mostTried)
    .map((qualifier) => ({ from, to, text: `${qualifier}.${name ?? column.text}` }))
    .filter((other) => {
      const message = asking.with(other, ...base);
      return message === undefined || !message.endsWith(name ?? unquoted(column));
    })
    .map(({ text }) => fix(`Change to ${text}`, false, [first.start, column.end, text]));
}

/** What columns can be qualified with: what stands before a point, and what follows FROM, JOIN or a comma there. */
function qualifiers(tokens: readonly SqlToken[]): readonly string[] {
  const found = new Set<string>();
  tokens.forEach((token, i) => {
    if (token.kind !== 'word' && token.kind !== 'quoted') return;
    const before = tokens[i - 1];
    if (tokens[i + 1]?.text === '.' && before?.text !== '.') found.add(token.text);
    else if (isWord(before, 'FROM', 'JOIN')) {
      const alias = isWord(tokens[i + 1], 'AS') ? tokens[i + 2] : tokens[i + 1];
      found.add(
        alias?.kind === 'word' && !sqlKeywords.has(alias.text.toUpperCase()) ? alias.text : token.text,
      );
    }
  });
  return [...found];
}

function mentionedTables(tokens: readonly SqlToken[], { tables }: KnownNames): KnownNames['tables'] {
  const words = new Set(tokens.map((token) => unquoted(token).toLowerCase()));
  return tables.filter(({ name }) => words.has(name.toLowerCase()));
}

function aliases(tokens: readonly SqlToken[]): readonly string[] {
  return tokens.flatMap((token, i) =>
    isWord(tokens[i - 1], 'AS') && token.text !== '(' ? [unquoted(token)] : [],
  );
}

function commonTables(tokens: readonly SqlToken[]): readonly string[] {
  return tokens.flatMap((token, i) =>
    isWord(tokens[i + 1], 'AS') &&
    tokens[i + 2]?.text === '(' &&
    (token.kind === 'word' || token.kind === 'quoted')
      ? [unquoted(token)]
      : [],
  );
}

/** Names so near that a slip may lie between, nearest first; case and underscores count less than letters. */
function nearest(name: string, names: readonly string[]): readonly string[] {
  const plain = (text: string): string => text.toLowerCase().replaceAll('_', '');
  const own = plain(name);
  const limit = Math.max(1, Math.floor(own.length * 0.4));
  return [...new Set(names)]
    .filter(
      (other) => other !== name && Math.abs(plain(other).length - own.length) <= Math.max(limit, own.length),
    )
    .map((other) => ({ other, distance: distanceOf(own, plain(other)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, mostTried)
    .map(({ other }) => other);
}

/** A name that contains the other, as `name` in `singer_name`, is near too, but behind every slip. */
function distanceOf(own: string, other: string): number {
  const steps = editDistance(own, other);
  const isPart = own.length > 3 && other.length > 3 && (other.includes(own) || own.includes(other));
  return isPart ? Math.min(steps, Math.floor(own.length * 0.4)) : steps;
}

function lastOf(asking: Asking, { to }: Span): string {
  const token = asking.tokens[to];
  return token === undefined ? '' : unquoted(token);
}

function quoted(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) && !sqlKeywords.has(name.toUpperCase())
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}
