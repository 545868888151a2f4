import { columnsOfTable, foldName, isSameName } from './bindings.ts';
import type {
  Binding,
  BoundColumn,
  BoundCommon,
  BoundOutput,
  BoundSource,
  Commons,
  Region,
  Scope,
} from './bindings.ts';
import type { SqlReference, SqlTables, SqlTarget } from './documentTypes.ts';
import { columnOf, findColumn, findCommon } from './lookup.ts';
import type { SqlCall, SqlColumnName, SqlExpression, SqlItem, SqlName, SqlQuery, SqlSelect, SqlSource, SqlTableSource, SqlTree, SqlWith } from './tree.ts'; // prettier-ignore

/** Says what every name of a statement means. Never fails; what cannot be told is `unknown`. */
export class Binder {
  readonly #text: string;
  readonly #tables: SqlTables | undefined;
  readonly #references: SqlReference[] = [];
  readonly #regions: Region[] = [];
  readonly #calls: SqlCall[] = [];

  constructor(text: string, tables: SqlTables | undefined) {
    this.#text = text;
    this.#tables = tables;
  }

  bind(tree: SqlTree): Binding {
    this.#statement(tree, undefined);
    return { references: this.#references, regions: this.#regions, calls: this.#calls };
  }

  #statement(tree: SqlTree, parent: Scope | undefined): void {
    const { kind, target, created, query, sources = [], columns = [], expressions = [], body = [] } = tree;
    if (created !== undefined) this.#define(created, { kind: 'created', definition: created });
    const commons = this.#with(tree.with, parent, parent?.commons);
    const scope = newScope(parent, commons, []);
    this.#regions.push({ range: tree.range, tree, selects: [], scope });
    const own = target === undefined ? undefined : this.#target(target);
    if (own !== undefined) scope.sources.push(...aroundTarget(own, tree));
    for (const column of columns) {
      const found = own === undefined ? undefined : columnOf(own, column.text);
      this.#refer(column, found?.target ?? missing(own?.columns !== undefined));
    }
    if (query !== undefined) {
      const names = this.#query(query, parent, commons);
      // What a view gives has the names of its query; nothing else reads them here.
      if (kind === 'query' || names === undefined) scope.outputs = [];
    }
    this.#sources(sources, scope);
    for (const { on } of sources) if (on !== undefined) this.#expression(on, scope);
    for (const expression of expressions) this.#expression(expression, scope);
    for (const statement of body) this.#statement(statement, scope);
  }

  /** The table that a statement writes: never a common table expression. */
  #target(target: SqlTableSource): BoundSource {
    return this.#table(target, undefined);
  }

  #with(
    own: SqlWith | undefined,
    parent: Scope | undefined,
    around: Commons | undefined,
  ): Commons | undefined {
    if (own === undefined) return around;
    const tables: BoundCommon[] = [];
    const byName = new Map<string, BoundCommon>();
    const commons: Commons = { tables, byName, parent: around };
    for (const table of own.tables) {
      const common: BoundCommon = { table, parent, commons, state: 'new', columns: undefined };
      tables.push(common);
      const name = foldName(table.name.text);
      if (!byName.has(name)) byName.set(name, common);
    }
    for (const common of tables) this.#common(common);
    return commons;
  }

  /** Binds a common table expression where that was not done yet: others may name it before it is written. */
  #common(common: BoundCommon): void {
    if (common.state !== 'new') return;
    common.state = 'binding';
    const { name, columns, query } = common.table;
    this.#define(name, { kind: 'common table', definition: name });
    for (const column of columns ?? []) this.#define(column, { kind: 'common column', definition: column });
    const named = columns?.map((column) => ({
      name: column.text,
      target: { kind: 'common column', definition: column } as const,
    }));
    common.columns = named;
    // The first select names the columns, which the recursive ones behind it take from there.
    const first = (given: readonly BoundColumn[] | undefined): void => {
      common.columns ??= given;
    };
    if (query !== undefined) this.#query(query, common.parent, common.commons, first);
    common.state = 'bound';
  }

  /** @param first is told the columns as soon as the first select is bound */
  #query(
    query: SqlQuery,
    parent: Scope | undefined,
    around: Commons | undefined,
    first?: (columns: readonly BoundColumn[] | undefined) => void,
  ): readonly BoundColumn[] | undefined {
    const commons = this.#with(query.with, parent, around);
    let columns: readonly BoundColumn[] | undefined;
    const selects = query.selects.map((select, i) => {
      const scope = newScope(
        parent,
        commons,
        select.windows.map(({ name }) => name),
      );
      const given = this.#select(select, scope);
      scope.given = given;
      if (i === 0) {
        columns = given;
        first?.(given);
      }
      return { select, scope };
    });
    const scope = orderScope(selects.map((each) => each.scope)) ?? newScope(parent, commons, []);
    this.#regions.push({ range: query.range, query, selects, scope });
    for (const expression of query.order) this.#order(expression, scope);
    for (const expression of query.limit) this.#expression(expression, scope);
    return columns;
  }

  #select(select: SqlSelect, scope: Scope): readonly BoundColumn[] | undefined {
    this.#sources(select.sources, scope);
    for (const item of select.items) {
      if (item.star?.table !== undefined) this.#starTable(item.star.table, scope);
      this.#expression(item.expression, scope);
    }
    const outputs = select.items.map((item) => this.#output(item, scope));
    for (const { alias } of select.items)
      if (alias !== undefined) this.#define(alias, { kind: 'output', definition: alias });
    scope.outputs = outputs.filter((output) => output !== undefined);
    scope.showsOutputs = true;
    for (const { on } of select.sources) if (on !== undefined) this.#expression(on, scope);
    for (const row of select.rows) this.#expression(row, scope);
    if (select.where !== undefined) this.#expression(select.where, scope);
    for (const expression of select.group) this.#expression(expression, scope);
    if (select.having !== undefined) this.#expression(select.having, scope);
    for (const { name, expression } of select.windows) {
      this.#define(name, { kind: 'window', definition: name });
      this.#expression(expression, scope);
    }
    if (select.kind === 'values')
      return select.items.map((_, i) => ({ name: `column${i + 1}`, target: { kind: 'unknown' } }));
    const columns: BoundColumn[] = [];
    for (const [i, item] of select.items.entries()) {
      const given = this.#given(item, scope, outputs[i]);
      if (given === undefined) return undefined;
      columns.push(...given);
    }
    return columns;
  }

  #starTable(table: SqlName, { sources }: Scope): void {
    const source = sources.find(({ name }) => name !== undefined && isSameName(name, table.text));
    this.#refer(table, source?.target ?? { kind: 'missing' });
  }

  /** The columns that one item gives to who reads the query; undefined where a `*` stands for ones that are not known. */
  #given(
    item: SqlItem,
    { sources }: Scope,
    own: BoundOutput | undefined,
  ): readonly BoundColumn[] | undefined {
    if (item.star === undefined) {
      const { start, end } = item.expression.range;
      return [own ?? { name: this.#text.slice(start, end), target: { kind: 'unknown' } }];
    }
    const { table } = item.star;
    const columns: BoundColumn[] = [];
    for (const source of sources) {
      if (table !== undefined && !(source.name !== undefined && isSameName(source.name, table.text)))
        continue;
      if (source.columns === undefined) return undefined;
      const isHidden = (name: string): boolean => table === undefined && source.merged.has(foldName(name));
      columns.push(...source.columns.filter(({ name }) => !isHidden(name)));
    }
    return columns;
  }

  #output(item: SqlItem, scope: Scope): BoundOutput | undefined {
    const name = nameOfItem(item);
    if (name === undefined || name.text === '' || item.star !== undefined) return undefined;
    if (item.alias !== undefined)
      return {
        name: name.text,
        range: name.range,
        isAlias: true,
        target: { kind: 'output', definition: name },
      };
    const [column] = item.expression.columns;
    const target = column === undefined ? ({ kind: 'unknown' } as const) : this.#find(column, scope).target;
    return { name: name.text, range: name.range, isAlias: false, target };
  }

  #sources(sources: readonly SqlSource[], scope: Scope): void {
    for (const source of sources) {
      const bound = this.#source(source, scope);
      if (bound === undefined) continue;
      const merged = new Set<string>();
      for (const name of source.using ?? []) {
        const before = scope.sources.find((each) => columnOf(each, name.text) !== undefined) ?? bound;
        this.#refer(name, columnOf(before, name.text)?.target ?? missing(before.columns !== undefined));
        merged.add(foldName(name.text));
      }
      if (source.join?.startsWith('NATURAL') === true)
        for (const { name } of bound.columns ?? [])
          if (scope.sources.some((each) => columnOf(each, name) !== undefined)) merged.add(foldName(name));
      scope.sources.push({ ...bound, merged });
    }
  }

  #source(source: SqlSource, scope: Scope): BoundSource | undefined {
    const { alias } = source;
    if (source.kind === 'table')
      return source.name === undefined ? undefined : this.#table(source, scope.commons);
    if (alias !== undefined) this.#define(alias, { kind: 'alias', definition: alias });
    const target: SqlTarget =
      alias === undefined ? { kind: 'unknown' } : { kind: 'alias', definition: alias };
    if (source.kind === 'query') {
      // A subquery in FROM sees the queries around it, not its neighbours.
      const columns = this.#query(source.query, scope.parent, scope.commons);
      return { ...unmerged, source, name: alias?.text, columns, target };
    }
    this.#expression(source.arguments, scope);
    const { text } = source.name;
    const columns = columnsOfTable(this.#tables, text)?.map((name) => columnIn(text, name));
    return { ...unmerged, source, name: alias?.text ?? text, columns, target };
  }

  #table(source: SqlTableSource, commons: Commons | undefined): BoundSource {
    const { name, schema, alias } = source;
    const text = name?.text ?? '';
    const common = schema === undefined ? findCommon(text, commons) : undefined;
    if (common !== undefined) this.#common(common);
    const known = common === undefined ? columnsOfTable(this.#tables, text, schema?.text) : undefined;
    const isMissing =
      common === undefined && known === undefined && this.#tables !== undefined && !/^pragma_/iu.test(text);
    const table: SqlTarget =
      common !== undefined
        ? { kind: 'common table', definition: common.table.name }
        : isMissing
          ? { kind: 'missing' }
          : { kind: 'table', table: text, ...(schema !== undefined && { schema: schema.text }) };
    if (name !== undefined) this.#refer(name, table);
    if (alias !== undefined) this.#define(alias, { kind: 'alias', definition: alias });
    return {
      ...unmerged,
      source,
      name: alias?.text ?? name?.text,
      columns: common === undefined ? known?.map((column) => columnIn(text, column)) : common.columns,
      target: alias === undefined ? table : { kind: 'alias', definition: alias },
      ...(common === undefined ? { table: text } : { common }),
    };
  }

  /** An ORDER BY term that is nothing but a name means the alias first. */
  #order(expression: SqlExpression, scope: Scope): void {
    const [column] = expression.columns;
    if (column !== undefined && column.table === undefined && this.#isNameOnly(expression, column)) {
      const isMeant = ({ name }: BoundColumn): boolean => isSameName(name, column.column.text);
      const output = scope.outputs.find(isMeant) ?? scope.given?.find(isMeant);
      if (output !== undefined) {
        this.#refer(column.column, output.target);
        return;
      }
    }
    this.#expression(expression, scope);
  }

  #isNameOnly({ range }: SqlExpression, column: SqlColumnName): boolean {
    if (range.start !== column.range.start) return false;
    const rest = this.#text.slice(column.range.end, range.end);
    return /^\s*(?:COLLATE\s+\S+\s*)?(?:ASC|DESC)?\s*(?:NULLS\s+(?:FIRST|LAST))?\s*$/iu.test(rest);
  }

  #expression({ columns, calls, queries, windows, tables }: SqlExpression, scope: Scope): void {
    for (const column of columns) this.#column(column, scope);
    this.#calls.push(...calls);
    for (const query of queries) this.#query(query, scope, scope.commons);
    for (const window of windows) {
      const definition = scope.windows.find(({ text }) => isSameName(text, window.text));
      this.#refer(window, definition === undefined ? { kind: 'missing' } : { kind: 'window', definition });
    }
    for (const table of tables) this.#table(table, scope.commons);
  }

  #find(column: SqlColumnName, scope: Scope): ReturnType<typeof findColumn> {
    return findColumn(column, scope, this.#text.charAt(column.column.range.start));
  }

  #column(column: SqlColumnName, scope: Scope): void {
    const { target, source } = this.#find(column, scope);
    if (column.table !== undefined) this.#refer(column.table, source?.target ?? { kind: 'missing' });
    if (column.column.text !== '') this.#refer(column.column, target);
  }

  #define(name: SqlName, target: SqlTarget): void {
    this.#references.push({ name, target, isDefinition: true });
  }

  #refer(name: SqlName, target: SqlTarget): void {
    this.#references.push({ name, target, isDefinition: false });
  }
}

const unmerged = { merged: new Set<string>(), isQualifiedOnly: false } as const;

function newScope(
  parent: Scope | undefined,
  commons: Commons | undefined,
  windows: readonly SqlName[],
): Scope {
  return { parent, commons, sources: [], outputs: [], given: undefined, windows, showsOutputs: false };
}

/** ORDER BY of a compound takes the names of any of its selects. */
function orderScope(scopes: readonly Scope[]): Scope | undefined {
  const [first] = scopes;
  if (first === undefined || scopes.length === 1) return first;
  const all = scopes.flatMap(({ outputs }) => outputs);
  return { ...first, outputs: all, given: scopes.flatMap(({ given }) => given ?? []) };
}

function missing(isKnown: boolean): SqlTarget {
  return { kind: isKnown ? 'missing' : 'unknown' };
}

function columnIn(table: string, column: string): BoundColumn {
  return { name: column, target: { kind: 'column', table, column } };
}

/** What an item is called: its alias, or the column that it is. */
function nameOfItem({ alias, expression }: SqlItem): SqlName | undefined {
  if (alias !== undefined) return alias;
  const [column] = expression.columns;
  const isColumn =
    column?.range.start === expression.range.start && column.range.end === expression.range.end;
  return isColumn ? column.column : undefined;
}

/** The target of a statement that writes, with the names that its rows have beside it. */
function aroundTarget(own: BoundSource, { kind, body, clauses }: SqlTree): readonly BoundSource[] {
  if (kind === 'insert' && clauses.some((clause) => clause.kind === 'other'))
    return [own, { ...own, name: 'excluded', isQualifiedOnly: true }];
  if (body === undefined) return [own];
  return ['new', 'old'].map((name) => ({ ...own, name, isQualifiedOnly: true }));
}
