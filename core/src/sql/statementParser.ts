import { ClauseList } from './clauseList.ts';
import { Cursor } from './cursor.ts';
import { isQueryStart } from './expressionParser.ts';
import { QueryParser } from './queryParser.ts';
import { meaningful } from './scanner.ts';
import type { SqlToken } from './scanner.ts';
import type { SqlExpression, SqlName, SqlSource, SqlStatementKind, SqlTableSource, SqlTree, SqlWith } from './tree.ts'; // prettier-ignore

/** What is found in a statement that writes, while it is read. */
interface Draft {
  kind: SqlStatementKind;
  target?: SqlTableSource;
  created?: SqlName;
  query?: SqlTree['query'];
  readonly columns: SqlName[];
  readonly sources: SqlSource[];
  readonly expressions: SqlExpression[];
  /** Of a trigger, also of one whose body is missing. */
  body?: SqlTree[];
}

/**
 * The tree of one statement. Never fails: what cannot be read is passed over.
 * @param tokens those of the statement, from its start
 * @param end its length in UTF-16 units
 */
export function parseStatement(tokens: readonly SqlToken[], end: number): SqlTree {
  return new StatementParser(new Cursor(meaningful(tokens), end)).statement();
}

class StatementParser {
  readonly #cursor: Cursor;
  readonly #queries: QueryParser;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#queries = new QueryParser(cursor);
  }

  statement(): SqlTree {
    const cursor = this.#cursor;
    const start = cursor.at;
    const clauses = new ClauseList(cursor);
    const draft: Draft = { kind: 'other', columns: [], sources: [], expressions: [] };
    if (cursor.isEnd) draft.kind = 'empty';
    if (cursor.take('EXPLAIN') && cursor.take('QUERY')) cursor.take('PLAN');
    const common = this.#queries.with();
    if (cursor.is('INSERT', 'REPLACE')) this.#insert(draft, clauses);
    else if (cursor.is('UPDATE')) this.#update(draft, clauses);
    else if (cursor.is('DELETE')) this.#delete(draft, clauses);
    else if (cursor.is('CREATE')) this.#create(draft, clauses);
    else if (common !== undefined || isQueryStart(cursor)) {
      draft.kind = 'query';
      draft.query = this.#queries.query(common, start);
    } else if (cursor.is('DROP', 'ALTER')) this.#named(draft);
    while (!cursor.isEnd) cursor.next();
    clauses.end();
    return finished(draft, draft.kind === 'query' ? undefined : common, clauses, { start, end: cursor.at });
  }

  #insert(draft: Draft, clauses: ClauseList): void {
    const cursor = this.#cursor;
    draft.kind = 'insert';
    cursor.next();
    if (cursor.take('OR')) cursor.next();
    if (cursor.is('INTO')) clauses.begin('into');
    draft.target = this.#queries.sources.target();
    if (cursor.take('AS')) this.#aliasOf(draft);
    if (cursor.isSymbol('(') && !cursor.isAhead(1, 'SELECT', 'WITH', 'VALUES'))
      draft.columns.push(...this.#queries.names());
    if (isQueryStart(cursor)) {
      clauses.end();
      draft.query = this.#queries.query(undefined, cursor.at);
    } else if (cursor.take('DEFAULT')) cursor.take('VALUES');
    while (!cursor.isEnd) {
      if (cursor.is('ON') && cursor.isAhead(1, 'CONFLICT')) {
        clauses.begin('other', 2);
        if (cursor.isSymbol('(') && cursor.canNest)
          draft.expressions.push(this.#queries.expressions.inParentheses());
      } else if (cursor.is('DO')) {
        cursor.next();
        cursor.take('UPDATE', 'NOTHING');
      } else if (!this.#clause(draft, clauses)) cursor.next();
    }
  }

  #update(draft: Draft, clauses: ClauseList): void {
    const cursor = this.#cursor;
    draft.kind = 'update';
    clauses.begin('into');
    if (cursor.take('OR')) cursor.next();
    draft.target = this.#queries.sources.target();
    this.#alias(draft);
    this.#clauses(draft, clauses);
  }

  #delete(draft: Draft, clauses: ClauseList): void {
    const cursor = this.#cursor;
    draft.kind = 'delete';
    cursor.next();
    if (cursor.is('FROM')) clauses.begin('into');
    draft.target = this.#queries.sources.target();
    this.#alias(draft);
    this.#clauses(draft, clauses);
  }

  #alias(draft: Draft): void {
    const cursor = this.#cursor;
    if (cursor.take('AS') || (cursor.isName() && !cursor.is('INDEXED'))) this.#aliasOf(draft);
  }

  #aliasOf(draft: Draft): void {
    const alias = this.#cursor.alias();
    const { target } = draft;
    if (alias === undefined || target === undefined) return;
    draft.target = { ...target, alias, range: { start: target.range.start, end: alias.range.end } };
  }

  #clauses(draft: Draft, clauses: ClauseList): void {
    while (!this.#cursor.isEnd) if (!this.#clause(draft, clauses)) this.#cursor.next();
  }

  /** A clause of a statement that writes. @returns whether one begins here */
  #clause(draft: Draft, clauses: ClauseList): boolean {
    const cursor = this.#cursor;
    const { expressions } = this.#queries;
    if (cursor.is('SET')) {
      clauses.begin('set');
      this.#assignments(draft);
    } else if (cursor.is('FROM')) {
      clauses.begin('from');
      this.#queries.sources.list(draft.sources, clauses);
    } else if (cursor.isJoin()) this.#queries.sources.list(draft.sources, clauses);
    else if (cursor.is('WHERE')) {
      clauses.begin('where');
      draft.expressions.push(expressions.list());
    } else if (cursor.is('RETURNING')) {
      clauses.begin('returning');
      this.#returned(draft);
    } else if (cursor.is('ORDER')) {
      clauses.begin('order by', cursor.isAhead(1, 'BY') ? 2 : 1);
      draft.expressions.push(expressions.list());
    } else if (cursor.is('LIMIT')) {
      clauses.begin('limit');
      draft.expressions.push(expressions.list());
    } else return false;
    return true;
  }

  #assignments(draft: Draft): void {
    const cursor = this.#cursor;
    const { expressions } = this.#queries;
    do {
      if (cursor.isSymbol(',')) cursor.next();
      if (cursor.isSymbol('(')) draft.columns.push(...this.#queries.names());
      else {
        const name = cursor.name();
        if (name !== undefined) draft.columns.push(name);
      }
      if (cursor.isSymbol('=')) cursor.next();
      draft.expressions.push(expressions.one());
    } while (cursor.isSymbol(','));
  }

  #returned(draft: Draft): void {
    const cursor = this.#cursor;
    do {
      if (cursor.isSymbol(',')) cursor.next();
      draft.expressions.push(this.#queries.expressions.one(true));
      if (cursor.take('AS') || cursor.isName()) cursor.alias();
    } while (cursor.isSymbol(','));
  }

  #create(draft: Draft, clauses: ClauseList): void {
    const cursor = this.#cursor;
    draft.kind = 'create';
    cursor.next();
    cursor.take('TEMP', 'TEMPORARY', 'UNIQUE', 'VIRTUAL');
    const isTable = cursor.is('TABLE', 'VIEW');
    const isIndex = cursor.is('INDEX');
    const isTrigger = cursor.is('TRIGGER');
    if (!cursor.is('TABLE', 'VIEW', 'INDEX', 'TRIGGER')) return;
    clauses.begin('definition');
    this.#ifExists();
    const { name } = this.#queries.sources.target();
    if (name !== undefined) draft.created = name;
    if (isIndex) this.#index(draft, clauses);
    else if (isTrigger) this.#trigger(draft, clauses);
    else if (isTable) {
      if (cursor.isSymbol('(')) cursor.skipParentheses();
      while (!cursor.isEnd && !cursor.is('AS')) cursor.next();
      if (cursor.take('AS') && isQueryStart(cursor)) draft.query = this.#queries.query(undefined, cursor.at);
    }
  }

  #index(draft: Draft, clauses: ClauseList): void {
    const cursor = this.#cursor;
    if (cursor.take('ON')) draft.target = this.#queries.sources.target();
    if (cursor.isSymbol('(') && cursor.canNest)
      draft.expressions.push(this.#queries.expressions.inParentheses());
    this.#clauses(draft, clauses);
  }

  #trigger(draft: Draft, clauses: ClauseList): void {
    const cursor = this.#cursor;
    const body: SqlTree[] = [];
    draft.body = body;
    while (!cursor.isEnd && !cursor.is('ON', 'BEGIN')) {
      if (cursor.take('OF')) {
        do {
          if (cursor.isSymbol(',')) cursor.next();
          const column = cursor.name();
          if (column !== undefined) draft.columns.push(column);
        } while (cursor.isSymbol(','));
      } else cursor.next();
    }
    if (cursor.take('ON')) draft.target = this.#queries.sources.target();
    while (!cursor.isEnd && !cursor.is('WHEN', 'BEGIN')) cursor.next();
    if (cursor.is('WHEN')) {
      clauses.begin('where');
      draft.expressions.push(this.#queries.expressions.list());
    }
    if (!cursor.take('BEGIN')) return;
    clauses.end();
    while (cursor.token !== undefined && !cursor.is('END')) {
      const from = cursor.place;
      body.push(this.statement());
      if (cursor.isSymbol(';') || cursor.place === from) cursor.next();
    }
    cursor.take('END');
  }

  #named(draft: Draft): void {
    const cursor = this.#cursor;
    cursor.next();
    if (!cursor.is('TABLE', 'VIEW')) return;
    cursor.next();
    this.#ifExists();
    draft.target = this.#queries.sources.target();
  }

  #ifExists(): void {
    const cursor = this.#cursor;
    if (!cursor.take('IF')) return;
    cursor.take('NOT');
    cursor.take('EXISTS');
  }
}

function finished(
  draft: Draft,
  common: SqlWith | undefined,
  clauses: ClauseList,
  range: SqlTree['range'],
): SqlTree {
  const { kind, target, created, query, columns, sources, expressions, body } = draft;
  return {
    kind,
    ...(query !== undefined && { query }),
    ...(common !== undefined && { with: common }),
    ...(target !== undefined && { target }),
    ...(columns.length > 0 && { columns }),
    ...(sources.length > 0 && { sources }),
    ...(expressions.length > 0 && { expressions }),
    ...(created !== undefined && { created }),
    ...(body !== undefined && { body }),
    clauses: clauses.all,
    range,
  };
}
