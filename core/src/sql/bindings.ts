import type { Range } from '../text/index.ts';
import type { SqlReference, SqlTables, SqlTarget } from './documentTypes.ts';
import type { SqlCall, SqlCommonTable, SqlName, SqlQuery, SqlSelect, SqlSource, SqlTree } from './tree.ts';

/** A column of a source: what it is called there, and what the name means. */
export interface BoundColumn {
  readonly name: string;
  readonly target: SqlTarget;
}

export interface BoundSource {
  readonly source: SqlSource;
  /** What columns are qualified with. */
  readonly name: string | undefined;
  readonly columns: readonly BoundColumn[] | undefined;
  /** What the name in front of a column's point refers to. */
  readonly target: SqlTarget;
  /** The table of the database. */
  readonly table?: string;
  readonly common?: BoundCommon;
  /** Columns, in small letters, that USING or NATURAL merges with those of a source before. */
  readonly merged: ReadonlySet<string>;
  /** `NEW`, `OLD` and `excluded`: columns of it are always qualified. */
  readonly isQualifiedOnly: boolean;
}

export interface BoundOutput {
  readonly name: string;
  readonly range: Range;
  readonly isAlias: boolean;
  readonly target: SqlTarget;
}

/** A common table expression while its statement is bound. */
export interface BoundCommon {
  readonly table: SqlCommonTable;
  /** Where its query looks for names. */
  readonly parent: Scope | undefined;
  readonly commons: Commons;
  state: 'new' | 'binding' | 'bound';
  columns: readonly BoundColumn[] | undefined;
}

/** The common table expressions that can be named, nearest first. */
export interface Commons {
  readonly tables: readonly BoundCommon[];
  /** The first of each name, as {@link foldName} writes it. */
  readonly byName: ReadonlyMap<string, BoundCommon>;
  readonly parent: Commons | undefined;
}

/** Where names are looked for: what one SELECT, or one statement that writes, takes rows from; and what is around it. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly commons: Commons | undefined;
  readonly sources: BoundSource[];
  outputs: readonly BoundOutput[];
  /** What the list gives, `*` written out; undefined where that is not known. */
  given: readonly BoundColumn[] | undefined;
  readonly windows: readonly SqlName[];
  /** SQLite takes aliases of the list everywhere but in the list and in FROM. */
  showsOutputs: boolean;
}

/** A query with the scopes of its selects, or a statement that writes with its own: by these an offset finds what is visible. */
export interface Region {
  readonly range: Range;
  readonly query?: SqlQuery;
  readonly tree?: SqlTree;
  readonly selects: readonly { readonly select: SqlSelect; readonly scope: Scope }[];
  /** Of the statement, or of a query's ORDER BY. */
  readonly scope: Scope;
}

/** What all names of a statement mean. */
export interface Binding {
  readonly references: readonly SqlReference[];
  readonly regions: readonly Region[];
  readonly calls: readonly SqlCall[];
}

/** Columns of what every database has: the schema's own table and functions that give rows. */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  sqlite_schema: ['type', 'name', 'tbl_name', 'rootpage', 'sql'],
  sqlite_sequence: ['name', 'seq'],
  json_each: ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path'],
  generate_series: ['value', 'start', 'stop', 'step'],
};
const sameAs: Readonly<Record<string, string>> = {
  sqlite_master: 'sqlite_schema',
  sqlite_temp_schema: 'sqlite_schema',
  sqlite_temp_master: 'sqlite_schema',
  json_tree: 'json_each',
  jsonb_each: 'json_each',
  jsonb_tree: 'json_each',
};

/** Columns of a table or of a function that gives rows; undefined where they are not known. */
export function columnsOfTable(
  tables: SqlTables | undefined,
  table: string,
  schema?: string,
): readonly string[] | undefined {
  const known = tables?.columns(table, schema);
  if (known !== undefined) return known;
  const name = table.toLowerCase();
  return builtIn[sameAs[name] ?? name];
}

/** Whether two names are the same for SQLite, which folds the letters of ASCII only. */
export function isSameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && foldName(a) === foldName(b));
}

/** A name as SQLite compares names: `A` to `Z` as `a` to `z`, all other letters as they are. */
export function foldName(name: string): string {
  const lower = name.toLowerCase();
  // Asked for every name of a schema, many times: most are plain.
  if (lower === name || !/\P{ASCII}/u.test(name)) return lower;
  return name.replace(/[A-Z]+/gu, (letters) => letters.toLowerCase());
}
