import { foldedName, nameStems } from '../../../sqlSchema/index.ts';
import type { SqlTable } from '../../../sqlSchema/index.ts';
import { isDate, isKeyName } from './columnKinds.ts';
import { columnOf } from './schema.ts';
import type { SchemaIndex } from './schema.ts';

/** Two columns, one of each table, by which rows are joined. */
export interface Join {
  readonly left: string;
  readonly right: string;
  /** True where no foreign key says so and only the names do. */
  readonly isGuessed: boolean;
  /** How likely it is, 0..5; 5 for a declared key. */
  readonly worth: number;
}

const remembered = new WeakMap<SchemaIndex, Map<SqlTable, Map<SqlTable, readonly Join[]>>>();

/** How two tables are joined: along foreign keys, else by what their columns are called; the likeliest first. */
export function joinsBetween(index: SchemaIndex, left: SqlTable, right: SqlTable): readonly Join[] {
  let all = remembered.get(index);
  if (all === undefined) remembered.set(index, (all = new Map<SqlTable, Map<SqlTable, readonly Join[]>>()));
  let own = all.get(left);
  if (own === undefined) all.set(left, (own = new Map<SqlTable, readonly Join[]>()));
  let joins = own.get(right);
  if (joins === undefined) own.set(right, (joins = findJoins(left, right)));
  return joins;
}

function findJoins(left: SqlTable, right: SqlTable): readonly Join[] {
  const declared = [...keysTo(left, right), ...keysTo(right, left).map(turned)];
  if (declared.length > 0)
    return declared.filter(
      (join, i) =>
        declared.findIndex((other) => other.left === join.left && other.right === join.right) === i,
    );
  return left.columns
    .flatMap((a) =>
      right.columns.map((b) => ({
        left: a.name,
        right: b.name,
        isGuessed: true,
        worth: likeness(left, a.name, right, b.name, a.isKey || b.isKey),
      })),
    )
    .filter((join) => join.worth > 0)
    .sort((a, b) => b.worth - a.worth);
}

function turned({ left, right, ...rest }: Join): Join {
  return { left: right, right: left, ...rest };
}

/** Foreign keys of one table to the other, by columns that are there. */
function keysTo(from: SqlTable, to: SqlTable): readonly Join[] {
  return from.foreignKeys.flatMap((key) => {
    if (foldedName(key.table) !== foldedName(to.name)) return [];
    const left = columnOf(from, key.column);
    const right = columnOf(to, key.to);
    return left === undefined || right === undefined
      ? []
      : [{ left: left.name, right: right.name, isGuessed: false, worth: 5 }];
  });
}

/** How likely the names of two columns make them a pair; 0 for not at all. */
function likeness(left: SqlTable, a: string, right: SqlTable, b: string, hasKey: boolean): number {
  if (namesKeyOf(a, right, b) || namesKeyOf(b, left, a)) return 4;
  const low = foldedName(a);
  if (low !== foldedName(b)) return 0;
  if (left === right) return 0.1;
  // Rows of the same day, or made at the same time, have nothing else to do with each other.
  if (isDate(a, '')) return 0.2;
  // `id` = `id` joins what is one thing in two tables, and mostly nothing.
  if (low === 'id') return 0.5;
  if (isKeyName(a)) return 3;
  if (hasKey && low !== 'name') return 2.5;
  return low === 'name' || nameStems(a).length < 2 ? 0.3 : 1;
}

/** `country_code` names `code` of `country`; `CustomerId` names `Id` of `Customers`. */
function namesKeyOf(column: string, table: SqlTable, key: string): boolean {
  if (!isKeyName(key)) return false;
  const own = nameStems(table.name).join('');
  return own !== '' && nameStems(column).join('') === own + nameStems(key).join('');
}
