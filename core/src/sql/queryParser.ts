import { ClauseList } from './clauseList.ts';
import type { Cursor } from './cursor.ts';
import { ExpressionParser } from './expressionParser.ts';
import { SourceParser } from './sourceParser.ts';
import type { SqlCommonTable, SqlExpression, SqlItem, SqlName, SqlQuery, SqlSelect, SqlSource, SqlWindow, SqlWith } from './tree.ts'; // prettier-ignore

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads queries. Clauses may be missing, empty, doubled or in a wrong order: each is read where it stands. Never fails. */
export class QueryParser {
  readonly cursor: Cursor;
  readonly expressions: ExpressionParser;
  readonly sources: SourceParser;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
    this.expressions = new ExpressionParser(cursor, () => this.query());
    this.sources = new SourceParser(cursor, this.expressions, () => this.query());
  }

  /** A query up to where its parentheses or its statement end. @param common the `WITH` that was read before it */
  query(common?: SqlWith, start = this.cursor.last): SqlQuery {
    const { cursor } = this;
    const ownWith = common ?? this.with();
    const clauses = new ClauseList(cursor);
    const selects: SqlSelect[] = [];
    const order: SqlExpression[] = [];
    const limit: SqlExpression[] = [];
    let operator: SqlSelect['operator'];
    while (!this.#isOver()) {
      const found = this.#operator();
      if (found !== undefined) {
        clauses.end();
        operator = found;
      } else if (cursor.is('ORDER')) {
        clauses.begin('order by', cursor.isAhead(1, 'BY') ? 2 : 1);
        order.push(...this.expressions.several());
      } else if (cursor.is('LIMIT', 'OFFSET')) {
        const isOffset = cursor.is('OFFSET');
        clauses.begin('limit');
        const behind = this.expressions.several();
        // `LIMIT 5, 10` skips five rows.
        if (isOffset) limit.push(...behind);
        else limit.unshift(...(behind.length === 2 ? [...behind].reverse() : behind));
      } else if (selects.length === 0 || operator !== undefined || cursor.is('SELECT', 'VALUES')) {
        clauses.end();
        selects.push(this.#select(operator, operator === undefined ? cursor.at : cursor.last));
        operator = undefined;
      } else cursor.next();
    }
    clauses.end();
    // A set operator behind which nothing stands yet: the SELECT that will stand there sees nothing of the one before it.
    if (operator !== undefined) selects.push(emptySelect(cursor.last, operator));
    return {
      kind: 'query',
      ...(ownWith !== undefined && { with: ownWith }),
      selects,
      order,
      limit,
      clauses: clauses.all,
      range: { start, end: cursor.at },
    };
  }

  /** `WITH` and its common table expressions, where they begin here. */
  with(): SqlWith | undefined {
    const { cursor } = this;
    if (!cursor.is('WITH')) return undefined;
    const start = cursor.at;
    cursor.next();
    const isRecursive = cursor.take('RECURSIVE');
    const tables: SqlCommonTable[] = [];
    for (;;) {
      const table = this.#commonTable();
      if (table !== undefined) tables.push(table);
      if (cursor.isSymbol(',')) cursor.next();
      // Where the comma is missing, a name with AS is the next one all the same.
      else if (!(cursor.isName() && (cursor.isAhead(1, 'AS') || cursor.isSymbol('(', 1)))) break;
    }
    return { isRecursive, tables, range: { start, end: cursor.at } };
  }

  #commonTable(): SqlCommonTable | undefined {
    const { cursor } = this;
    const name = cursor.name();
    if (name === undefined) return undefined;
    const columns = cursor.isSymbol('(') && !isQueryStartBehind(cursor) ? this.names() : undefined;
    cursor.take('AS');
    cursor.take('NOT');
    cursor.take('MATERIALIZED');
    let query: SqlQuery | undefined;
    if (cursor.isSymbol('(') && cursor.canNest) {
      cursor.open();
      query = this.query();
      cursor.close();
    }
    return {
      name,
      ...(columns !== undefined && { columns }),
      ...(query !== undefined && { query }),
      range: cursor.since(name.range.start),
    };
  }

  /** Names in parentheses: `(a, b)`. What is no name is passed over. */
  names(): readonly SqlName[] {
    const { cursor } = this;
    const names: SqlName[] = [];
    cursor.open();
    while (!cursor.isEnd && !cursor.is('SELECT', 'FROM', 'WHERE', 'VALUES', 'AS')) {
      const name = cursor.alias();
      if (name !== undefined) names.push(name);
      else if (cursor.isSymbol('(')) cursor.skipParentheses();
      else cursor.next();
    }
    cursor.close();
    return names;
  }

  #isOver(): boolean {
    const { cursor } = this;
    if (cursor.isEnd || cursor.is('RETURNING')) return true;
    return cursor.is('ON') && cursor.isAhead(1, 'CONFLICT');
  }

  #operator(): SqlSelect['operator'] {
    const { cursor } = this;
    if (cursor.take('UNION')) return cursor.take('ALL') ? 'union all' : 'union';
    if (cursor.take('INTERSECT')) return 'intersect';
    return cursor.take('EXCEPT') ? 'except' : undefined;
  }

  #select(operator: SqlSelect['operator'], start: number): SqlSelect {
    const { cursor } = this;
    const clauses = new ClauseList(cursor);
    const isValues = cursor.is('VALUES');
    const select: Mutable<SqlSelect> = {
      ...emptySelect(start, operator),
      kind: isValues ? 'values' : 'select',
    };
    if (isValues) {
      clauses.begin('values');
      const [first, ...rows] = this.#rows();
      if (first !== undefined)
        select.items = first.map((expression) => ({ expression, range: expression.range }));
      select.rows = rows.flat();
    } else if (cursor.is('SELECT')) {
      clauses.begin('select');
      select.isDistinct = cursor.take('DISTINCT');
      cursor.take('ALL');
      select.items = this.#items();
    }
    this.#clauses(select, clauses);
    clauses.end();
    return { ...select, clauses: clauses.all, range: { start, end: cursor.at } };
  }

  #clauses(select: Mutable<SqlSelect>, clauses: ClauseList): void {
    const { cursor } = this;
    const sources: SqlSource[] = [];
    const windows: SqlWindow[] = [];
    while (
      !this.#isOver() &&
      !cursor.is('UNION', 'INTERSECT', 'EXCEPT', 'ORDER', 'LIMIT', 'SELECT', 'VALUES')
    ) {
      if (cursor.is('FROM')) {
        clauses.begin('from');
        this.sources.list(sources, clauses);
      } else if (cursor.isJoin() || cursor.is('ON', 'USING')) this.sources.list(sources, clauses);
      else if (cursor.is('WHERE')) {
        clauses.begin('where');
        select.where = this.expressions.list();
      } else if (cursor.is('GROUP')) {
        clauses.begin('group by', cursor.isAhead(1, 'BY') ? 2 : 1);
        select.group = this.expressions.several();
      } else if (cursor.is('HAVING')) {
        clauses.begin('having');
        select.having = this.expressions.list();
      } else if (cursor.is('WINDOW') && cursor.isName(1)) {
        clauses.begin('window');
        this.#windows(windows);
      } else cursor.next();
    }
    select.sources = sources;
    select.windows = windows;
  }

  #rows(): (readonly SqlExpression[])[] {
    const { cursor } = this;
    const rows: (readonly SqlExpression[])[] = [];
    while (cursor.isSymbol('(') && cursor.canNest) {
      cursor.open();
      rows.push(this.expressions.several());
      cursor.close();
      if (cursor.isSymbol(',')) cursor.next();
    }
    return rows;
  }

  #items(): readonly SqlItem[] {
    const { cursor } = this;
    const items = [this.#item()];
    while (cursor.isSymbol(',')) {
      cursor.next();
      items.push(this.#item());
    }
    return items;
  }

  #item(): SqlItem {
    const { cursor } = this;
    const start = cursor.at;
    const from = cursor.place;
    const star = this.#star();
    const expression = this.expressions.one(true);
    cursor.take('AS');
    const alias = star === undefined ? cursor.alias() : undefined;
    // What is left before the next comma or clause belongs to the item, without meaning anything.
    if (alias !== undefined) this.expressions.one();
    const range = cursor.place === from ? expression.range : cursor.since(start);
    return {
      expression,
      ...(alias !== undefined && { alias }),
      ...(star !== undefined && { star }),
      range,
    };
  }

  #star(): SqlItem['star'] {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.isSymbol('*')) {
      cursor.next();
      return { range: cursor.since(start) };
    }
    if (!cursor.isName() || !cursor.isSymbol('.', 1) || !cursor.isSymbol('*', 2)) return undefined;
    const table = cursor.nameOf();
    cursor.next();
    cursor.next();
    return { range: cursor.since(start), table };
  }

  #windows(windows: SqlWindow[]): void {
    const { cursor } = this;
    do {
      if (cursor.isSymbol(',')) cursor.next();
      const name = cursor.name();
      if (name === undefined) return;
      cursor.take('AS');
      if (!cursor.isSymbol('(') || !cursor.canNest) return;
      windows.push({ name, expression: this.expressions.window() });
    } while (cursor.isSymbol(','));
  }
}

function isQueryStartBehind(cursor: Cursor): boolean {
  return cursor.isAhead(1, 'SELECT', 'VALUES', 'WITH');
}

function emptySelect(at: number, operator: SqlSelect['operator']): SqlSelect {
  return {
    kind: 'select',
    isDistinct: false,
    items: [],
    sources: [],
    group: [],
    windows: [],
    rows: [],
    clauses: [],
    range: { start: at, end: at },
    ...(operator !== undefined && { operator }),
  };
}
