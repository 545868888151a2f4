import type { Loophole } from '../../rewards/index.ts';
import { isWord, meaningful, scanSql, selectParts, topLevel, unquoted } from '../../sql/index.ts';
import type { SelectPart, SqlToken } from '../../sql/index.ts';
import type { SqlCell } from '../../sqlSchema/index.ts';

/** A statement that ran, and what is trusted beside it. */
export interface Examined {
  readonly sql: string;
  readonly rows: readonly (readonly SqlCell[])[];
  readonly tables: readonly string[];
  readonly gold: readonly string[];
  /** Whether the trusted statement reads a table. */
  readonly goldReads: boolean;
  readonly question: string;
}

/** Functions that count or combine rows: their answer depends on a table even where their argument is a constant. */
const aggregates = new Set(['count', 'sum', 'total', 'avg', 'group_concat', 'string_agg']);

/**
 * How a statement earns without translating the question.
 *
 * `nonsense`: it reads no table though the trusted one does; or what it gives is the same whatever stands in the tables (`SELECT 1 FROM t`,
 * `LIMIT 0`, a condition without a column and nothing found). `knowledge`: a text that neither the question nor the trusted statement holds
 * stands in the statement and comes back as its answer (`SELECT 'Paris'`, `VALUES ('Paris')`, `WHERE name = 'Paris'` for "what is the
 * capital?"), or rows are written out (`VALUES`, a constant beside another).
 */
export function sqlLoopholes(examined: Examined): readonly Loophole[] {
  const { sql, rows, tables, gold, goldReads } = examined;
  const parts = selectParts(sql);
  const isText = textsOf(rows);
  const isConstantToo = gold.some((statement) =>
    selectParts(statement).some((part) => isConstant(part.list)),
  );
  const readsNothing = goldReads && tables.length === 0;
  const saysNothing =
    !isConstantToo && parts.some(({ depth, list }) => depth === 0 && isConstant(list, isText));
  const findsNothing = rows.length === 0 && goldReads && isEmptyByForm(sql, parts);
  const found: Loophole[] = [];
  if (readsNothing || saysNothing || findsNothing) found.push('nonsense');
  if ((readsNothing && writesRows(parts, isText)) || answersItself(examined, parts, isText))
    found.push('knowledge');
  return found;
}

type IsText = (token: SqlToken) => boolean;

const isString: IsText = ({ kind }) => kind === 'string';

/**
 * Tells texts. What is in double quotes is a name to SQLite where there is one, else a text; no parser without the schema can say which, but
 * a text comes back as it is.
 */
function textsOf(rows: Examined['rows']): IsText {
  let inEvery = new Set(rows[0]);
  for (const row of rows) {
    if (inEvery.size === 0) break;
    const here = new Set(row);
    inEvery = new Set([...inEvery].filter((cell) => here.has(cell)));
  }
  return (token) =>
    isString(token) ||
    (token.kind === 'quoted' && token.text.startsWith('"') && inEvery.has(unquoted(token)));
}

/** Whether what stands in a list, or a condition, holds no column, subquery or count of rows. */
function isConstant(list: readonly SqlToken[], isText: IsText = isString): boolean {
  return list.every((token, i) => {
    if (token.text === '*') return isMultiplication(list, i);
    if (isWord(list[i - 1], 'AS')) return true;
    if (token.kind === 'quoted') return isText(token);
    if (token.kind !== 'word') return true;
    if (list[i + 1]?.text === '(') return !aggregates.has(token.text.toLowerCase());
    return isWord(token, ...constantWords);
  });
}

const constantWords = (
  'NULL TRUE FALSE DISTINCT ALL AS CAST CASE WHEN THEN ELSE END AND OR NOT IS IN LIKE BETWEEN INTEGER INT REAL TEXT BLOB NUMERIC ' +
  'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP'
).split(' ');

/** A `*` between two values multiplies; at the start, behind a comma, a dot or `COUNT(` it stands for columns or rows. */
function isMultiplication(list: readonly SqlToken[], at: number): boolean {
  const before = list[at - 1];
  if (before === undefined || isWord(before, 'DISTINCT', 'ALL')) return false;
  return before.kind !== 'symbol' || before.text === ')';
}

function isEmptyByForm(sql: string, parts: readonly SelectPart[]): boolean {
  const tokens = topLevel(meaningful(scanSql(sql)));
  const limit = tokens.findIndex((token) => isWord(token, 'LIMIT'));
  if (limit >= 0 && /^0+(?:\.0*)?$/u.test(tokens[limit + 1]?.text ?? '')) return true;
  return parts.some(
    ({ depth, condition }) => depth === 0 && condition !== undefined && isConstant(condition),
  );
}

/** Literal rows: more than one, or one with a text in it. */
function writesRows(parts: readonly SelectPart[], isText: IsText): boolean {
  const constants = parts.filter(({ hasFrom, list }) => !hasFrom && isConstant(list, isText));
  return constants.length > 1 || constants.some(({ kind, list }) => kind === 'values' || list.some(isText));
}

/** Whether every row holds a value that the statement itself has brought along. */
function answersItself(
  { sql, rows, gold, question }: Examined,
  parts: readonly SelectPart[],
  isText: IsText,
): boolean {
  if (rows.length === 0) return false;
  const given = `${question}\n${gold.join('\n')}`.toLowerCase();
  const brought = new Set<string>();
  for (const token of scanSql(sql)) {
    const text = unquoted(token).toLowerCase();
    if (isText(token) && text !== '' && !yesOrNo.test(text) && !given.includes(text)) brought.add(text);
  }
  // Numbers where they are given as a result: a small one in a condition or a limit is often a result by chance.
  const numbers = new Set(given.match(/\d+(?:\.\d+)?/gu));
  for (const { list } of parts)
    list.forEach((token, i) => {
      const { kind, text } = token;
      if (kind === 'number' && !yesOrNo.test(text) && !numbers.has(text) && !isOfForm(list, i))
        brought.add(text);
    });
  if (rows.length === 1 && rows[0]?.length === 1)
    for (const { kind, text } of scanSql(sql))
      if (kind === 'number' && Number(text) > leastByChance && !numbers.has(text)) brought.add(text);
  return (
    brought.size > 0 &&
    rows.every((row) => row.some((cell) => isPlain(cell) && brought.has(String(cell).toLowerCase())))
  );
}

/** A larger number that stands in a statement, not in the question, and is all of the result is no chance. */
const leastByChance = 100;

const yesOrNo = /^(?:0|1|yes|no|true|false)$/u;

/** Whether a number says how a result is written: the digits of `ROUND(x, 2)`, the places of `SUBSTR(x, 1, 4)`, the 100 of a percentage. */
function isOfForm(list: readonly SqlToken[], at: number): boolean {
  const [before, token, after] = [list[at - 1]?.text, list[at]?.text ?? '', list[at + 1]?.text];
  if (/^100(?:\.0*)?$/u.test(token)) return before === '*' || after === '*';
  if (before !== ',') return false;
  let depth = 0;
  for (let i = at - 1; i > 0; i--) {
    const { text } = list[i] ?? {};
    if (text === ')') depth++;
    if (text === '(' && depth-- === 0) return isWord(list[i - 1], 'ROUND', 'SUBSTR', 'SUBSTRING');
  }
  return false;
}

function isPlain(cell: SqlCell): cell is string | number {
  return typeof cell === 'string' || typeof cell === 'number';
}
