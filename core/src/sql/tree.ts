import type { Range } from '../text/index.ts';

/**
 * The tree of one statement, by clauses: enough to tell what is visible where and which name means what. Expressions are kept as the names,
 * calls and subqueries in them; what is between those is in the tokens. All ranges of a tree are UTF-16 units from the START OF ITS STATEMENT
 * (`SqlStatement.start`), so that a statement that moves keeps its tree.
 */
export interface SqlTree {
  readonly kind: SqlStatementKind;
  /** The query of a `SELECT`, `VALUES` or `WITH`, of `INSERT ... SELECT`, `CREATE ... AS`; the statements of a trigger are in `body`. */
  readonly query?: SqlQuery;
  /** `WITH` before `INSERT`, `UPDATE`, `DELETE`. */
  readonly with?: SqlWith;
  /** The table that is written, made or dropped. */
  readonly target?: SqlTableSource;
  /** Names of columns that a statement lists or sets: `INSERT INTO t (a, b)`, `UPDATE t SET a = 1`, `CREATE INDEX i ON t (a)`. */
  readonly columns?: readonly SqlName[];
  /** `FROM` of an `UPDATE`. */
  readonly sources?: readonly SqlSource[];
  /** Expressions of statements that write: `SET a = x`, `WHERE`, `RETURNING`, in the order in which they stand. */
  readonly expressions?: readonly SqlExpression[];
  readonly clauses: readonly SqlClause[];
  /** What `CREATE` makes: table, view, index or trigger, by name. */
  readonly created?: SqlName;
  /** The statements between `BEGIN` and `END` of a trigger; absent where the statement makes none. */
  readonly body?: readonly SqlTree[];
  readonly range: Range;
}

export type SqlStatementKind = 'query' | 'insert' | 'update' | 'delete' | 'create' | 'other' | 'empty';

/** A name as it is written: `text` without its quotes. The range holds the quotes. */
export interface SqlName {
  readonly text: string;
  readonly range: Range;
  /** In double quotes, backticks, brackets or (SQLite takes it for aliases) single quotes. */
  readonly isQuoted: boolean;
}

export interface SqlQuery {
  readonly kind: 'query';
  readonly with?: SqlWith;
  /** The `SELECT`s and `VALUES` that set operations combine; at least one, except where the text breaks off. */
  readonly selects: readonly SqlSelect[];
  /** `ORDER BY` of the whole. */
  readonly order: readonly SqlExpression[];
  /** How many rows, then how many are skipped, whichever is written first: `LIMIT 5, 10` skips five. */
  readonly limit: readonly SqlExpression[];
  /** `ORDER BY` and `LIMIT`. */
  readonly clauses: readonly SqlClause[];
  /** Where its names count: to the closing parenthesis, or to the end of the statement. */
  readonly range: Range;
}

export interface SqlWith {
  readonly isRecursive: boolean;
  readonly tables: readonly SqlCommonTable[];
  readonly range: Range;
}

export interface SqlCommonTable {
  readonly name: SqlName;
  /** `name (a, b)`. */
  readonly columns?: readonly SqlName[];
  readonly query?: SqlQuery;
  readonly range: Range;
}

export interface SqlSelect {
  readonly kind: 'select' | 'values';
  readonly isDistinct: boolean;
  /** What is selected; of `VALUES` the expressions of the first row. */
  readonly items: readonly SqlItem[];
  readonly sources: readonly SqlSource[];
  readonly where?: SqlExpression;
  readonly group: readonly SqlExpression[];
  readonly having?: SqlExpression;
  readonly windows: readonly SqlWindow[];
  /** Rows of `VALUES` behind the first. */
  readonly rows: readonly SqlExpression[];
  readonly clauses: readonly SqlClause[];
  /** Behind a set operator from the end of the operator on. */
  readonly range: Range;
  /** The set operator before it. */
  readonly operator?: 'union' | 'union all' | 'intersect' | 'except';
}

export type SqlClauseKind =
  | 'with' | 'select' | 'values' | 'from' | 'on' | 'using' | 'where' | 'group by' | 'having' | 'window' | 'order by' | 'limit'
  | 'into' | 'set' | 'returning' | 'definition' | 'other'; // prettier-ignore

/** A clause with its keyword; it reaches up to the next one, spaces between them included. */
export interface SqlClause {
  readonly kind: SqlClauseKind;
  /** `GROUP BY`, `LEFT JOIN`... */
  readonly keyword: Range;
  readonly range: Range;
}

export interface SqlItem {
  readonly expression: SqlExpression;
  readonly alias?: SqlName;
  /** `*`, or `t.*` with the table's name. */
  readonly star?: { readonly range: Range; readonly table?: SqlName };
  readonly range: Range;
}

/** What `FROM` takes rows from. Parentheses around joins are taken away: sources stand in the order in which they are written. */
export type SqlSource = SqlTableSource | SqlQuerySource | SqlFunctionSource;

interface SqlSourceBase {
  readonly alias?: SqlName;
  /** How it is joined to what stands before it: `,`, `JOIN`, `LEFT JOIN`, `NATURAL LEFT JOIN`, in capitals. */
  readonly join?: string;
  readonly on?: SqlExpression;
  readonly using?: readonly SqlName[];
  readonly range: Range;
}

export interface SqlTableSource extends SqlSourceBase {
  readonly kind: 'table';
  readonly schema?: SqlName;
  /** Absent where the text breaks off behind `FROM`, `JOIN` or a comma. */
  readonly name?: SqlName;
}

export interface SqlQuerySource extends SqlSourceBase {
  readonly kind: 'query';
  readonly query: SqlQuery;
}

/** A function that gives rows: `json_each(x)`. */
export interface SqlFunctionSource extends SqlSourceBase {
  readonly kind: 'function';
  readonly name: SqlName;
  readonly arguments: SqlExpression;
}

export interface SqlExpression {
  /** From its first to its last token; where it is missing, an empty range. */
  readonly range: Range;
  /** Names of columns outside of subqueries. */
  readonly columns: readonly SqlColumnName[];
  readonly calls: readonly SqlCall[];
  readonly queries: readonly SqlQuery[];
  /** Names of windows (`OVER w`). */
  readonly windows: readonly SqlName[];
  /** Tables that stand as operands: `x IN t`. */
  readonly tables: readonly SqlTableSource[];
}

/** `column`, `table.column` or `schema.table.column`. Behind a point where nothing follows yet, the column's text is empty. */
export interface SqlColumnName {
  readonly schema?: SqlName;
  readonly table?: SqlName;
  readonly column: SqlName;
  readonly range: Range;
}

export interface SqlCall {
  readonly name: SqlName;
  /** The parentheses; to the end of the expression where the closing one is missing. */
  readonly parentheses: Range;
  /** One range an argument, without the commas. */
  readonly arguments: readonly Range[];
  readonly isDistinct: boolean;
  readonly isStar: boolean;
  /** Whether its closing parenthesis is there. */
  readonly isClosed: boolean;
  /** Whether `OVER` follows. */
  readonly isWindow: boolean;
}

export interface SqlWindow {
  readonly name: SqlName;
  readonly expression: SqlExpression;
}
