import { foldName as foldedName } from '../sql/index.ts';
import type { SqlTables } from '../sql/index.ts';
import type { Range } from '../text/index.ts';
import type { SqlCell } from './outcome.ts';

/**
 * Tables and views of a database, or of DDL text. What is optional is a fact that somebody has to find out (`describe` of the server's
 * databases does): absent means unknown, never none.
 */
export interface SqlSchema {
  /** `CREATE TABLE` and `CREATE VIEW` statements, in the order of the database. */
  readonly statements: readonly string[];
  readonly tables: readonly SqlTable[];
}

export interface SqlTable {
  readonly name: string;
  /** Absent: a table, as in schemas that were written down without kinds. */
  readonly kind?: SqlTableKind;
  readonly columns: readonly SqlColumn[];
  readonly foreignKeys: readonly SqlForeignKey[];
  /** The primary key's columns in its order; empty without one. */
  readonly primaryKey?: readonly string[];
  /** Indexes, those that SQLite makes for `UNIQUE` and `PRIMARY KEY` included. A rowid's own key has none. */
  readonly indexes?: readonly SqlIndex[];
  /** Rows of the table, counted. */
  readonly rows?: number;
  /** Its name in the DDL text that was read; UTF-16 offsets. */
  readonly place?: Range;
}

export type SqlTableKind = 'table' | 'view' | 'virtual';

export interface SqlColumn {
  readonly name: string;
  /** As declared, parameters included; empty without one. */
  readonly type: string;
  /** Whether it is of the primary key. */
  readonly isKey: boolean;
  /** `NOT NULL`, or the key of a rowid. */
  readonly isNotNull?: boolean;
  /** Whether no two rows have the same value: it alone is a key, or a unique index without a condition. */
  readonly isUnique?: boolean;
  /** The expression behind `DEFAULT`, as written. */
  readonly default?: string;
  /** Whether it is computed from others. */
  readonly isGenerated?: boolean;
  readonly values?: SqlColumnValues;
  /** Its name in the DDL text that was read; UTF-16 offsets. */
  readonly place?: Range;
}

/** One pair of columns of a foreign key; a key of several columns is several of them with the same `constraint`. */
export interface SqlForeignKey {
  readonly column: string;
  readonly table: string;
  /** Empty where the key of the other table is meant and that table is not known. */
  readonly to: string;
  /** Number of the key within its table, from 0. */
  readonly constraint?: number;
}

export interface SqlIndex {
  readonly name: string;
  /** Columns in the index's order; undefined for an expression. */
  readonly columns: readonly (string | undefined)[];
  readonly isUnique: boolean;
  /** Whether it holds only the rows that meet a condition. */
  readonly isPartial: boolean;
}

/** What is in a column, found by looking at its first rows. */
export interface SqlColumnValues {
  /** Rows that were looked at. */
  readonly examined: number;
  /** Whether these are all rows of the table, so that the figures are exact. */
  readonly isComplete: boolean;
  /** Different values among them, NULL not counted. */
  readonly distinct: number;
  /** Share of NULL among them, 0..1; 0 for a table without rows. */
  readonly nullShare: number;
  /** The most frequent values, most frequent first; without BLOBs and long texts. */
  readonly samples: readonly SqlCell[];
}

/** A table by its name, in any case; SQLite folds ASCII letters only, and so do we. */
export function tableNamed({ tables }: SqlSchema, name: string): SqlTable | undefined {
  return firstNamed(tables, name);
}

/** A column by its name, in any case. */
export function columnNamed({ columns }: SqlTable, name: string): SqlColumn | undefined {
  return firstNamed(columns, name);
}

/** By list, the first of each name: schemas of thousands of tables are asked often. */
const named = new WeakMap<readonly object[], ReadonlyMap<string, object>>();

function firstNamed<T extends { readonly name: string }>(all: readonly T[], name: string): T | undefined {
  let byName = named.get(all);
  if (byName === undefined) {
    byName = new Map([...all].reverse().map((each) => [foldedName(each.name), each]));
    named.set(all, byName);
  }
  return byName.get(foldedName(name)) as T | undefined;
}

/** A schema as the parser asks for it: columns of a table by its name. Other schemas than `main` are not known. */
export function tablesOf(schema: SqlSchema): SqlTables {
  const names = new Map(
    schema.tables.map((table) => [foldedName(table.name), table.columns.map(({ name }) => name)]),
  );
  return {
    columns: (table, of) =>
      of === undefined || foldedName(of) === 'main' ? names.get(foldedName(table)) : undefined,
  };
}

export { foldedName };
