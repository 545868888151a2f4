import { nameStems } from './linking.ts';
import { columnNamed, foldedName } from './schema.ts';
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

/** What a column is called that tells the rows of its own table apart. */
const keyWords = new Set(['id', 'code', 'key', 'no', 'number', 'uuid']);

/** Tables in which a column of one name may be the one that others refer to, above which the name is no hint. */
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
  /** Pairs of tables with a key between them, where nothing is guessed. */
  const connected = new Set<string>();
  const add = (a: SqlTable, b: SqlTable, on: SqlJoin['on'], kind: SqlJoin['kind']): void => {
    const turned = on.map(({ from, to }) => ({ from: to, to: from }));
    graph.get(foldedName(a.name))?.push({ from: a.name, to: b.name, on, kind, isToOne: isUniqueIn(b, on) });
    // A key of a table to itself is one join and not two.
    if (a !== b)
      graph.get(foldedName(b.name))?.push({ from: b.name, to: a.name, on: turned, kind, isToOne: isUniqueIn(a, turned) });
    if (kind === 'key') connected.add(pairOf(a, b));
  };
  for (const table of tables)
    for (const keys of constraintsOf(table)) {
      const other = byName.get(foldedName(keys[0]?.table ?? ''));
      // A key may name a column that is not there: SQLite takes it, and no join can use it.
      if (other !== undefined && keys.every(({ column, to }) => columnNamed(table, column) !== undefined && columnNamed(other, to) !== undefined))
        add(table, other, keys.map(({ column, to }) => ({ from: column, to })), 'key');
    }
  const guessed = new Set<string>();
  for (const [a, b, from, to] of guesses(tables)) {
    const pair = [`${a.name}\0${from}`, `${b.name}\0${to}`].sort().join('\0');
    if (connected.has(pairOf(a, b)) || guessed.has(pair)) continue;
    guessed.add(pair);
    add(a, b, [{ from, to }], 'guessed');
  }
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

interface Place {
  readonly table: SqlTable;
  readonly column: SqlColumn;
}

/** Pairs of columns that are likely meant to be equal. Views are guessed at as tables are. */
function guesses(tables: readonly SqlTable[]): readonly Guess[] {
  const byStems = new Map<string, SqlTable[]>();
  for (const table of tables) push(byStems, nameStems(table.name).join(''), table);
  return [...namedAfterTables(tables, byStems), ...ofOneName(tables)];
}

/** `city.country_id` and `country.id`, `CountryCode` and `country.Code`; `from_airport` and the key of `airport`. Of the same kind of value. */
function namedAfterTables(
  tables: readonly SqlTable[],
  byStems: ReadonlyMap<string, readonly SqlTable[]>,
): readonly Guess[] {
  const found: Guess[] = [];
  for (const table of tables)
    for (const column of table.columns) {
      const stems = nameStems(column.name);
      const add = (other: SqlTable, key: SqlColumn | undefined): void => {
        if (other !== table && key !== undefined && isSameKind(column, key))
          found.push([table, other, column.name, key.name]);
      };
      for (let i = 1; i < stems.length; i++) {
        const rest = stems.slice(i).join(' ');
        for (const other of byStems.get(stems.slice(0, i).join('')) ?? [])
          add(
            other,
            other.columns.find(
              (key) =>
                nameStems(key.name).join(' ') === rest && (keyWords.has(rest) || isLoneKey(other, key)),
            ),
          );
        for (const other of byStems.get(stems.slice(i).join('')) ?? [])
          add(
            other,
            other.columns.find((key) => isLoneKey(other, key)) ??
              other.columns.find((key) => /^(?:id|code)$/u.test(nameStems(key.name).slice(-1).join(''))),
          );
      }
    }
  return found;
}

/**
 * Columns of one name, which is none that any table may have: with the table where it is the key, or after which it is named (`state_name` with
 * `state`), else with few others where it looks like a key.
 */
function ofOneName(tables: readonly SqlTable[]): readonly Guess[] {
  const byName = new Map<string, Place[]>();
  for (const table of tables)
    for (const column of table.columns) push(byName, nameStems(column.name).join(' '), { table, column });
  const found: Guess[] = [];
  for (const [name, all] of byName) {
    const stems = name.split(' ');
    if (all.length < 2 || (stems.length === 1 && general.has(name))) continue;
    const named = all.filter(({ table }) => stems.length > 1 && stems.slice(0, -1).join(' ') === nameStems(table.name).join(' '));
    const keys = all.filter(({ table, column }) => isLoneKey(table, column));
    const isKeyLike = /(?:^| )(?:id|code|key|no|uuid)$/u.test(name) || /.id$/u.test(name);
    const ends = [keys, named, isKeyLike ? all : []].find(({ length }) => length > 0) ?? [];
    if (ends.length > mostAlike) continue;
    for (const to of ends)
      for (const from of all) {
        // Of two ends each pair is told once.
        const isTold = ends.includes(from) && all.indexOf(from) > all.indexOf(to);
        // SQLite compares a text with a number as numbers, so a name of several words outweighs types that differ.
        const fits = stems.length > 1 || isSameKind(from.column, to.column);
        if (from.table !== to.table && fits && !isTold) found.push([from.table, to.table, from.column.name, to.column.name]);
      }
  }
  return found;
} // prettier-ignore

function isLoneKey({ columns }: SqlTable, column: SqlColumn): boolean {
  return column.isUnique === true || (column.isKey && columns.filter(({ isKey }) => isKey).length === 1);
}

/** Whether two columns are declared for the same kind of value: both numbers, both texts, or one of no type. */
function isSameKind(a: SqlColumn, b: SqlColumn): boolean {
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
