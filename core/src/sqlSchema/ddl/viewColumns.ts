import { isWord, unquoted, wordsBehindList } from '../../sql/index.ts';
import type { SqlToken } from '../../sql/index.ts';
import type { SqlColumn } from '../schema.ts';
import { byCommas, isName, textOf, TokenReader } from './tokens.ts';

/**
 * The columns of a view: those that it names itself, else those of its first `SELECT`, by alias, by name, or by their text as SQLite has it.
 * What a `*` stands for is known where it is over tables that were created before.
 */
export function viewColumns(
  text: string,
  reader: TokenReader,
  known: (table: string) => readonly SqlColumn[] | undefined,
): readonly SqlColumn[] {
  const own = reader.group();
  if (own !== undefined)
    return byCommas(own).flatMap((piece) => {
      const name = new TokenReader(piece).name();
      return name === undefined ? [] : [{ name: name.name, type: '', isKey: false, place: name.place }];
    });
  const tokens = outside(reader.rest());
  const start = tokens.findIndex((token) => isWord(token, 'SELECT'));
  if (start < 0) return [];
  const behind = tokens.slice(start + (isWord(tokens[start + 1], 'DISTINCT', 'ALL') ? 2 : 1));
  const end = behind.findIndex((token) => isWord(token, ...wordsBehindList));
  const list = reader.rest();
  const from = end < 0 ? [] : behind.slice(end);
  const sources = sourcesOf(from);
  const first = behind[0]?.start ?? Number.POSITIVE_INFINITY;
  const last = (end < 0 ? undefined : behind[end]?.start) ?? Number.POSITIVE_INFINITY;
  const columns = byCommas(list.filter((token) => token.start >= first && token.start < last)).flatMap(
    (piece) => outputOf(text, piece, sources, known),
  );
  return named(columns);
} // prettier-ignore

/** The tokens outside of parentheses. */
function outside(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0;
  return tokens.filter(({ text }) => {
    if (text === '(') depth++;
    const isOutside = depth === 0;
    if (text === ')') depth--;
    return isOutside;
  });
}

interface Source {
  readonly alias: string;
  readonly table: string;
}

/** Tables behind `FROM`, `JOIN` and commas, outside of parentheses. */
function sourcesOf(from: readonly SqlToken[]): readonly Source[] {
  const sources: Source[] = [];
  const stop = from.findIndex((token, i) => i > 0 && isWord(token, ...wordsBehindList));
  const part = stop < 0 ? from : from.slice(0, stop);
  part.forEach((token, i) => {
    if (!isWord(token, 'FROM', 'JOIN') && token.text !== ',') return;
    const reader = new TokenReader(part.slice(i + 1));
    const table = reader.qualifiedName();
    if (table === undefined) return;
    const isAliased = reader.take('AS') || !isWord(reader.peek(), 'ON', 'USING', 'JOIN', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'NATURAL', 'OUTER');
    sources.push({ table: table.name, alias: (isAliased ? reader.name()?.name : undefined) ?? table.name });
  });
  return sources;
} // prettier-ignore

function outputOf(
  text: string,
  piece: readonly SqlToken[],
  sources: readonly Source[],
  known: (table: string) => readonly SqlColumn[] | undefined,
): readonly SqlColumn[] {
  const last = piece.at(-1);
  if (last === undefined) return [];
  const before = piece.at(-2);
  if (last.text === '*' && (piece.length === 1 || before?.text === '.')) {
    const qualifier = before === undefined ? undefined : unquoted(piece.at(-3) ?? last);
    return sources
      .filter(
        ({ alias }) => qualifier === undefined || alias.toLowerCase() === qualifier.toLowerCase(),
      )
      .flatMap(({ table }) =>
        (known(table) ?? []).map(({ name, type }) => ({ name, type, isKey: false })),
      );
  }
  const isNamed =
    isName(last) &&
    !isWord(last, 'END', 'NULL', 'ISNULL', 'NOTNULL') &&
    (piece.length === 1 || before?.text === '.' || isWord(before, 'AS') || before?.text === ')' || (before !== undefined && isOperand(before)));
  if (!isNamed || (last.kind === 'string' && piece.length === 1))
    return [{ name: textOf(text, piece), type: '', isKey: false }];
  const name = unquoted(last);
  const isPlain = piece.length === 1 || before?.text === '.';
  const type = isPlain ? typeOf(name, sources, known) : '';
  return [{ name, type, isKey: false, place: { start: last.start, end: last.end } }];
} // prettier-ignore

/** Whether a name may follow it without `AS`. */
function isOperand({ kind, text }: SqlToken): boolean {
  return kind === 'number' || kind === 'string' || kind === 'quoted' || (kind === 'word' && !/^(?:AND|OR|NOT|IN|IS|LIKE|GLOB|BETWEEN|COLLATE|ISNULL|NOTNULL|ELSE|THEN|WHEN|CASE)$/iu.test(text));
} // prettier-ignore

function typeOf(
  name: string,
  sources: readonly Source[],
  known: (table: string) => readonly SqlColumn[] | undefined,
): string {
  for (const { table } of sources) {
    const column = known(table)?.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (column !== undefined) return column.type;
  }
  return '';
}

/** Two columns of one name are told apart as SQLite does: `id`, `id:1`. */
function named(columns: readonly SqlColumn[]): readonly SqlColumn[] {
  const used = new Set<string>();
  return columns.map((column) => {
    let { name } = column;
    for (let i = 1; used.has(name.toLowerCase()); i++) name = `${column.name}:${i}`;
    used.add(name.toLowerCase());
    return { ...column, name };
  });
}
