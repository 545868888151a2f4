import { nameStems } from './linking.ts';
import { foldedName } from './schema.ts';
import type { SqlColumn, SqlSchema, SqlTable } from './schema.ts';

/** A way from one table to another by equal values of columns. */
export interface SqlJoin {
  readonly from: string;
  readonly to: string;
  /** Pairs of columns, each of the one table and of the other. */
  readonly on: readonly { readonly from: string; readonly to: string }[];
  /** `key`: by a foreign key. `guessed`: by names and types, since there is none; it may be wrong. */
  readonly kind: 'key' | 'guessed';
  /** Whether a row has at most one match in the table that is joined, since the columns there are unique. */
  readonly isToOne: boolean;
}

/** Words that name a column of any table, so that two of one name say nothing. */
const general = new Set(
  (
    'id name title date year time type status description comment note value number count total amount price age gender code ' +
    'created updated modified timestamp position rank order first last address city state country email phone'
  ).split(' '),
);

/** Tables of one column name, without any key among them, above which the name is no hint. */
const mostAlike = 8;

const graphs = new WeakMap<SqlSchema, ReadonlyMap<string, readonly SqlJoin[]>>();

/** All joins of a schema by the folded name of the table that they begin at, those by keys first. Made once for each schema. */
export function joinGraph(schema: SqlSchema): ReadonlyMap<string, readonly SqlJoin[]> {
  let graph = graphs.get(schema);
  if (graph === undefined) {
    graph = makeGraph(schema);
    graphs.set(schema, graph);
  }
  return graph;
}

function makeGraph({ tables }: SqlSchema): ReadonlyMap<string, readonly SqlJoin[]> {
  const byName = new Map(tables.map((table) => [foldedName(table.name), table]));
  const graph = new Map<string, SqlJoin[]>([...byName.keys()].map((name) => [name, []]));
  const connected = new Set<string>();
  const add = (a: SqlTable, b: SqlTable, on: SqlJoin['on'], kind: SqlJoin['kind']): void => {
    const turned = on.map(({ from, to }) => ({ from: to, to: from }));
    graph.get(foldedName(a.name))?.push({ from: a.name, to: b.name, on, kind, isToOne: isUniqueIn(b, on) });
    // A key of a table to itself is one join and not two.
    if (a !== b)
      graph.get(foldedName(b.name))?.push({ from: b.name, to: a.name, on: turned, kind, isToOne: isUniqueIn(a, turned) });
    connected.add(pairOf(a, b));
  };
  for (const table of tables)
    for (const keys of constraintsOf(table)) {
      const other = byName.get(foldedName(keys[0]?.table ?? ''));
      if (other !== undefined && keys.every(({ to }) => to !== ''))
        add(table, other, keys.map(({ column, to }) => ({ from: column, to })), 'key');
    }
  for (const [a, b, from, to] of guesses(tables))
    if (!connected.has(pairOf(a, b))) add(a, b, [{ from, to }], 'guessed');
  return graph;
} // prettier-ignore

/** Foreign keys with all their columns. */
function constraintsOf({ foreignKeys }: SqlTable): readonly SqlTable['foreignKeys'][] {
  const keys = new Map<unknown, SqlTable['foreignKeys'][number][]>();
  foreignKeys.forEach((key, i) => {
    // Schemas that were written down without numbers have keys of one column.
    const constraint = key.constraint ?? `alone ${i}`;
    const own = keys.get(constraint);
    if (own === undefined) keys.set(constraint, [key]);
    else own.push(key);
  });
  return [...keys.values()];
}

function pairOf(a: SqlTable, b: SqlTable): string {
  return [foldedName(a.name), foldedName(b.name)].sort().join('\0');
}

function isUniqueIn(table: SqlTable, on: SqlJoin['on']): boolean {
  const names = new Set(on.map(({ to }) => foldedName(to)));
  const covers = (columns: readonly (string | undefined)[]): boolean =>
    columns.length > 0 &&
    columns.every((column) => column !== undefined && names.has(foldedName(column)));
  const key = table.primaryKey ?? table.columns.filter(({ isKey }) => isKey).map(({ name }) => name);
  return (
    covers(key) ||
    table.columns.some(({ name, isUnique }) => isUnique === true && names.has(foldedName(name))) ||
    (table.indexes ?? []).some(({ columns, isUnique, isPartial }) => isUnique && !isPartial && covers(columns))
  );
} // prettier-ignore

type Guess = readonly [a: SqlTable, b: SqlTable, from: string, to: string];

/**
 * Pairs of columns that are likely meant to be equal: `city.country_id` and `country.id`, by the name of the table; columns of one name, which no
 * table has by chance, where one of them is the key of its table. Types must not contradict. Views are guessed at as tables are.
 */
function guesses(tables: readonly SqlTable[]): readonly Guess[] {
  const found: Guess[] = [];
  const byStems = new Map<string, SqlTable[]>();
  const byColumn = new Map<string, { readonly table: SqlTable; readonly column: SqlColumn }[]>();
  for (const table of tables) {
    push(byStems, nameStems(table.name).join(''), table);
    for (const column of table.columns) push(byColumn, nameStems(column.name).join(' '), { table, column });
  }
  for (const table of tables)
    for (const column of table.columns) {
      const stems = nameStems(column.name);
      if (stems.length < 2 || stems.at(-1) !== 'id') continue;
      for (const other of byStems.get(stems.slice(0, -1).join('')) ?? []) {
        const key = other.columns.find(({ name }) => foldedName(name) === 'id');
        if (other !== table && key !== undefined && isSameType(column, key)) found.push([table, other, column.name, key.name]);
      }
    }
  for (const [name, all] of byColumn) {
    const stems = name.split(' ');
    if (stems.length === 1 && general.has(name)) continue;
    const keys = all.filter(({ table, column }) => isLoneKey(table, column));
    const isKeyLike = /(?:^| )(?:id|code|key|no|uuid)$/u.test(name) || /.id$/u.test(name);
    const ends = keys.length > 0 ? keys : isKeyLike && all.length <= mostAlike ? all : [];
    for (const to of ends)
      for (const from of all)
        if (from.table !== to.table && isSameType(from.column, to.column) && !(ends.includes(from) && all.indexOf(from) > all.indexOf(to)))
          found.push([from.table, to.table, from.column.name, to.column.name]);
  }
  return found;
} // prettier-ignore

function isLoneKey({ columns }: SqlTable, column: SqlColumn): boolean {
  return column.isUnique === true || (column.isKey && columns.filter(({ isKey }) => isKey).length === 1);
}

/** Whether SQLite compares two columns as the same kind of value: both numbers, both texts, or one of no type. */
function isSameType(a: SqlColumn, b: SqlColumn): boolean {
  const kinds = [a, b].map(({ type }) =>
    type === '' ? 'any' : /char|clob|text|string|uuid/iu.test(type) ? 'text' : /blob/iu.test(type) ? 'blob' : 'number',
  );
  return kinds[0] === kinds[1] || kinds.includes('any');
} // prettier-ignore

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const all = map.get(key);
  if (all === undefined) map.set(key, [value]);
  else all.push(value);
}
