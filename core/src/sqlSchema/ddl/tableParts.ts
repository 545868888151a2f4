import { isWord, unquoted } from '../../sql/index.ts';
import type { SqlToken } from '../../sql/index.ts';
import type { SqlColumn, SqlForeignKey, SqlIndex } from '../schema.ts';
import { byCommas, isName, textOf, TokenReader } from './tokens.ts';

/** A table while its definition is read; what it says about keys is put together at the end. */
export interface TableParts {
  readonly columns: SqlColumn[];
  readonly foreignKeys: SqlForeignKey[];
  readonly uniques: SqlIndex[];
  primaryKey: readonly string[];
  /** Whether `PRIMARY KEY DESC` stands at a column, which makes no rowid of it. */
  isDescending: boolean;
}

export function noParts(): TableParts {
  return { columns: [], foreignKeys: [], uniques: [], primaryKey: [], isDescending: false };
}

/** What may follow a column's type; also words of PostgreSQL and MySQL, whose dumps people have. */
const afterType = [
  ...['CONSTRAINT', 'PRIMARY', 'NOT', 'NULL', 'UNIQUE', 'CHECK', 'DEFAULT', 'COLLATE', 'REFERENCES', 'GENERATED', 'AS', 'ON'],
  ...['DEFERRABLE', 'INITIALLY', 'AUTO_INCREMENT', 'COMMENT', 'KEY', 'CHARSET', 'IDENTITY'],
]; // prettier-ignore

/** Reads what stands between the parentheses of `CREATE TABLE` into `parts`. */
export function readTableBody(text: string, body: readonly SqlToken[], parts: TableParts): void {
  for (const piece of byCommas(body)) readTablePart(text, piece, parts);
}

/** One column or table constraint. */
export function readTablePart(text: string, piece: readonly SqlToken[], parts: TableParts): void {
  let at = 0;
  // SQLite takes table constraints without commas between them.
  while (at < piece.length && isConstraint(piece.slice(at))) {
    const reader = new TokenReader(piece.slice(at));
    readConstraint(reader, parts);
    at = piece.length - reader.rest().length;
  }
  if (at === 0) readColumn(text, piece, parts);
}

function isConstraint(piece: readonly SqlToken[]): boolean {
  const [first, second, third, fourth] = piece;
  if (isWord(first, 'CONSTRAINT'))
    return second !== undefined && isName(second) && piece.some(({ text }) => text === '(');
  if (isWord(first, 'PRIMARY', 'FOREIGN')) return isWord(second, 'KEY');
  if (isWord(first, 'CHECK')) return second?.text === '(';
  // MySQL names its indexes in the table. `key VARCHAR(10)` is a column all the same.
  if (isWord(first, 'UNIQUE', 'KEY', 'INDEX', 'FULLTEXT', 'SPATIAL'))
    return (
      second?.text === '(' ||
      (isWord(first, 'UNIQUE', 'FULLTEXT', 'SPATIAL') && isWord(second, 'KEY', 'INDEX')) ||
      (third?.text === '(' && fourth?.kind !== 'number')
    );
  return isWord(first, 'EXCLUDE') && isWord(second, 'USING');
}

function readConstraint(reader: TokenReader, parts: TableParts): void {
  let name = '';
  if (reader.take('CONSTRAINT')) name = reader.name()?.name ?? '';
  if (reader.take('PRIMARY', 'KEY')) {
    while (!reader.isAtEnd && reader.peek()?.text !== '(') reader.next();
    parts.primaryKey = namesIn(reader.group() ?? []);
  } else if (reader.take('FOREIGN', 'KEY')) {
    if (reader.peek()?.text !== '(') reader.name();
    const columns = namesIn(reader.group() ?? []);
    if (reader.take('REFERENCES')) readReference(reader, columns, parts);
  } else if (reader.take('CHECK')) {
    reader.group();
  } else {
    const isUnique = reader.take('UNIQUE');
    while (reader.take('KEY') || reader.take('INDEX')) continue;
    if (reader.peek()?.text !== '(') name = reader.name()?.name ?? name;
    const columns = namesIn(reader.group() ?? []);
    if (isUnique && columns.length > 0) parts.uniques.push({ name, columns, isUnique, isPartial: false });
  }
  // What remains of it, such as ON DELETE CASCADE.
  while (!reader.isAtEnd && !isConstraint(reader.rest())) reader.next();
}

/** `REFERENCES` is taken already. */
function readReference(reader: TokenReader, columns: readonly string[], parts: TableParts): void {
  const table = reader.qualifiedName();
  if (table === undefined) return;
  const others = namesIn(reader.group() ?? []);
  const constraint = new Set(parts.foreignKeys.map((key) => key.constraint)).size;
  columns.forEach((column, i) =>
    parts.foreignKeys.push({ column, table: table.name, to: others[i] ?? '', constraint }),
  );
}

function readColumn(text: string, piece: readonly SqlToken[], parts: TableParts): void {
  const reader = new TokenReader(piece);
  const name = reader.name();
  if (name === undefined) return;
  const type: SqlToken[] = [];
  for (let token = reader.peek(); token !== undefined; token = reader.peek()) {
    const isPart = token.text === '(' ? type.length > 0 : isName(token) && !isWord(token, ...afterType);
    if (!isPart && !(token.kind === 'symbol' && token.text === '.')) break;
    if (token.text === '(') {
      const start = piece.length - reader.rest().length;
      reader.group();
      type.push(...piece.slice(start, piece.length - reader.rest().length));
    } else type.push(reader.next() as SqlToken);
  }
  const facts: { -readonly [K in 'isNotNull' | 'isGenerated' | 'default']?: SqlColumn[K] } = {};
  while (!reader.isAtEnd) readColumnConstraint(text, reader, name.name, facts, parts);
  parts.columns.push({
    name: name.name,
    type: typeOf(textOf(text, type)),
    isKey: false,
    isNotNull: facts.isNotNull === true,
    isUnique: false,
    ...(facts.default === undefined ? {} : { default: facts.default }),
    ...(facts.isGenerated === true ? { isGenerated: true } : {}),
    place: name.place,
  });
}

/** On one line; the names of SQLite's own types in capitals, as it tells them. */
function typeOf(text: string): string {
  return /^(?:any|blob|int|integer|real|text)$/iu.test(text)
    ? text.toUpperCase()
    : text.replace(/\s+/gu, ' ');
}

function readColumnConstraint(
  text: string,
  reader: TokenReader,
  column: string,
  facts: { isNotNull?: boolean; isGenerated?: boolean; default?: string },
  parts: TableParts,
): void {
  if (reader.take('CONSTRAINT')) reader.name();
  else if (reader.take('PRIMARY', 'KEY')) {
    parts.primaryKey = [column];
    parts.isDescending = reader.take('DESC');
  } else if (reader.take('NOT', 'NULL')) facts.isNotNull = true;
  else if (reader.take('UNIQUE'))
    parts.uniques.push({ name: '', columns: [column], isUnique: true, isPartial: false });
  else if (reader.take('DEFAULT')) facts.default = readDefault(text, reader);
  else if (reader.take('REFERENCES')) readReference(reader, [column], parts);
  else if (reader.take('CHECK')) reader.group();
  else if (reader.take('AS') || reader.take('GENERATED', 'ALWAYS', 'AS')) {
    if (reader.group() !== undefined) facts.isGenerated = true;
  } else reader.next();
}

/** A signed number, a text, a word, a call, or an expression in parentheses, which SQLite tells without them. */
function readDefault(text: string, reader: TokenReader): string {
  const before = reader.rest();
  const group = reader.group();
  if (group !== undefined) return textOf(text, group);
  if (/^[+-]$/u.test(reader.peek()?.text ?? '')) reader.next();
  reader.next();
  reader.group();
  return textOf(text, before.slice(0, before.length - reader.rest().length));
}

/** The names that begin the pieces of a list, such as `a, b DESC`. */
function namesIn(tokens: readonly SqlToken[]): readonly string[] {
  return byCommas(tokens).flatMap(([first]) =>
    first !== undefined && isName(first) ? [unquoted(first)] : [],
  );
}
