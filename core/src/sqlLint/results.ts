import { isWord, quotedName } from '../sql/index.ts';
import type { SqlExpression, SqlQuery } from '../sql/index.ts';
import { foldedName } from '../sqlSchema/index.ts';
import { fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import { comparisonsIn, conjunctsOf } from './comparisons.ts';
import { aggregatesOf } from './aggregates.ts';
import type { SqlReport, SqlRuleFamily } from './family.ts';
import type { SelectFacts, StatementFacts } from './facts.ts';

/** Which rows come, and in which order. */
export const resultRules: SqlRuleFamily = {
  rules: [
    {
      id: 'sql-limit-without-order',
      level: 'information',
      reason: 'Without ORDER BY it is left to SQLite which rows LIMIT keeps.',
    },
    {
      id: 'sql-constant-order',
      level: 'warning',
      reason: 'ORDER BY a text in quotes orders nothing: it is the same for every row.',
    },
    {
      id: 'sql-distinct-group',
      level: 'hint',
      reason: 'GROUP BY gives each group once already, so that DISTINCT is work for nothing.',
    },
  ],
  check(facts, report) {
    for (const query of facts.queries) {
      checkLimit(facts, query, report);
      for (const expression of query.order) checkOrder(facts, query, expression, report);
    }
    for (const select of facts.selects) checkDistinct(facts, select, report);
  },
};

function checkLimit(facts: StatementFacts, query: SqlQuery, report: SqlReport): void {
  const [limit] = query.limit;
  const clause = query.clauses.find(({ kind }) => kind === 'limit');
  if (limit === undefined || clause === undefined || query.order.length > 0) return;
  if (/^0\b/u.test(facts.text(limit.range)) || isBehindExists(facts, query)) return;
  const [only, ...others] = facts.selects.filter((each) => each.query === query);
  if (only === undefined || others.length > 0) {
    if (only === undefined) return;
  } else if (givesOneRow(facts, only) || readsOrdered(only)) return;
  report('sql-limit-without-order', clause.keyword, 'Which rows LIMIT keeps is not said, and may change. Write ORDER BY before it.');
} // prettier-ignore

/** Whether only the existence of a row is asked for. */
function isBehindExists({ words }: StatementFacts, { range }: SqlQuery): boolean {
  const at = words.findIndex(({ start }) => start >= range.start);
  return isWord(words[at - 2], 'EXISTS') || isWord(words[at - 1], 'EXISTS');
}

/** Whether a subquery that is all there is in FROM has an order of its own, which SQLite keeps in practice. */
function readsOrdered({ select: { sources, group } }: SelectFacts): boolean {
  const [only] = sources;
  return sources.length === 1 && group.length === 0 && only?.kind === 'query' && only.query.order.length > 0;
}

/** Whether there is at most one row: an aggregate of all, no table, or a key that is given. */
export function givesOneRow(facts: StatementFacts, { select, scope, sources }: SelectFacts): boolean {
  if (select.kind === 'values') return select.rows.length === 0;
  if (select.group.length > 0) return false;
  if (sources.length === 0) return true;
  if (select.items.some(({ expression }) => aggregatesOf(expression).length > 0)) return true;
  const { where } = select;
  if (where === undefined || sources.length > 1) return false;
  const parts = conjunctsOf(facts, where.range);
  return comparisonsIn(facts, { role: 'where', expression: where, scope }).some(({ operator, left, right, range }) => {
    if (operator !== '=' && operator !== '==') return false;
    if (!parts.some(({ start, end }) => start === range.start && end === range.end)) return false;
    const column = left.column ?? right.column;
    const known = column === undefined ? undefined : facts.knownColumn(column);
    return known?.column.isUnique === true || (known?.column.isKey === true && known.table.primaryKey?.length === 1);
  });
} // prettier-ignore

function checkOrder(
  facts: StatementFacts,
  query: SqlQuery,
  expression: SqlExpression,
  report: SqlReport,
): void {
  const [first, ...rest] = facts.tokensIn(expression.range);
  if (first?.kind !== 'string' || !rest.every((token) => isWord(token, 'ASC', 'DESC', 'NULLS', 'FIRST', 'LAST'))) return;
  const name = facts.nameOf(first);
  const selects = facts.selects.filter((each) => each.query === query);
  // SQLite takes a text for the name of an alias that is the same.
  if (selects.some(({ select }) => select.items.some(({ alias }) => alias !== undefined && foldedName(alias.text) === foldedName(name)))) return;
  // Behind a set operator only what is selected can be ordered by, and a name of two tables is ambiguous.
  const [select, ...others] = selects;
  const having = select?.sources.filter(({ columns }) => columns?.some((column) => foldedName(column.name) === foldedName(name)) ?? false) ?? [];
  const isColumn = having.length === 1 && others.length === 0;
  const fixes: Fix[] = isColumn ? [fix(`Order by the column ${name}`, true, [first.start, first.end, quotedName(name)])] : [];
  report('sql-constant-order', expression.range, `${first.text} is a text, the same for every row, and orders nothing. Write a column${isColumn ? `: ${quotedName(name)}` : ''}.`, fixes);
} // prettier-ignore

function checkDistinct(facts: StatementFacts, { select, scope }: SelectFacts, report: SqlReport): void {
  if (!select.isDistinct || select.group.length === 0) return;
  const shown = (expression: SqlExpression): string =>
    facts
      .tokensIn(expression.range)
      .map(({ text }) => foldedName(text))
      .join(' ');
  const target = (expression: SqlExpression): string | undefined => {
    const [column] = expression.columns;
    if (column?.range.start !== expression.range.start || column.range.end !== expression.range.end) return undefined;
    return `${facts.sourceOf(column, scope)?.name ?? ''}.${foldedName(column.column.text)}`;
  };
  const isSelected = (group: SqlExpression): boolean => {
    if (/^\d+$/u.test(shown(group))) return true;
    return select.items.some(
      ({ expression, alias }) =>
        shown(expression) === shown(group) ||
        (alias !== undefined && foldedName(alias.text) === shown(group)) ||
        (target(group) !== undefined && target(expression) === target(group)),
    );
  };
  if (!select.group.every(isSelected)) return;
  const tokens = facts.tokensIn(select.range);
  const at = tokens.findIndex((token) => isWord(token, 'DISTINCT'));
  const [distinct, next] = [tokens[at], tokens[at + 1]];
  if (distinct === undefined || next === undefined) return;
  report('sql-distinct-group', { start: distinct.start, end: distinct.end }, 'Each group gives one row, and what the groups are made by is selected: no two rows are the same. Remove DISTINCT.', [
    fix('Remove DISTINCT', true, [distinct.start, next.start, '']),
  ]);
} // prettier-ignore
