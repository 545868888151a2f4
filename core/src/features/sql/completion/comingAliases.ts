import { foldedName, nameStems } from '../../../sqlSchema/index.ts';
import type { SqlTable } from '../../../sqlSchema/index.ts';
import { quotedName, unquoted } from '../../../sql/index.ts';
import { aliasLikeness } from './aliases.ts';
import type { NamedColumn } from './clauses.ts';
import { numberOf } from './habits.ts';
import { isJoinable } from './joins.ts';
import type { SchemaIndex } from './schema.ts';
import type { Surroundings } from './surroundings.ts';

/** An alias that FROM will give, and what it will be given to where that can be told. */
export interface ComingAlias {
  /** As it is to be written. */
  readonly alias: string;
  /** The name of a table or common table expression; undefined for numbered aliases. */
  readonly of: string | undefined;
}

/**
 * Aliases that a query has not used yet and probably will, before its FROM is written. They are made as its author makes them: numbered on behind
 * `T1`, with the end that another table got (`citiesalias0`), as the document's other statements call the table, or by the letters of tables that are
 * joined with one that got its letters. Without any alias so far there are only those of the document's other statements.
 */
export function comingAliases(around: Surroundings): readonly ComingAlias[] {
  const { own, all, index, habits, relations } = around;
  const used = new Map<string, string>();
  for (const { qualifier, at } of own) {
    const token = all.tokens[at];
    if (qualifier !== undefined && token !== undefined && !index.byName.has(qualifier))
      used.set(qualifier, unquoted(token));
  }
  for (const { source } of relations) if (source.name !== undefined) used.delete(foldedName(source.name));
  const numbers = [...used.values()].flatMap((alias) => numberOf(alias) ?? []);
  const [first] = numbers;
  if (first !== undefined)
    return nextNumbers(
      first.prefix,
      numbers.map(({ number }) => number),
    );
  if (habits.numbered !== undefined)
    return used.size === 0 ? [{ alias: `${habits.numbered}1`, of: undefined }] : [];
  const taken = new Set([
    ...used.keys(),
    ...relations.flatMap(({ source: { name } }) => (name === undefined ? [] : [foldedName(name)])),
  ]);
  const isCalled = new Set<string>();
  const coming: ComingAlias[] = [];
  const give = (of: string, ...ways: readonly string[]): void => {
    const alias = ways.find(
      (way) => !taken.has(foldedName(way)) && !index.byName.has(foldedName(way)) && quotedName(way) === way,
    );
    if (alias === undefined || isCalled.has(of)) return;
    taken.add(foldedName(alias));
    isCalled.add(of);
    coming.push({ alias, of });
  };
  const owners = [...used].flatMap(([low, alias]) => {
    const table = ownerOf(index, low, own);
    return table === undefined ? [] : [{ alias, table }];
  });
  const isOwner = new Set(owners.map(({ table }) => table));
  for (const table of index.schema.tables) {
    const alias = habits.aliases.get(foldedName(table.name));
    if (alias !== undefined && !isOwner.has(table)) give(table.name, alias);
  }
  if (used.size > 0)
    for (const { name } of around.commons) give(name, habits.aliases.get(foldedName(name)) ?? letters(name));
  for (const { alias, table } of owners) {
    const ending = endingOf(alias, table.name);
    const isShort = alias.length <= letters(table.name).length + 1;
    for (const other of index.schema.tables) {
      if (isOwner.has(other) || !isJoinable(index, table, other)) continue;
      if (ending !== undefined)
        give(other.name, inCaseOf(alias.slice(0, table.name.length), other.name) + ending);
      else if (isShort) give(other.name, letters(other.name), foldedName(other.name).slice(0, 2));
    }
  }
  return coming;
}

/** The table that an alias before FROM will most likely be of: it has all columns that are written with it, and looks like it. */
export function ownerOf(
  { schema }: SchemaIndex,
  alias: string,
  named: readonly NamedColumn[],
): SqlTable | undefined {
  let best: SqlTable | undefined;
  let most = 0;
  for (const table of schema.tables) {
    const likeness = aliasLikeness(alias, table.name);
    if (likeness <= most || !hasAll(table, alias, named)) continue;
    best = table;
    most = likeness;
  }
  return best;
}

/** Whether a table has all columns that are written with an alias. */
export function hasAll({ columns }: SqlTable, alias: string, named: readonly NamedColumn[]): boolean {
  const own = new Set(columns.map(({ name }) => foldedName(name)));
  return named.every(({ qualifier, name }) => qualifier !== alias || own.has(name));
}

/** Behind `T1` comes `T2`; before `T3` there is `T2`. */
function nextNumbers(prefix: string, numbers: readonly number[]): readonly ComingAlias[] {
  const highest = Math.max(...numbers);
  const missing = Array.from({ length: highest + 1 }, (_, i) => highest + 1 - i).filter(
    (number) => number > 0 && !numbers.includes(number),
  );
  return missing.slice(0, 2).map((number) => ({ alias: `${prefix}${String(number)}`, of: undefined }));
}

/** What an alias adds to the name of its table: `alias0` in `LOCATIONalias0`; undefined where it does not begin with it. */
function endingOf(alias: string, table: string): string | undefined {
  const isWhole = foldedName(alias).startsWith(foldedName(table)) && alias.length > table.length;
  return isWhole ? alias.slice(table.length) : undefined;
}

function inCaseOf(written: string, name: string): string {
  if (written === written.toUpperCase()) return name.toUpperCase();
  return written === written.toLowerCase() ? name.toLowerCase() : name;
}

/** The initials of a table's name: `c` of `customers`, `od` of `order_details`. */
function letters(name: string): string {
  return nameStems(name)
    .map((word) => word.charAt(0))
    .join('');
}
