import type { Fix } from '../text/index.ts';
import { fix } from '../text/index.ts';
import { comparisonsIn } from './comparisons.ts';
import type { Comparison, Operand } from './comparisons.ts';
import type { SqlReport, SqlRuleFamily } from './family.ts';
import type { KnownColumn, StatementFacts } from './facts.ts';

/** Comparisons that do not say what they seem to say. */
export const conditionRules: SqlRuleFamily = {
  rules: [
    {
      id: 'sql-null-comparison',
      level: 'warning',
      reason: 'NULL is equal to nothing, not even to NULL: = and <> with it are never true.',
    },
    {
      id: 'sql-reversed-between',
      level: 'warning',
      reason: 'BETWEEN with the greater bound first is never true.',
    },
    {
      id: 'sql-text-as-number',
      level: 'warning',
      reason: 'A text and a number are compared by their types or as texts, seldom as one means it.',
    },
    {
      id: 'sql-index-unused',
      level: 'hint',
      reason: 'An index helps only where its column stands alone on one side of a comparison.',
    },
  ],
  check(facts, report) {
    for (const place of facts.places)
      for (const comparison of comparisonsIn(facts, place)) {
        checkNull(comparison, report);
        checkBetween(facts, comparison, report);
        checkTypes(facts, comparison, report);
        checkIndex(facts, comparison, report);
      }
  },
};

const equalities = new Set(['=', '==']);
const inequalities = new Set(['<>', '!=']);
const orders = new Set(['<', '>', '<=', '>=']);

function checkNull({ operator, operatorRange, left, right, range }: Comparison, report: SqlReport): void {
  const isEqual = equalities.has(operator);
  if (!isEqual && !inequalities.has(operator)) return;
  const isRight = right.literal?.kind === 'null';
  if (!isRight && left.literal?.kind !== 'null') return;
  const words = isEqual ? 'IS NULL' : 'IS NOT NULL';
  const other = isRight ? left : right;
  const fixes: Fix[] = [];
  if (isRight && left.tokens.length > 0)
    fixes.push(fix(`Write ${words}`, true, [left.range.end, right.range.end, ` ${words}`]));
  else if (!isRight && other.tokens.length > 0)
    fixes.push(
      fix(`Write ${words}`, true, [left.range.start, other.range.start, ''], [other.range.end, other.range.end, ` ${words}`]),
    );
  report(
    'sql-null-comparison',
    range.end > operatorRange.end ? range : operatorRange,
    `\`${operator} NULL\` is never true. Write ${words}.`,
    fixes,
  );
} // prettier-ignore

function checkBetween(facts: StatementFacts, comparison: Comparison, report: SqlReport): void {
  const { operator, isNegated, right, upper, range } = comparison;
  const [low, high] = [right.literal, upper?.literal];
  if (operator !== 'BETWEEN' || upper === undefined || low === undefined || high === undefined) return;
  const isReversed =
    low.kind === 'number' && high.kind === 'number'
      ? Number(low.text) > Number(high.text)
      : low.kind === 'text' && high.kind === 'text' && low.text > high.text;
  if (!isReversed) return;
  const [first, second] = [facts.text(right.range), facts.text(upper.range)];
  report(
    'sql-reversed-between',
    range,
    `${first} comes after ${second}, so that this is ${isNegated ? 'always' : 'never'} true. Write the smaller bound first.`,
    [fix('Swap the bounds', true, [right.range.start, right.range.end, second], [upper.range.start, upper.range.end, first])],
  );
} // prettier-ignore

/** What SQLite makes of a declared type (https://sqlite.org/datatype3.html#determination_of_column_affinity). */
function affinityOf({ column, table }: KnownColumn): 'integer' | 'text' | 'real' | 'other' {
  const type = column.type.toUpperCase();
  if (table.kind === 'view' || table.kind === 'virtual') return 'other';
  if (type.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/u.test(type)) return 'text';
  if (type.includes('BLOB') || type === '') return 'other';
  return /REAL|FLOA|DOUB/u.test(type) ? 'real' : 'other';
}

function checkTypes(facts: StatementFacts, comparison: Comparison, report: SqlReport): void {
  const { operator, left, right, upper, range } = comparison;
  if (!equalities.has(operator) && !inequalities.has(operator) && !orders.has(operator) && operator !== 'BETWEEN')
    return;
  const [one, others] = left.column === undefined ? [right, [left]] : [left, [right, ...(upper === undefined ? [] : [upper])]];
  const known = one.column === undefined ? undefined : facts.knownColumn(one.column);
  if (known === undefined) return;
  const affinity = affinityOf(known);
  const name = `\`${known.column.name}\` (${known.column.type})`;
  const samples = known.column.values?.samples ?? [];
  for (const { literal } of others) {
    if (literal?.kind === 'text' && (affinity === 'integer' || affinity === 'real')) {
      // What is in the column tells more than its declared type.
      if (isNumeric(literal.text) || samples.some((value) => typeof value === 'string')) continue;
      report(
        'sql-text-as-number',
        range,
        `${name} holds numbers, and '${literal.text}' is none: for SQLite every number is smaller than every text. Compare with a number.`,
      );
    }
    if (literal?.kind === 'number' && affinity === 'text') {
      const isOrder = orders.has(operator) || operator === 'BETWEEN';
      if (!isOrder && String(Number(literal.text)) === literal.text) continue;
      if (isOrder && orderAsNumbers(samples, literal.text)) continue;
      const cast = one === left && isOrder ? [castFix(one, facts)] : [];
      const how = isOrder ? `as texts, in which 10 comes before 9` : `as texts: ${literal.text} becomes '${Number(literal.text)}'`;
      report('sql-text-as-number', range, `${name} holds texts, so that it is compared with ${literal.text} ${how}. ${isOrder ? 'Convert it with CAST.' : 'Write the text in quotes.'}`, cast);
      return;
    }
  }
} // prettier-ignore

function castFix({ range }: Operand, facts: StatementFacts): Fix {
  return fix('Convert to a number', true, [range.start, range.end, `CAST(${facts.text(range)} AS REAL)`]);
}

function isNumeric(text: string): boolean {
  return /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/iu.test(text);
}

/** Whether texts order as numbers do: where all have as many digits before the point. Without samples a year is taken to be among years. */
function orderAsNumbers(samples: readonly unknown[], literal: string): boolean {
  const digits = (text: string): number => /^\d*/u.exec(text)?.[0].length ?? 0;
  if (samples.length === 0) return /^(?:1[5-9]|20)\d\d$/u.test(literal);
  return samples.every((value) => typeof value === 'string' && digits(value) === digits(literal));
}

/** Functions of one column that people put around it, and what would use the index instead. */
const wayOut: ReadonlyMap<string, string> = new Map(
  Object.entries({
    lower: 'Write COLLATE NOCASE, with an index that has it.',
    upper: 'Write COLLATE NOCASE, with an index that has it.',
    strftime: 'Compare the date with the first and the last one that are meant.',
    date: 'Compare with the first and the last time that are meant.',
    substr: "Where the beginning is meant, write a range, or GLOB 'abc*'.",
  }),
);

function checkIndex(facts: StatementFacts, comparison: Comparison, report: SqlReport): void {
  const { place, operator, isNegated, left, right, range } = comparison;
  if (place.role !== 'where' && place.role !== 'on') return;
  if (isNegated || inequalities.has(operator) || operator === 'IS' || operator === 'MATCH' || operator === 'REGEXP') return;
  if (operator === 'LIKE' || operator === 'GLOB') {
    const pattern = right.literal?.kind === 'text' ? right.literal.text : undefined;
    const open = operator === 'LIKE' ? /^[%_]/u : /^[*?[]/u;
    if (pattern === undefined || !open.test(pattern) || left.column === undefined) return;
    const indexed = indexedColumn(facts, left);
    if (indexed === undefined || indexed.isRowid) return;
    report('sql-index-unused', range, `The index on \`${indexed.column.name}\` does not help where the beginning of the text is not given: every row is read.`);
    return;
  }
  for (const [side, other] of [[left, right], [right, left]] as const) {
    if (side.column !== undefined || side.tokens.length < 3) continue;
    // The other side decides whether there is anything to look up.
    if (other.literal === undefined && operator !== 'IN' && operator !== 'BETWEEN') continue;
    const indexed = indexedColumn(facts, side, comparison);
    if (indexed === undefined) continue;
    const call = side.tokens[1]?.text === '(' ? side.tokens[0]?.text.toLowerCase() : undefined;
    // Of `id % 2` or `length(name)` nothing on the other side would say the same.
    const way = call === undefined ? (isReversible(side) ? 'Leave the column alone on its side, and compute on the other.' : undefined) : wayOut.get(call);
    if (way === undefined) continue;
    report('sql-index-unused', side.range, `\`${indexed.column.name}\` has an index, which is not used inside of ${call === undefined ? 'an expression' : `${call}()`}: every row is read. ${way}`);
  }
} // prettier-ignore

/** Whether a number can be brought to the other side: by adding, multiplying and their opposites alone. */
function isReversible({ tokens }: Operand): boolean {
  return tokens.every(({ kind, text }) => kind !== 'symbol' || /^[-+*/().]$/u.test(text));
}

/** The only column within an operand, where an index begins with it. */
function indexedColumn(
  facts: StatementFacts,
  { range, tokens }: Operand,
  comparison?: Comparison,
): (KnownColumn & { readonly isRowid: boolean }) | undefined {
  if (comparison?.place.expression.queries.some((query) => query.range.start >= range.start && query.range.end <= range.end) === true)
    return undefined;
  const columns = facts.columnsIn(range).map(({ column }) => column);
  const [only] = columns;
  if (only === undefined || columns.length > 1 || tokens[0]?.text.toUpperCase() === 'CASE') return undefined;
  const known = facts.knownColumn(only);
  if (known === undefined || known.table.kind === 'view') return undefined;
  const { table, column } = known;
  const indexes = table.indexes ?? [];
  // An index on an expression may be just the one that is written here.
  if (indexes.some((index) => index.columns.includes(undefined))) return undefined;
  const isRowid = table.primaryKey?.length === 1 && column.isKey && !indexes.some((index) => index.columns[0] === column.name);
  const begins = indexes.some((index) => !index.isPartial && index.columns[0]?.toLowerCase() === column.name.toLowerCase());
  return begins || isRowid ? { ...known, isRowid } : undefined;
} // prettier-ignore
