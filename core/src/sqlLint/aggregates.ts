import { functionsNamed, isWord, quotedName } from '../sql/index.ts';
import type { SqlCall, SqlColumnName, SqlExpression } from '../sql/index.ts';
import { fix } from '../text/index.ts';
import { comparisonsIn } from './comparisons.ts';
import type { SqlRuleFamily } from './family.ts';
import type { SelectFacts, StatementFacts } from './facts.ts';

/** Aggregates beside columns. */
export const aggregateRules: SqlRuleFamily = {
  rules: [
    {
      id: 'sql-bare-column',
      level: 'warning',
      reason: 'Beside an aggregate of all rows, a column is that of any one row.',
    },
  ],
  check(facts, report) {
    for (const each of facts.selects) {
      const { select } = each;
      if (select.kind === 'values' || select.group.length > 0 || select.sources.length === 0) continue;
      const aggregates = select.items.flatMap(({ expression }) => aggregatesOf(expression));
      const [first] = aggregates;
      if (first === undefined) continue;
      // With one min() or max() SQLite takes the columns of the row that has it (https://sqlite.org/lang_select.html#bareagg).
      if (aggregates.length === 1 && /^(?:min|max)$/iu.test(first.name.text)) continue;
      const bare = select.items.flatMap(({ expression }) =>
        bareColumns(facts, expression, aggregates).filter((column) => isOpen(facts, each, column)),
      );
      const [column] = bare;
      if (column === undefined) continue;
      const names = [...new Set(bare.map(({ range }) => facts.text(range)))];
      const at = facts.endBefore(endOfConditions(each));
      report(
        'sql-bare-column',
        column.range,
        `\`${facts.text(column.range)}\` is taken from any one of the rows that ${first.name.text}() counts together. Write GROUP BY, or leave it out.`,
        [fix(`Group by ${names.join(', ')}`, true, [at, at, ` GROUP BY ${names.join(', ')}`])],
      );
    }
  },
}; // prettier-ignore

/** The calls of aggregates in an expression, those of windows and subqueries not. */
export function aggregatesOf({ calls }: SqlExpression): readonly SqlCall[] {
  return calls.filter(
    ({ name, isWindow, arguments: given }) =>
      !isWindow &&
      functionsNamed(name.text).some(({ kind }) => kind === 'aggregate') &&
      // min and max of several arguments are no aggregates.
      (given.length < 2 || !/^(?:min|max)$/iu.test(name.text)),
  );
}

/** Columns outside of the arguments of aggregates and of their FILTER. */
function bareColumns(
  facts: StatementFacts,
  { columns, calls }: SqlExpression,
  aggregates: readonly SqlCall[],
): readonly SqlColumnName[] {
  const inside = aggregates.map(({ parentheses: { start, end } }) => ({
    start,
    end: endOfFilter(facts, end),
  }));
  // The definition of a window stands behind its call and is not told apart from what follows.
  if (calls.some(({ isWindow }) => isWindow)) return [];
  return columns.filter(
    ({ range }) => !inside.some(({ start, end }) => start <= range.start && range.end <= end),
  );
}

/** Where `FILTER (...)` behind a call ends; the end of the call without one. */
function endOfFilter({ words }: StatementFacts, end: number): number {
  const at = words.findIndex(({ start }) => start >= end);
  if (!isWord(words[at], 'FILTER')) return end;
  let depth = 0;
  for (const word of words.slice(at + 1)) {
    if (word.text === '(') depth++;
    else if (word.text === ')') depth--;
    if (depth === 0) return word.end;
  }
  return end;
}

/** Whether a column is one of the select's own tables, and may differ from row to row. */
function isOpen(facts: StatementFacts, { select, scope, sources }: SelectFacts, column: SqlColumnName): boolean {
  const source = facts.sourceOf(column, scope);
  if (source === undefined || !sources.includes(source)) return false;
  const { where } = select;
  if (where === undefined) return true;
  const name = quotedName(column.column.text).toLowerCase();
  return !comparisonsIn(facts, { role: 'where', expression: where, scope }).some(
    ({ operator, left, right }) =>
      (operator === '=' || operator === '==' || operator === 'IS') &&
      [left, right].some((side) => side.column !== undefined && quotedName(side.column.column.text).toLowerCase() === name),
  );
} // prettier-ignore

/** Where FROM and WHERE of a select end, spaces and comments behind them included. */
export function endOfConditions({ select }: SelectFacts): number {
  const clauses = select.clauses.filter(({ kind }) => ['from', 'on', 'using', 'where'].includes(kind));
  return clauses.at(-1)?.range.end ?? select.range.end;
}
