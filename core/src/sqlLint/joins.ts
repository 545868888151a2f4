import { quotedName } from '../sql/index.ts';
import type { BoundSource, SqlColumnName } from '../sql/index.ts';
import { foldedName, joinsOf } from '../sqlSchema/index.ts';
import type { SqlJoin } from '../sqlSchema/index.ts';
import { fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import { comparisonsIn, conjunctsOf } from './comparisons.ts';
import type { SqlReport, SqlRuleFamily } from './family.ts';
import type { SelectFacts, StatementFacts } from './facts.ts';
import { givesOneRow } from './results.ts';
import { checkUnrelated, conditionsOf } from './unrelatedJoins.ts';

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
    for (const { column, scope } of facts.columnsIn(range)) {
      const source = facts.sourceOf(column, scope);
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
    // Who writes a subquery for the rows of one value means one row.
    return givesOneRow(facts, only) || (only.sources.length === 1 && hasEquality(facts, only));
  }
  const { where } = select;
  if (bound.source.kind === 'function') return true;
  if (where === undefined) return false;
  return comparisonsIn(facts, { role: 'where', expression: where, scope }).some(
    ({ operator, left, right }) => {
      if (
        operator !== '=' ||
        ![left, right].some(({ literal }) => literal !== undefined && literal.kind !== 'null')
      )
        return false;
      return [left, right].some(
        ({ column }) =>
          column !== undefined && facts.sourceOf(column, scope) === bound && tellsApart(facts, column),
      );
    },
  );
}

/** Whether WHERE holds some column to one value. */
function hasEquality(facts: StatementFacts, { select: { where }, scope }: SelectFacts): boolean {
  if (where === undefined) return false;
  return comparisonsIn(facts, { role: 'where', expression: where, scope }).some(
    ({ operator, left, right }) =>
      operator === '=' &&
      [left, right].some(({ literal }) => literal !== undefined && literal.kind !== 'null'),
  );
}

/** Whether a column has no value twice: as declared, or as far as all rows were looked at. Without a schema it may be so. */
function tellsApart(facts: StatementFacts, name: SqlColumnName): boolean {
  const known = facts.knownColumn(name);
  if (known === undefined) return true;
  const { column, table } = known;
  const { values } = column;
  const isKey = column.isUnique === true || (column.isKey && (table.primaryKey?.length ?? 1) === 1);
  return isKey || (values?.isComplete === true && values.nullShare === 0 && values.distinct === values.examined);
} // prettier-ignore

/** Conditions along keys, or guessed ones, from a table before to one that nothing connects. */
function joinFixes(facts: StatementFacts, { sources }: SelectFacts, i: number): readonly Fix[] {
  const { schema, words } = facts;
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
  const { start, end } = source.range;
  // A comma takes no ON and becomes a JOIN; in SQLite both bind alike.
  const comma = source.join === ',' ? words.findLast((word) => word.end <= start) : undefined;
  if (source.join === ',' && comma?.text !== ',') return [];
  const turned = comma === undefined ? [] : [[comma.start, comma.end, ' JOIN'] as const];
  const unique = [...new Set(conditions)].slice(0, 3);
  return unique.map((condition, at) => fix(`Join on ${condition}`, at === 0, ...turned, [end, end, ` ON ${condition}`]));
} // prettier-ignore

function conditionOf({ on }: SqlJoin, from: string, to: string): string {
  return on
    .map(
      (pair) =>
        `${quotedName(from)}.${quotedName(pair.from)} = ${quotedName(to)}.${quotedName(pair.to)}`,
    )
    .join(' AND ');
} // prettier-ignore
