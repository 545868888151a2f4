import { foldedName, joinsOf, nameStems } from '../../../sqlSchema/index.ts';
import type { SqlTable } from '../../../sqlSchema/index.ts';
import { isDate, isKeyName } from './columnKinds.ts';
import type { SchemaIndex } from './schema.ts';

/** Pairs of columns, each of the one table and of the other, by which rows are joined. */
export interface Join {
  /** More than one for a key of several columns. */
  readonly on: readonly { readonly left: string; readonly right: string }[];
  /** True where no foreign key says so and only the names do. */
  readonly isGuessed: boolean;
  /** How likely it is, 0..5; 5 for a declared key. */
  readonly worth: number;
}

/** From which worth of a join on two tables are taken to belong together. */
const joinable = 2.5;

const remembered = new WeakMap<SchemaIndex, Map<SqlTable, Map<SqlTable, readonly Join[]>>>();

/**
 * How two tables are joined, the likeliest first: along foreign keys; without any as the schema's joins guess, then by columns of one name, which
 * make a pair now and then.
 */
export function joinsBetween(index: SchemaIndex, left: SqlTable, right: SqlTable): readonly Join[] {
  let all = remembered.get(index);
  if (all === undefined) remembered.set(index, (all = new Map<SqlTable, Map<SqlTable, readonly Join[]>>()));
  let own = all.get(left);
  if (own === undefined) all.set(left, (own = new Map<SqlTable, readonly Join[]>()));
  let joins = own.get(right);
  if (joins === undefined) own.set(right, (joins = findJoins(index, left, right)));
  return joins;
}

/** Whether two tables belong together: by a key, or by names that say it well enough. */
export function isJoinable(index: SchemaIndex, left: SqlTable, right: SqlTable): boolean {
  return (joinsBetween(index, left, right)[0]?.worth ?? 0) >= joinable;
}

/** The likeliest join of two tables by two of their columns, folded. @param right any column where absent */
export function joinBy(joins: readonly Join[], left: string, right?: string): Join | undefined {
  return joins.find(({ on }) =>
    on.some(
      (pair) => foldedName(pair.left) === left && (right === undefined || foldedName(pair.right) === right),
    ),
  );
}

function findJoins({ schema }: SchemaIndex, left: SqlTable, right: SqlTable): readonly Join[] {
  const wanted = foldedName(right.name);
  const known = joinsOf(schema, left.name)
    .filter(({ to }) => foldedName(to) === wanted)
    .flatMap(({ on, kind }): Join[] => {
      const pairs = on.map(({ from, to }) => ({ left: from, right: to }));
      const join = {
        on: pairs,
        isGuessed: kind === 'guessed',
        worth: kind === 'key' ? 5 : guessWorth(pairs[0]),
      };
      // A key of a table to itself stands once among its joins, and is one in both directions.
      return left === right
        ? [join, { ...join, on: on.map(({ from, to }) => ({ left: to, right: from })) }]
        : [join];
    });
  if (known.some(({ isGuessed }) => !isGuessed)) return known;
  const alike = left.columns.flatMap(({ name, isKey }): Join[] => {
    const other = right.columns.find((column) => foldedName(column.name) === foldedName(name));
    if (other === undefined || joinBy(known, foldedName(name), foldedName(name)) !== undefined) return [];
    const worth = left === right ? 0.1 : likeness(name, isKey || other.isKey);
    return [{ on: [{ left: name, right: other.name }], isGuessed: true, worth }];
  });
  return [...known, ...alike].sort((a, b) => b.worth - a.worth);
}

/** A column that is named after the other table and its key says more than one name in both. */
function guessWorth(pair: Join['on'][number] | undefined): number {
  return pair !== undefined && foldedName(pair.left) === foldedName(pair.right) ? 3 : 4;
}

/** How likely a name that two tables have makes a pair of them. */
function likeness(name: string, hasKey: boolean): number {
  // Rows of the same day, or made at the same time, have nothing else to do with each other.
  if (isDate(name, '')) return 0.2;
  const low = foldedName(name);
  // `id` = `id` joins what is one thing in two tables, and mostly nothing.
  if (low === 'id') return 0.5;
  if (isKeyName(name)) return 3;
  if (hasKey && low !== 'name') return 2.5;
  return low === 'name' || nameStems(name).length < 2 ? 0.3 : 1;
}
