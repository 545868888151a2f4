import { quotedName } from '../sql/index.ts';
import type { BoundSource, SqlColumnName, SqlExpression, Scope } from '../sql/index.ts';
import { foldedName, joinsOf, nameStems } from '../sqlSchema/index.ts';
import type { SqlJoin, SqlSchema } from '../sqlSchema/index.ts';
import { fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import { comparisonsIn, conjunctsOf } from './comparisons.ts';
import type { Comparison } from './comparisons.ts';
import type { SqlReport, SqlRuleFamily } from './family.ts';
import type { KnownColumn, SelectFacts, StatementFacts } from './facts.ts';
import { givesOneRow } from './results.ts';

/** How tables are joined. */
export const joinRules: SqlRuleFamily = {
  rules: [
    {
      id: 'sql-cartesian-join',
      level: 'warning',
      reason: 'Without a condition every row of one table is combined with every row of the other.',
    },
    {
      id: 'sql-unrelated-join',
      level: 'information',
      reason: 'Columns that are neither a key nor of one name are seldom meant to be equal.',
    },
  ],
  check(facts, report) {
    for (const select of facts.selects) {
      checkCartesian(facts, select, report);
      if (facts.schema !== undefined) checkUnrelated(facts, select, facts.schema, report);
    }
  },
};

/** Sources that some condition connects get the same number. */
function connected(facts: StatementFacts, each: SelectFacts): readonly number[] {
  const { sources } = each;
  const groups = sources.map((_, i) => i);
  const unite = (members: readonly number[]): void => {
    const [first, ...others] = members.map((i) => groups[i] ?? i);
    if (first === undefined) return;
    for (const other of others) groups.forEach((group, i) => { if (group === other) groups[i] = first; }); // prettier-ignore
  };
  const within = (range: { readonly start: number; readonly end: number }): readonly number[] => {
    const found = new Set<number>();
    for (const place of facts.places)
      for (const column of place.expression.columns) {
        if (column.range.start < range.start || column.range.end > range.end) continue;
        const source = facts.sourceOf(column, place.scope);
        const i = source === undefined ? -1 : sources.indexOf(source);
        if (i >= 0) found.add(i);
      }
    return [...found];
  };
  for (const { range } of conditionsOf(each))
    for (const part of conjunctsOf(facts, range)) unite(within(part));
  sources.forEach(({ source, merged }, i) => {
    // What is in one place of a chain of USING has the column of any source before.
    if (merged.size > 0 || source.join?.startsWith('NATURAL') === true) unite([i, ...sources.keys()].filter((at) => at === i || at < i && merged.size > 0 && hasAny(sources[at], merged)));
    if (source.kind === 'function') unite([i, ...within(source.arguments.range)]);
  });
  return groups;
} // prettier-ignore

/** ON and WHERE. */
function conditionsOf({ select }: SelectFacts): readonly SqlExpression[] {
  return [...select.sources.flatMap(({ on }) => on ?? []), ...(select.where === undefined ? [] : [select.where])];
} // prettier-ignore

function hasAny(source: BoundSource | undefined, names: ReadonlySet<string>): boolean {
  return source?.columns?.some(({ name }) => names.has(foldedName(name))) ?? true;
}

function checkCartesian(facts: StatementFacts, select: SelectFacts, report: SqlReport): void {
  const { sources } = select;
  if (sources.length < 2) return;
  // A column that may be of any table may connect any two.
  if (conditionsOf(select).some((each) => each.columns.some((column) => facts.isUncertain(column)))) return;
  const groups = connected(facts, select);
  sources.forEach(({ source, name }, i) => {
    const before = groups.slice(0, i);
    if (i === 0 || before.includes(groups[i] ?? -1)) return;
    // CROSS JOIN, and a condition such as ON TRUE, say that all combinations are meant.
    if (source.join?.startsWith('CROSS') === true || source.join?.startsWith('NATURAL') === true) return;
    if (source.on !== undefined && !source.on.columns.some((column) => facts.sourceOf(column, select.scope) !== undefined)) return;
    // A later table may connect it: what counts is that nothing of its group stands before the whole of another.
    if (isSmall(facts, select, i) || before.every((_, at) => isSmall(facts, select, at))) return;
    const group = groups[i];
    if (groups.indexOf(group ?? -1) !== i) return;
    const others = sources.filter((_, at) => at < i);
    report(
      'sql-cartesian-join',
      source.range,
      `Nothing says which rows of ${told(name)} go with which of ${others.map((other) => told(other.name)).join(', ')}, so that each is combined with all. Write a condition, or CROSS JOIN where that is meant.`,
      joinFixes(facts, select, i),
    );
  });
} // prettier-ignore

function told(name: string | undefined): string {
  return name === undefined ? 'the subquery' : `\`${name}\``;
}

/** Whether a source gives one row, or its key is given: then there is nothing to combine. */
function isSmall(facts: StatementFacts, { sources, select, scope }: SelectFacts, i: number): boolean {
  const bound = sources[i];
  if (bound === undefined) return false;
  const query = bound.source.kind === 'query' ? bound.source.query : bound.common?.table.query;
  if (query !== undefined) {
    const all = facts.selects.filter((each) => each.query === query);
    const [only] = all;
    const isOne = query.limit[0] !== undefined && facts.text(query.limit[0].range) === '1';
    if (isOne || all.length !== 1 || only === undefined) return isOne;
    return givesOneRow(facts, only) || only.sources.every((_, at) => isSmall(facts, only, at));
  }
  const { where } = select;
  if (bound.source.kind === 'function') return true;
  if (where === undefined) return false;
  return comparisonsIn(facts, { role: 'where', expression: where, scope }).some(
    ({ operator, left, right }) => operator === '=' && [left, right].some(({ literal }) => literal !== undefined && literal.kind !== 'null') &&
      [left, right].some(({ column }) => column !== undefined && facts.sourceOf(column, scope) === bound),
  );
} // prettier-ignore

/** Conditions along keys, or guessed ones, from a table before to one that nothing connects. */
function joinFixes({ schema }: StatementFacts, { sources }: SelectFacts, i: number): readonly Fix[] {
  const own = sources[i];
  const { source } = own ?? {};
  if (schema === undefined || own?.table === undefined || source === undefined || source.on !== undefined || source.join === undefined) return [];
  const { table, name } = own;
  const conditions = sources.slice(0, i).flatMap((before) =>
    before.table === undefined
      ? []
      : joinsOf(schema, before.table)
          .filter(({ to }) => foldedName(to) === foldedName(table))
          .map((join) => conditionOf(join, before.name ?? '', name ?? '')),
  );
  // A comma takes no ON; WHERE can be anywhere, so that the comma becomes a JOIN.
  if (source.join === ',' || conditions.length === 0) return [];
  const unique = [...new Set(conditions)].slice(0, 3);
  return unique.map((condition, at) => fix(`Join on ${condition}`, at === 0, [source.range.end, source.range.end, ` ON ${condition}`]));
} // prettier-ignore

function conditionOf({ on }: SqlJoin, from: string, to: string): string {
  return on
    .map(
      (pair) =>
        `${quotedName(from)}.${quotedName(pair.from)} = ${quotedName(to)}.${quotedName(pair.to)}`,
    )
    .join(' AND ');
} // prettier-ignore

function checkUnrelated(
  facts: StatementFacts,
  each: SelectFacts,
  schema: SqlSchema,
  report: SqlReport,
): void {
  const { scope } = each;
  const equal = conditionsOf(each).flatMap((expression) =>
    comparisonsIn(facts, { role: 'on', expression, scope }).flatMap((comparison) => {
      const pair = pairOf(facts, scope, comparison);
      return pair === undefined ? [] : [pair];
    }),
  );
  for (const { left, right, range, a, b } of equal) {
    if (left.table === right.table || isRelated(schema, left, right)) continue;
    const keys = joinsOf(schema, left.table.name).filter(({ to }) => foldedName(to) === foldedName(right.table.name));
    const byKey = keys.filter(({ kind }) => kind === 'key');
    const [key] = byKey;
    // Where no key joins the two tables, or theirs is a condition here already, this is one more condition.
    if (key === undefined) continue;
    if (equal.some((other) => byKey.some(({ on }) => on.some((pair) => isPair(pair, left, right, other))))) continue;
    const words = key.on.map((pair) => `${left.table.name}.${pair.from} = ${right.table.name}.${pair.to}`).join(' AND ');
    const name = (column: SqlColumnName, of: KnownColumn): string => quotedName(column.table?.text ?? facts.sourceOf(column, scope)?.name ?? of.table.name);
    const newText = key.on.map((pair) => `${name(a, left)}.${quotedName(pair.from)} = ${name(b, right)}.${quotedName(pair.to)}`).join(' AND ');
    report(
      'sql-unrelated-join',
      range,
      `\`${left.table.name}.${left.column.name}\` and \`${right.table.name}.${right.column.name}\` are no key of each other. The tables are joined by ${words}.`,
      [fix(`Join on ${words}`, false, [range.start, range.end, newText])],
    );
  }
} // prettier-ignore

interface EqualColumns {
  readonly left: KnownColumn;
  readonly right: KnownColumn;
  readonly a: SqlColumnName;
  readonly b: SqlColumnName;
  readonly range: Comparison['range'];
}

function pairOf(facts: StatementFacts, scope: Scope, comparison: Comparison): EqualColumns | undefined {
  const { operator, left, right, range } = comparison;
  if ((operator !== '=' && operator !== '==') || left.column === undefined || right.column === undefined) return undefined;
  const [one, other] = [facts.knownColumn(left.column), facts.knownColumn(right.column)];
  // Through a subquery the tables cannot be joined in another way.
  const isOwn = [left.column, right.column].every((column) => facts.sourceOf(column, scope)?.table !== undefined);
  if (one === undefined || other === undefined || !isOwn) return undefined;
  return { left: one, right: other, a: left.column, b: right.column, range };
} // prettier-ignore

function isPair(pair: SqlJoin['on'][number], left: KnownColumn, right: KnownColumn, other: EqualColumns): boolean {
  const [from, to] = [foldedName(pair.from), foldedName(pair.to)];
  const is = (a: KnownColumn, b: KnownColumn): boolean =>
    a.table === left.table && b.table === right.table && foldedName(a.column.name) === from && foldedName(b.column.name) === to;
  return is(other.left, other.right) || is(other.right, other.left);
} // prettier-ignore

/** Whether two columns may be meant to be equal: by a key or a guess, since both refer to the same, or by their names. */
function isRelated(schema: SqlSchema, left: KnownColumn, right: KnownColumn): boolean {
  const joins = joinsOf(schema, left.table.name).filter(({ to }) => foldedName(to) === foldedName(right.table.name));
  const isSame = (a: string, b: string): boolean => foldedName(a) === foldedName(b);
  if (joins.some(({ on }) => on.some(({ from, to }) => isSame(from, left.column.name) && isSame(to, right.column.name)))) return true;
  const [a, b] = [refersTo(schema, left), refersTo(schema, right)];
  if (a.some((place) => b.includes(place))) return true;
  const [one, other] = [nameStems(left.column.name), nameStems(right.column.name)];
  return one.some((stem) => stem !== 'id' && other.includes(stem));
} // prettier-ignore

/** The column itself and those that it refers to by keys or guesses. */
function refersTo(schema: SqlSchema, { table, column }: KnownColumn): readonly string[] {
  const own = `${foldedName(table.name)}.${foldedName(column.name)}`;
  const others = joinsOf(schema, table.name).flatMap(({ to, on }) =>
    on.flatMap((pair) => (foldedName(pair.from) === foldedName(column.name) ? [`${foldedName(to)}.${foldedName(pair.to)}`] : [])),
  );
  return [own, ...others];
} // prettier-ignore
