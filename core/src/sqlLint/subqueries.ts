import { isWord, quotedName } from '../sql/index.ts';
import { foldedName } from '../sqlSchema/index.ts';
import { fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import { endOfConditions } from './aggregates.ts';
import { comparisonsIn, conjunctsOf } from './comparisons.ts';
import type { Comparison } from './comparisons.ts';
import type { SqlReport, SqlRuleFamily } from './family.ts';
import type { SelectFacts, StatementFacts } from './facts.ts';

/** Subqueries behind IN, and common table expressions. */
export const subqueryRules: SqlRuleFamily = {
  rules: [
    {
      id: 'sql-not-in-null',
      level: 'warning',
      reason: 'NOT IN is never true when the subquery gives a NULL.',
    },
    {
      id: 'sql-star-in-subquery',
      level: 'hint',
      reason: 'IN takes one column: `*` fails as soon as the table gets another.',
    },
    {
      id: 'sql-unused-cte',
      level: 'warning',
      reason: 'A common table expression that nothing reads is often a forgotten join.',
    },
  ],
  check(facts, report) {
    for (const place of facts.places)
      for (const comparison of comparisonsIn(facts, place))
        if (comparison.operator === 'IN') checkIn(facts, comparison, report);
    checkUnused(facts, report);
  },
};

function checkIn(facts: StatementFacts, comparison: Comparison, report: SqlReport): void {
  const { place, right, isNegated, operatorRange } = comparison;
  const query = place.expression.queries.find(({ range }) => right.range.start < range.start && range.end <= right.range.end);
  if (query === undefined || !isWord(right.tokens[1], 'SELECT', 'WITH')) return;
  const selects = facts.selects.filter((each) => each.query === query);
  for (const each of selects) checkStar(each, report);
  const [only, ...others] = selects;
  if (!isNegated || only === undefined || others.length > 0) return;
  const column = nullable(facts, only);
  if (column === undefined) return;
  report(
    'sql-not-in-null',
    operatorRange,
    `\`${column.name}\` ${column.share > 0 ? `is NULL in some rows` : 'may be NULL'}: then NOT IN is true for no row. Leave NULL out in the subquery, or write NOT EXISTS.`,
    column.fixes,
  );
} // prettier-ignore

/** The column that a subquery gives, where it may be NULL and nothing leaves that out. */
function nullable(
  facts: StatementFacts,
  each: SelectFacts,
): { readonly name: string; readonly share: number; readonly fixes: readonly Fix[] } | undefined {
  const { select, scope } = each;
  const [item, ...others] = select.items;
  const [name] = item?.expression.columns ?? [];
  if (item === undefined || others.length > 0 || name === undefined || select.having !== undefined) return undefined;
  if (name.range.start !== item.expression.range.start || name.range.end !== item.expression.range.end) return undefined;
  const known = facts.knownColumn(name);
  if (known === undefined || known.column.isNotNull !== false || known.table.kind === 'view') return undefined;
  const { values } = known.column;
  // Keys are seldom declared NOT NULL and seldom NULL; what was looked at tells more than the declaration.
  const isReference = known.table.foreignKeys.some((key) => foldedName(key.column) === foldedName(known.column.name));
  if (values === undefined ? known.column.isKey || known.column.isUnique === true || isReference : values.nullShare === 0) return undefined;
  const target = facts.sourceOf(name, scope);
  const conditions = [...select.sources.flatMap(({ on }) => on ?? []), ...(select.where === undefined ? [] : [select.where])];
  const isLeftOut = conditions.some((expression) => {
    const parts = conjunctsOf(facts, expression.range);
    const names = expression.columns.filter(
      (other) => facts.sourceOf(other, scope) === target && other.column.text.toLowerCase() === name.column.text.toLowerCase(),
    );
    return names.some(({ range }) =>
      parts.some((part) => part.start <= range.start && range.end <= part.end && excludesNull(facts.text(part))),
    );
  });
  if (isLeftOut) return undefined;
  const written = facts.text(name.range);
  const at = facts.endBefore(endOfConditions(each));
  const condition = `${written} IS NOT NULL`;
  const { where } = select;
  const edits: (readonly [number, number, string])[] =
    where === undefined
      ? [[at, at, ` WHERE ${condition}`]]
      : conjunctsOf(facts, where.range).length > 1 || !/\bOR\b/iu.test(facts.text(where.range))
        ? [[where.range.end, where.range.end, ` AND ${condition}`]]
        : [[where.range.start, where.range.start, '('], [where.range.end, where.range.end, `) AND ${condition}`]];
  return { name: written, share: values?.nullShare ?? 0, fixes: [fix(`Add ${condition}`, true, ...edits)] };
} // prettier-ignore

function excludesNull(text: string): boolean {
  return !/\bOR\b|\bIS\s+NULL\b|\bISNULL\b|\bcoalesce\b|\bifnull\b/iu.test(text);
}

function checkStar({ select, scope }: SelectFacts, report: SqlReport): void {
  const [item, ...others] = select.items;
  const [only, ...more] = scope.given ?? [];
  if (item?.star === undefined || others.length > 0 || only === undefined || more.length > 0) return;
  const name = quotedName(only.name);
  report('sql-star-in-subquery', item.star.range, `IN takes one column, which here is \`${only.name}\`. Write its name.`, [
    fix(`Write ${name}`, true, [item.star.range.start, item.star.range.end, name]),
  ]);
} // prettier-ignore

function checkUnused(facts: StatementFacts, report: SqlReport): void {
  const { tree } = facts.statement;
  const all = [...facts.queries.flatMap((query) => query.with ?? []), ...(tree.with === undefined ? [] : [tree.with])];
  for (const { tables, range } of all)
    tables.forEach((table, i) => {
      const isUsed = facts.references.some(
        ({ name, target, isDefinition }) =>
          !isDefinition &&
          target.kind === 'common table' &&
          target.definition === table.name &&
          !(table.range.start <= name.range.start && name.range.end <= table.range.end),
      );
      if (isUsed || table.query === undefined) return;
      const next = tables[i + 1];
      const before = tables[i - 1];
      const behind = facts.words.find(({ start }) => start >= range.end);
      const edit: readonly [number, number] | undefined =
        next !== undefined
          ? [table.range.start, next.range.start]
          : before !== undefined
            ? [before.range.end, table.range.end]
            : behind === undefined
              ? undefined
              : [range.start, behind.start];
      report(
        'sql-unused-cte',
        table.name.range,
        `Nothing reads \`${table.name.text}\`. Remove it, or join it.`,
        edit === undefined ? [] : [fix(`Remove ${table.name.text}`, false, [...edit, ''])],
      );
    });
} // prettier-ignore
