import { isWord, meaningful } from '../../../sql/index.ts';
import type { SqlDialect, SqlDocument, SqlScope, SqlToken } from '../../../sql/index.ts';
import type { Range } from '../../../text/index.ts';

/**
 * What can stand at a place: a table, an operand of an expression, a column behind a point, what goes on after an operand, a new name, within
 * quotes a text that a column is compared with, or nothing that we know (in comments, numbers and other texts).
 */
type Expected =
  'statement' | 'table' | 'operand' | 'member' | 'next' | 'newName' | 'type' | 'text' | 'nothing';

/** The tokens around the cursor, and what is expected there. */
export interface SqlPlace {
  readonly dialect: SqlDialect;
  readonly scope: SqlScope;
  readonly expected: Expected;
  /** What is written of the name that is completed, without quotes. */
  readonly typed: string;
  /** The quote that it begins with. */
  readonly opening: '' | '"' | '`' | '[' | "'";
  /** What is replaced, its quotes included; from the start of the document. */
  readonly range: Range;
  /** Tokens of the statement that mean something: before the word, and behind it. */
  readonly before: readonly SqlToken[];
  readonly after: readonly SqlToken[];
  /** Parentheses around each of `before`, and around the cursor. */
  readonly depths: readonly number[];
  readonly depth: number;
  /** Places in `before`: where the query at the cursor begins (its SELECT), -1 where it has none yet. */
  readonly select: number;
}

const operandBefore = new Set(
  (
    'SELECT DISTINCT ALL WHERE AND OR NOT ON BY HAVING CASE WHEN THEN ELSE BETWEEN LIKE GLOB REGEXP MATCH IN IS LIMIT OFFSET SET RETURNING ' +
    'FILTER ESCAPE'
  ).split(' '),
);
const tableBefore = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'REFERENCES', 'VIEW']);

/** What stands around an offset of a document. @param scope as `scopeAt` found it there */
export function placeAt(
  document: SqlDocument,
  offset: number,
  scope: SqlScope,
  dialect: SqlDialect = 'sqlite',
): SqlPlace {
  const { statement, word } = scope;
  const from = statement?.start ?? 0;
  const inStatement = (token: SqlToken): SqlToken => ({
    ...token,
    start: token.start + from,
    end: token.end + from,
  });
  const tokens = meaningful(statement?.tokens ?? []).map(inStatement);
  const before = tokens.filter(({ end }) => end <= word.start);
  const after = tokens.filter((token) => token.start >= word.end && token.text !== ';');
  const own = tokens.find(
    (token) =>
      token.start <= word.start && token.end >= word.end && token.start < token.end && token.end > word.start,
  );
  const depths: number[] = [];
  let depth = 0;
  for (const { kind, text } of before) {
    if (kind === 'symbol' && text === ')' && depth > 0) depth--;
    depths.push(depth);
    if (kind === 'symbol' && text === '(') depth++;
  }
  const text = textAt(document, offset);
  const isText = text !== undefined && isComparedBefore(before);
  const opening = isText ? "'" : (/^["`[]/u.exec(own?.text ?? '')?.[0] ?? '');
  const range = isText ? rangeOfText(document.text, text, offset) : rangeOfName(document.text, word, offset);
  const start = isText ? text.start : word.start;
  const written = document.text.slice(start, Math.max(start, isText ? offset : Math.min(offset, word.end)));
  return {
    dialect,
    scope,
    range,
    expected: isText ? 'text' : isWithin(document, offset) ? 'nothing' : expectedAt(before, scope, own),
    typed: opening === '' ? written : written.slice(1).replaceAll("''", "'"),
    opening: opening as SqlPlace['opening'],
    before,
    after,
    depths,
    depth,
    select: selectOf(before, depths, depth),
  };
}

/** The name at a cursor, its quotes included; of a quote that is never closed what is on the line before the cursor. */
function rangeOfName(text: string, { start, end }: Range, offset: number): Range {
  if (!/[\r\n]/u.test(text.slice(start, end))) return { start, end };
  const line = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return { start: Math.max(start, line), end: offset };
}

/** A text up to the cursor; to its end where only the rest of a word stands between, and not what another quote closes by accident. */
function rangeOfText(text: string, { start, end, isClosed }: SqlToken, offset: number): Range {
  const isWhole = isClosed && /^[\p{L}\p{N}_-]*$/u.test(text.slice(offset, end - 1));
  return rangeOfName(text, { start, end: isWhole ? end : offset }, offset);
}

/** The text in single quotes that an offset is within. */
function textAt({ tokens }: SqlDocument, offset: number): SqlToken | undefined {
  const token = tokens.findLast(({ start }) => start < offset);
  const isInside = token !== undefined && (offset < token.end || (!token.isClosed && offset === token.end));
  return isInside && token.kind === 'string' ? token : undefined;
}

/** Whether what stands before a place compares an operand with what is there. */
function isComparedBefore(before: readonly SqlToken[]): boolean {
  const last = before.at(-1);
  if (isWord(last, 'LIKE', 'GLOB', 'IS', 'BETWEEN')) return true;
  if (last?.kind !== 'symbol') return false;
  if (/^(?:==?|<>|!=|<=?|>=?)$/u.test(last.text)) return true;
  // The list of IN, where texts stand in it already or none does.
  let at = before.length - 1;
  while (at > 0 && (before[at]?.text === ',' || before[at]?.kind === 'string')) at--;
  return before[at]?.text === '(' && isWord(before[at - 1], 'IN');
}

/** Whether an offset is within a comment, a text in single quotes, a blob or a number. */
function isWithin({ tokens }: SqlDocument, offset: number): boolean {
  let low = 0;
  let high = tokens.length;
  // The last token that starts before the offset.
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const token = tokens[low - 1];
  if (token === undefined) return false;
  const isInside = offset < token.end || !token.isClosed;
  switch (token.kind) {
    case 'comment':
      return isInside || (token.text.startsWith('--') && offset === token.end);
    case 'string':
    case 'blob':
      return isInside;
    case 'number':
    case 'variable':
      return offset <= token.end;
    default:
      return false;
  }
}

function expectedAt(before: readonly SqlToken[], scope: SqlScope, own: SqlToken | undefined): Expected {
  const last = before.at(-1);
  if (scope.qualifiers.length > 0 || last?.text === '.') return 'member';
  if (last === undefined || last.text === ';') return 'statement';
  if (own?.kind === 'string') return 'nothing';
  if (last.kind === 'word') {
    const word = last.text.toUpperCase();
    if (tableBefore.has(word)) return word === 'VIEW' ? 'newName' : 'table';
    if (word === 'AS') {
      if (scope.clause === 'with' || scope.clause === 'start') return 'next';
      return isCast(before) ? 'type' : 'newName';
    }
    if (word === 'WITH' || word === 'RECURSIVE') return 'newName';
    if (operandBefore.has(word) && isKeywordHere(before)) return 'operand';
    return 'next';
  }
  if (last.kind !== 'symbol') return 'next';
  if (last.text === ')') return 'next';
  if (last.text === '*') return isStar(before) ? 'next' : 'operand';
  if (scope.clause === 'from' && (last.text === ',' || last.text === '(') && !isCallBefore(before))
    return 'table';
  if (scope.clause === 'using' || scope.clause === 'into') return 'operand';
  return 'operand';
}

/** A word that stands behind a point is a name, whatever it is called. */
function isKeywordHere(before: readonly SqlToken[]): boolean {
  return before.at(-2)?.text !== '.';
}

/** Whether a `*` is all columns, or what `count(*)` counts, and not a product. */
function isStar(before: readonly SqlToken[]): boolean {
  const previous = before.at(-2);
  return (
    previous === undefined ||
    ['(', ',', '.'].includes(previous.text) ||
    isWord(previous, 'SELECT', 'DISTINCT', 'ALL')
  );
}

/** Whether the parenthesis at the end opens the arguments of a function: of one that gives rows, in FROM. */
function isCallBefore(before: readonly SqlToken[]): boolean {
  let depth = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const text = before[i]?.text;
    if (text === ')') depth++;
    if (text === '(' && depth-- === 0) {
      const name = before[i - 1];
      return name?.kind === 'word' && !isWord(name, 'FROM', 'JOIN', 'IN', 'AS', 'ON', 'AND', 'OR');
    }
  }
  return false;
}

function isCast(before: readonly SqlToken[]): boolean {
  let depth = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const text = before[i]?.text;
    if (text === ')') depth++;
    if (text === '(' && depth-- === 0) return isWord(before[i - 1], 'CAST');
  }
  return false;
}

/** The SELECT of the query at the cursor: the last one on its level, or on the nearest level outside where this one is only parentheses. */
function selectOf(before: readonly SqlToken[], depths: readonly number[], depth: number): number {
  let level = depth;
  for (let i = before.length - 1; i >= 0; i--) {
    const at = depths[i] ?? 0;
    if (at < level) level = at;
    if (at === level && isWord(before[i], 'SELECT')) return i;
  }
  return -1;
}
