import { quotedName } from '../sql/index.ts';
import type { Scope, SqlColumnName, SqlExpression } from '../sql/index.ts';
import { foldedName, joinsOf, nameStems } from '../sqlSchema/index.ts';
import type { SqlJoin, SqlSchema } from '../sqlSchema/index.ts';
import { fix } from '../text/index.ts';
import { comparisonsIn } from './comparisons.ts';
import type { Comparison } from './comparisons.ts';
import type { SqlReport } from './family.ts';
import type { KnownColumn, SelectFacts, StatementFacts } from './facts.ts';

/** ON and WHERE of a select. */
export function conditionsOf({ select }: SelectFacts): readonly SqlExpression[] {
  return [...select.sources.flatMap(({ on }) => on ?? []), ...(select.where === undefined ? [] : [select.where])];
} // prettier-ignore

/** Tells of columns that are compared although the two tables have a key, which is not used. */
export function checkUnrelated(
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
