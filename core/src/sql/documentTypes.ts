import type { Range } from '../text/index.ts';
import type { SqlToken } from './scanner.ts';
import type { SqlClauseKind, SqlName, SqlTree } from './tree.ts';

/** A text of SQL as its statements. Made by `parseSqlDocument`, which never fails. */
export interface SqlDocument {
  readonly text: string;
  /** Every UTF-16 unit of the text is in exactly one token; offsets from the start of the document. */
  readonly tokens: readonly SqlToken[];
  readonly statements: readonly SqlStatement[];
  readonly directives: readonly SqlDirective[];
}

export interface SqlStatement {
  /** Place among the statements of its document. */
  readonly index: number;
  /** From the first token that means something to the last one, the `;` included; offsets from the start of the document. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** How it ends: with its `;`, at the end of the text, or because another statement begins on a line of its own. */
  readonly ending: 'semicolon' | 'end' | 'next';
  /** Offsets from the start of the STATEMENT. Comments and spaces inside are there. */
  readonly tokens: readonly SqlToken[];
  /** Parsed when first asked for; the same object for a statement of the same text in the previous document. */
  readonly tree: SqlTree;
}

export type SqlDirectiveKind = 'question' | 'evidence' | 'expect' | 'database' | 'dialect';

/** `-- Q: question`, `-- evidence: ...`, `-- expect: SQL or rows`, `-- database: path`, `-- dialect: postgresql`, also in block comments of one line. */
export interface SqlDirective {
  readonly kind: SqlDirectiveKind;
  /** Lines of comment that follow, indented by two spaces or more behind `--`, continue the value. */
  readonly value: string;
  /** The comments, and the value in them; offsets from the start of the document. */
  readonly range: Range;
  readonly valueRange: Range;
  /** Index of the statement that it is about; absent before the end of the text, or where another question follows before any statement. */
  readonly statement?: number;
}

/** What is known of the tables of a database; names in any case. */
export interface SqlTables {
  /** Columns of a table or view in their order; undefined for a table that is not there. @param schema `main`, `temp`, attached */
  columns(table: string, schema?: string): readonly string[] | undefined;
}

/** What is visible at an offset of a document. */
export interface SqlScope {
  /** Absent between statements, where a new one begins. */
  readonly statement?: SqlStatement;
  /** The clause at the offset; `start` where a statement, a subquery or a set operation's next `SELECT` begins. */
  readonly clause: SqlClauseKind | 'start';
  /** The word or quoted name that ends or stands at the offset, from the start of the DOCUMENT; empty at the offset where there is none. */
  readonly word: Range;
  /** What is written before the word with points: `['t']` in `t.na|`, `['main', 't']` in `main.t.|`. */
  readonly qualifiers: readonly string[];
  /** Tables of the query at the offset (depth 0), then those of the queries around it, which a correlated subquery sees too. */
  readonly tables: readonly ScopeTable[];
  /** Common table expressions that can be named here, nearest first. */
  readonly commonTables: readonly ScopeCommonTable[];
  /** Aliases of the query's own list. SQLite takes them in WHERE, GROUP BY, HAVING and ORDER BY, where a column does not have the name. */
  readonly outputs: readonly ScopeOutput[];
  /** Named windows of the query. */
  readonly windows: readonly string[];
  /** Where the offset is among the arguments of calls, innermost first. */
  readonly calls: readonly ScopeCall[];
  /** Sources that precede the one at the offset: what a join's ON connects. Places in `tables`, of depth 0. */
  readonly joined: readonly number[];
}

export interface ScopeTable {
  /** What columns are qualified with: the alias, else the table's name. Undefined for a subquery without alias. */
  readonly name: string | undefined;
  readonly alias?: string;
  /** The table or view of the database, as written; undefined for subqueries, functions and common table expressions. */
  readonly table?: string;
  readonly schema?: string;
  /** The common table expression that it names. */
  readonly commonTable?: string;
  /** Undefined where they are not known: a table that the database does not have, a function, a `*` over such. */
  readonly columns: readonly string[] | undefined;
  /** 0 in the query's own FROM, 1 in that of the query around it... */
  readonly depth: number;
  /** The source, from the start of the DOCUMENT. */
  readonly range: Range;
  /** Whether the offset stands behind it. */
  readonly isBefore: boolean;
}

export interface ScopeCommonTable {
  readonly name: string;
  readonly columns: readonly string[] | undefined;
  /** Its name, from the start of the DOCUMENT. */
  readonly range: Range;
}

export interface ScopeOutput {
  readonly name: string;
  /** Alias or column name in the list, from the start of the DOCUMENT. */
  readonly range: Range;
  /** False for the name of a column that is selected as it is. */
  readonly isAlias: boolean;
}

export interface ScopeCall {
  readonly name: string;
  /** Place of the argument at the offset, from 0. */
  readonly argument: number;
  /** The function's name, from the start of the DOCUMENT. */
  readonly range: Range;
}

/** What a name in a statement refers to. Ranges from the start of the STATEMENT. */
export type SqlTarget =
  | { readonly kind: 'alias' | 'common table' | 'common column' | 'output' | 'window' | 'created'; readonly definition: SqlName }
  | { readonly kind: 'table'; readonly table: string; readonly schema?: string }
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  | { readonly kind: 'text' } // "x" in double quotes where no column has the name
  | { readonly kind: 'ambiguous'; readonly among: readonly string[] }
  /** Cannot be told: it may be a column of a source whose columns are not known. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'missing' }; // prettier-ignore

export interface SqlReference {
  readonly name: SqlName;
  readonly target: SqlTarget;
  /** True where the name is given, false where it is used. */
  readonly isDefinition: boolean;
}

/** A name of a statement with all its places. Ranges from the start of the DOCUMENT. */
export interface SqlSymbol {
  readonly text: string;
  readonly target: SqlTarget;
  readonly definition?: Range;
  /** The definition included, in the order of the text. */
  readonly places: readonly Range[];
}
