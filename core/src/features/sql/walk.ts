import type {
  SqlCall,
  SqlCommonTable,
  SqlExpression,
  SqlQuery,
  SqlSelect,
  SqlSource,
  SqlTree,
  SqlWith,
} from '../../sql/index.ts';

/** What a statement is made of, each once, in no order that counts. Ranges from the start of the statement, as in its tree. */
export interface StatementParts {
  readonly queries: readonly SqlQuery[];
  readonly selects: readonly SqlSelect[];
  readonly commons: readonly SqlCommonTable[];
  readonly sources: readonly SqlSource[];
  readonly calls: readonly SqlCall[];
  /** The statement's own tree and those in the body of a trigger. */
  readonly trees: readonly SqlTree[];
}

const remembered = new WeakMap<SqlTree, StatementParts>();

/** Everything in a statement, at any depth. Found once a tree. */
export function partsOf(tree: SqlTree): StatementParts {
  let parts = remembered.get(tree);
  if (parts === undefined) remembered.set(tree, (parts = new Walk().statement(tree)));
  return parts;
}

class Walk {
  readonly #parts = {
    queries: [] as SqlQuery[],
    selects: [] as SqlSelect[],
    commons: [] as SqlCommonTable[],
    sources: [] as SqlSource[],
    calls: [] as SqlCall[],
    trees: [] as SqlTree[],
  };

  statement(tree: SqlTree): StatementParts {
    this.#parts.trees.push(tree);
    this.#with(tree.with);
    if (tree.target !== undefined) this.#source(tree.target);
    if (tree.query !== undefined) this.#query(tree.query);
    for (const source of tree.sources ?? []) this.#source(source);
    for (const expression of tree.expressions ?? []) this.#expression(expression);
    for (const inner of tree.body ?? []) this.statement(inner);
    return this.#parts;
  }

  #with(own: SqlWith | undefined): void {
    for (const table of own?.tables ?? []) {
      this.#parts.commons.push(table);
      if (table.query !== undefined) this.#query(table.query);
    }
  }

  #query(query: SqlQuery): void {
    this.#parts.queries.push(query);
    this.#with(query.with);
    for (const select of query.selects) this.#select(select);
    for (const expression of [...query.order, ...query.limit]) this.#expression(expression);
  }

  #select(select: SqlSelect): void {
    this.#parts.selects.push(select);
    for (const source of select.sources) this.#source(source);
    for (const { expression } of [...select.items, ...select.windows]) this.#expression(expression);
    for (const expression of [...select.group, ...select.rows]) this.#expression(expression);
    if (select.where !== undefined) this.#expression(select.where);
    if (select.having !== undefined) this.#expression(select.having);
  }

  #source(source: SqlSource): void {
    this.#parts.sources.push(source);
    if (source.kind === 'query') this.#query(source.query);
    if (source.kind === 'function') this.#expression(source.arguments);
    if (source.on !== undefined) this.#expression(source.on);
  }

  #expression({ calls, queries, tables }: SqlExpression): void {
    this.#parts.calls.push(...calls);
    for (const query of queries) this.#query(query);
    this.#parts.sources.push(...tables);
  }
}
