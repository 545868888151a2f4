import type { ClauseList } from './clauseList.ts';
import type { Cursor } from './cursor.ts';
import { isQueryStart } from './expressionParser.ts';
import type { ExpressionParser } from './expressionParser.ts';
import type { SqlName, SqlQuery, SqlSource, SqlTableSource } from './tree.ts';

/** Reads what `FROM` takes rows from, and the target of a statement that writes. */
export class SourceParser {
  readonly #cursor: Cursor;
  readonly #expressions: ExpressionParser;
  readonly #query: () => SqlQuery;

  constructor(cursor: Cursor, expressions: ExpressionParser, query: () => SqlQuery) {
    this.#cursor = cursor;
    this.#expressions = expressions;
    this.#query = query;
  }

  /** Sources with their joins, added to those that are there already. */
  list(sources: SqlSource[], clauses: ClauseList, isFirst = true): void {
    const cursor = this.#cursor;
    if (isFirst && !cursor.isJoin() && !cursor.is('ON', 'USING')) this.#several(sources, clauses, undefined);
    for (;;) {
      if (cursor.isSymbol(',')) {
        cursor.next();
        this.#several(sources, clauses, ',');
      } else if (cursor.isJoin()) {
        const words: string[] = [];
        do words.push(cursor.peek(words.length)?.text.toUpperCase() ?? '');
        while (words.at(-1) !== 'JOIN');
        clauses.begin('from', words.length);
        this.#several(sources, clauses, words.join(' '));
      } else if (cursor.is('ON') && !cursor.isAhead(1, 'CONFLICT')) {
        clauses.begin('on');
        const on = this.#expressions.one();
        this.#complete(sources, { on });
      } else if (cursor.is('USING')) {
        clauses.begin('using');
        this.#complete(sources, { using: cursor.isSymbol('(') ? this.#names() : [] });
      } else return;
    }
  }

  #complete(sources: SqlSource[], condition: Pick<SqlSource, 'on' | 'using'>): void {
    const last = sources.pop();
    if (last !== undefined) sources.push({ ...last, ...condition });
  }

  #names(): readonly SqlName[] {
    const cursor = this.#cursor;
    const names: SqlName[] = [];
    cursor.open();
    while (!cursor.isEnd) {
      if (cursor.isSymbol(',')) cursor.next();
      const name = cursor.name();
      if (name === undefined) break;
      names.push(name);
    }
    cursor.close();
    return names;
  }

  /** One source, or those of a join in parentheses. */
  #several(sources: SqlSource[], clauses: ClauseList, join: string | undefined): void {
    const cursor = this.#cursor;
    if (!cursor.isSymbol('(') || !cursor.canNest) {
      sources.push({ ...this.#table(), ...(join !== undefined && { join }) });
      return;
    }
    const start = cursor.at;
    cursor.open();
    if (isQueryStart(cursor)) {
      const query = this.#query();
      cursor.close();
      const alias = this.#alias();
      sources.push({
        kind: 'query',
        query,
        ...(alias !== undefined && { alias }),
        ...(join !== undefined && { join }),
        range: cursor.since(start),
      });
      return;
    }
    const from = sources.length;
    this.list(sources, clauses);
    cursor.close();
    const alias = this.#alias();
    const first = sources[from];
    if (first === undefined) return;
    const isOne = sources.length === from + 1;
    sources[from] = {
      ...first,
      ...(join !== undefined && { join }),
      // Of a table in parentheses the name outside is the alias; of a join the names of its tables count on.
      ...(alias !== undefined && isOne && { alias, range: cursor.since(start) }),
    };
  }

  #table(): SqlSource {
    const table = this.target();
    const cursor = this.#cursor;
    if (table.name !== undefined && cursor.isSymbol('(') && cursor.canNest) {
      const args = this.#expressions.inParentheses();
      const alias = this.#alias();
      return {
        kind: 'function',
        name: table.name,
        arguments: args,
        ...(alias !== undefined && { alias }),
        range: cursor.since(table.range.start),
      };
    }
    const before = this.#alias();
    if (cursor.is('INDEXED') || (cursor.is('NOT') && cursor.isAhead(1, 'INDEXED'))) {
      if (!cursor.take('NOT')) {
        cursor.next();
        cursor.take('BY');
        cursor.name();
      } else cursor.next();
    }
    const alias = before ?? this.#alias();
    if (table.name === undefined) return { ...table, ...(alias !== undefined && { alias }) };
    return { ...table, ...(alias !== undefined && { alias }), range: cursor.since(table.range.start) };
  }

  /** A table's name with its schema; without a name where none stands here. */
  target(): SqlTableSource {
    const cursor = this.#cursor;
    const start = cursor.at;
    const first = cursor.alias();
    if (first === undefined) return { kind: 'table', range: { start: cursor.last, end: cursor.last } };
    if (!cursor.isSymbol('.')) return { kind: 'table', name: first, range: cursor.since(start) };
    cursor.next();
    const name = cursor.alias();
    return { kind: 'table', schema: first, ...(name !== undefined && { name }), range: cursor.since(start) };
  }

  #alias(): SqlName | undefined {
    const cursor = this.#cursor;
    if (cursor.take('AS')) return cursor.alias();
    if (cursor.is('INDEXED') || (cursor.is('WINDOW') && cursor.isName(1) && cursor.isAhead(2, 'AS')))
      return undefined;
    if (cursor.is('OFFSET', 'BEGIN')) return undefined;
    return cursor.alias();
  }
}
