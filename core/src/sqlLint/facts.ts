import { bindingOf, meaningful, unquoted } from '../sql/index.ts';
import type {
  BoundSource,
  SqlColumnName,
  SqlExpression,
  SqlQuery,
  SqlReference,
  Scope,
  SqlSelect,
  SqlStatement,
  SqlTables,
  SqlToken,
} from '../sql/index.ts';
import { columnNamed, foldedName, tableNamed } from '../sqlSchema/index.ts';
import type { SqlColumn, SqlSchema, SqlTable } from '../sqlSchema/index.ts';
import type { Range } from '../text/index.ts';

/** Where an expression stands. */
type PlaceRole = 'item' | 'on' | 'where' | 'group' | 'having' | 'order' | 'limit' | 'window' | 'other';

/** An expression with what its names mean there. */
export interface Place {
  readonly role: PlaceRole;
  readonly expression: SqlExpression;
  readonly scope: Scope;
}

export interface SelectFacts {
  readonly select: SqlSelect;
  readonly scope: Scope;
  readonly query: SqlQuery;
  /** The scope's sources with columns, in the order of the text. */
  readonly sources: readonly BoundSource[];
}

/** A column's name with what names mean where it stands. */
interface PlacedColumn {
  readonly column: SqlColumnName;
  readonly scope: Scope;
}

/** A column of a table of the schema. */
export interface KnownColumn {
  readonly table: SqlTable;
  readonly column: SqlColumn;
}

/** What the rules ask of a statement; ranges from its start. */
export class StatementFacts {
  readonly statement: SqlStatement;
  readonly schema: SqlSchema | undefined;
  readonly references: readonly SqlReference[];
  readonly selects: readonly SelectFacts[];
  readonly queries: readonly SqlQuery[];
  readonly places: readonly Place[];
  /** Tokens that mean something. */
  readonly words: readonly SqlToken[];

  constructor(statement: SqlStatement, schema: SqlSchema | undefined, tables: SqlTables | undefined) {
    const { references, regions } = bindingOf(statement, tables);
    this.statement = statement;
    this.schema = schema;
    this.references = references;
    this.words = meaningful(statement.tokens);
    this.queries = regions.flatMap(({ query }) => query ?? []);
    this.selects = regions.flatMap(({ query, selects }) =>
      query === undefined
        ? []
        : selects.map(({ select, scope }) => ({ select, scope, query, sources: scope.sources })),
    );
    this.places = regions.flatMap(({ query, selects, tree, scope }) => [
      ...selects.flatMap((each) => placesOfSelect(each.select, each.scope)),
      ...placed('order', query?.order, scope),
      ...placed('limit', query?.limit, scope),
      ...placed('other', tree?.expressions, scope),
    ]);
  }

  text({ start, end }: Range): string {
    return this.statement.text.slice(start, end);
  }

  /** Tokens of an expression that mean something, those of its subqueries included. */
  tokensIn({ start, end }: Range): readonly SqlToken[] {
    const tokens: SqlToken[] = [];
    for (let i = firstFrom(this.words, start, (word) => word.start); i < this.words.length; i++) {
      const word = this.words[i];
      if (word === undefined || word.end > end) break;
      tokens.push(word);
    }
    return tokens;
  }

  /** All names of columns within a range, those of subqueries included, in the order of the text. */
  columnsIn({ start, end }: Range): readonly PlacedColumn[] {
    this.#columns ??= this.places
      .flatMap(({ expression, scope }) => expression.columns.map((column) => ({ column, scope })))
      .sort((a, b) => a.column.range.start - b.column.range.start);
    const columns = this.#columns;
    const found: PlacedColumn[] = [];
    for (let i = firstFrom(columns, start, ({ column }) => column.range.start); i < columns.length; i++) {
      const each = columns[i];
      if (each === undefined || each.column.range.end > end) break;
      found.push(each);
    }
    return found;
  }

  #columns: readonly PlacedColumn[] | undefined;

  /** Where the last token before an offset ends. */
  endBefore(offset: number): number {
    return this.words.findLast(({ end }) => end <= offset)?.end ?? offset;
  }

  /** The source that a column is of, in the nearest query that has one; undefined where it cannot be told. */
  sourceOf({ table, column }: SqlColumnName, scope: Scope): BoundSource | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const having = at.sources.filter(
        ({ name, columns, isQualifiedOnly }) =>
          (table === undefined
            ? !isQualifiedOnly
            : name !== undefined && foldedName(name) === foldedName(table.text)) &&
          (columns?.some((each) => foldedName(each.name) === foldedName(column.text)) ?? table !== undefined),
      );
      if (having[0] !== undefined) return having[0];
    }
    return undefined;
  }

  /** The column of the schema that a name means, whatever subquery it comes through; undefined where it is computed or not known. */
  knownColumn(name: SqlColumnName): KnownColumn | undefined {
    const target = this.#targets().get(name.column.range.start);
    if (target?.kind !== 'column' || this.schema === undefined) return undefined;
    const table = tableNamed(this.schema, target.table);
    const column = table === undefined ? undefined : columnNamed(table, target.column);
    return table === undefined || column === undefined ? undefined : { table, column };
  }

  /** Whether it cannot be told what a column is. */
  isUncertain({ column }: SqlColumnName): boolean {
    const kind = this.#targets().get(column.range.start)?.kind;
    return kind === 'unknown' || kind === 'ambiguous';
  }

  /** A name as a text without its quotes. */
  nameOf(token: SqlToken): string {
    return unquoted(token);
  }

  #byStart: Map<number, SqlReference['target']> | undefined;
  #targets(): ReadonlyMap<number, SqlReference['target']> {
    this.#byStart ??= new Map(this.references.map(({ name, target }) => [name.range.start, target]));
    return this.#byStart;
  }
}

/** Place of the first of some things, in the order of the text, that begins at an offset or behind it. */
function firstFrom<T>(all: readonly T[], offset: number, startOf: (each: T) => number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = all[middle];
    if (each !== undefined && startOf(each) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placed(
  role: PlaceRole,
  expressions: readonly SqlExpression[] | undefined,
  scope: Scope,
): readonly Place[] {
  return (expressions ?? []).map((expression) => ({ role, expression, scope }));
}

function placesOfSelect(select: SqlSelect, scope: Scope): readonly Place[] {
  const some = (expression: SqlExpression | undefined): readonly SqlExpression[] =>
    expression === undefined ? [] : [expression];
  return [
    ...placed('item', [...select.items.map(({ expression }) => expression), ...select.rows], scope),
    ...placed('on', select.sources.flatMap(({ on }) => some(on)), scope),
    ...placed('where', some(select.where), scope),
    ...placed('group', select.group, scope),
    ...placed('having', some(select.having), scope),
    ...placed('window', select.windows.map(({ expression }) => expression), scope),
  ]; // prettier-ignore
}
