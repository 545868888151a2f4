import type { Cursor } from './cursor.ts';
import type { SqlCall, SqlColumnName, SqlExpression, SqlName, SqlQuery, SqlTableSource } from './tree.ts';
import type { Range } from '../text/index.ts';

/** What is found in an expression, while it is read. */
interface Parts {
  readonly columns: SqlColumnName[];
  readonly calls: SqlCall[];
  readonly queries: SqlQuery[];
  readonly windows: SqlName[];
  readonly tables: SqlTableSource[];
}

/** Where an expression ends besides its statement's end. */
interface Limits {
  /** At a comma; otherwise it is a list. */
  readonly atComma: boolean;
  /** At a name or text where an operator would stand: an alias. */
  readonly atName: boolean;
}

const clauses = [
  ...['FROM', 'WHERE', 'GROUP', 'HAVING', 'UNION', 'INTERSECT', 'EXCEPT', 'ORDER', 'LIMIT', 'ON', 'USING'],
  ...['SELECT', 'VALUES', 'SET', 'RETURNING', 'AS', 'INTO', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP'],
];
/** Operators and what else an operand follows. LIKE and its kind are names where an operand is expected. */
const operators = [
  'AND',
  'OR',
  'NOT',
  'ESCAPE',
  'BETWEEN',
  'EXISTS',
  'DISTINCT',
  'ALL',
  'WHEN',
  'THEN',
  'ELSE',
];
const likes = ['LIKE', 'GLOB', 'MATCH', 'REGEXP'];
const constants = ['NULL', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP'];
const tests = ['ISNULL', 'NOTNULL'];
const frames = ['ROWS', 'RANGE', 'GROUPS'];

/** Reads expressions: not what they compute, but the names, calls and subqueries in them. Never fails. */
export class ExpressionParser {
  readonly #cursor: Cursor;
  readonly #query: () => SqlQuery;

  /** @param query reads a subquery behind its opening parenthesis, up to the closing one */
  constructor(cursor: Cursor, query: () => SqlQuery) {
    this.#cursor = cursor;
    this.#query = query;
  }

  /** One expression. @param atName whether an alias may follow */
  one(atName = false): SqlExpression {
    return this.#read({ atComma: true, atName });
  }

  /** A list of expressions as one. */
  list(): SqlExpression {
    return this.#read({ atComma: false, atName: false });
  }

  /** Expressions between commas, at least one. */
  several(): readonly SqlExpression[] {
    const all = [this.one()];
    while (this.#cursor.isSymbol(',')) {
      this.#cursor.next();
      all.push(this.one());
    }
    return all;
  }

  /** The arguments of a function that gives rows, with their parentheses. */
  inParentheses(): SqlExpression {
    const start = this.#cursor.at;
    const parts = emptyParts();
    this.#parenthesis(parts);
    return { range: this.#cursor.since(start), ...parts };
  }

  #read(limits: Limits): SqlExpression {
    const start = this.#cursor.at;
    const from = this.#cursor.place;
    const parts = emptyParts();
    this.#run(parts, limits);
    const at = this.#cursor.place === from ? Math.min(start, this.#cursor.last) : start;
    return {
      range: this.#cursor.place === from ? { start: at, end: at } : this.#cursor.since(start),
      ...parts,
    };
  }

  #run(parts: Parts, limits: Limits): void {
    const cursor = this.#cursor;
    let isBehindOperand = false;
    let cases = 0;
    while (!cursor.isEnd) {
      if (cursor.isSymbol(',') && limits.atComma) return;
      const kind = cursor.token?.kind;
      if (kind === 'word' || kind === 'quoted') {
        if (cursor.is('CASE')) cases++;
        if (cursor.is('END') && cases > 0) {
          cases--;
          cursor.next();
          isBehindOperand = true;
          continue;
        }
        const result = this.#word(parts, limits, isBehindOperand);
        if (result === 'stop') return;
        isBehindOperand = result === 'operand';
      } else if (cursor.isSymbol('(') && cursor.canNest) {
        this.#parenthesis(parts);
        isBehindOperand = true;
      } else {
        if (kind === 'string' && isBehindOperand && limits.atName) return;
        cursor.next();
        isBehindOperand = kind !== 'symbol' && kind !== 'broken';
      }
    }
  }

  /** Reads what begins with a word. @returns what stands before the cursor then, or `stop` where the expression ends before it */
  #word(parts: Parts, { atName }: Limits, isBehindOperand: boolean): 'operand' | 'operator' | 'stop' {
    const cursor = this.#cursor;
    if (this.#isClause(isBehindOperand)) return 'stop';
    if (cursor.is('CASE', ...operators)) return this.#pass('operator');
    if (cursor.is(...constants, ...tests)) return this.#pass('operand');
    if (cursor.is('IS')) {
      cursor.next();
      cursor.take('NOT');
      // Its FROM begins no clause.
      if (cursor.is('DISTINCT') && cursor.isAhead(1, 'FROM')) {
        cursor.next();
        cursor.next();
      }
      return 'operator';
    }
    if (cursor.is('IN')) return this.#in(parts);
    if (cursor.is('COLLATE')) {
      cursor.next();
      cursor.alias();
      return 'operand';
    }
    const isNegated = cursor.before?.kind === 'word' && cursor.before.text.toUpperCase() === 'NOT';
    if (cursor.is(...likes) && (isBehindOperand || isNegated) && !cursor.isSymbol('.', 1))
      return this.#pass('operator');
    if (isBehindOperand && cursor.is('ASC', 'DESC')) return this.#pass('operand');
    if (isBehindOperand && cursor.is('NULLS') && cursor.isAhead(1, 'FIRST', 'LAST')) {
      cursor.next();
      return this.#pass('operand');
    }
    if (!cursor.isName() && !cursor.isSymbol('(', 1)) return this.#pass('operator');
    if (isBehindOperand && atName) return 'stop';
    if (cursor.isSymbol('(', 1) && cursor.canNest) this.#call(parts);
    else this.#column(parts);
    return 'operand';
  }

  #pass<T>(result: T): T {
    this.#cursor.next();
    return result;
  }

  #isClause(isBehindOperand: boolean): boolean {
    const cursor = this.#cursor;
    if (cursor.is(...clauses) || cursor.isJoin()) return true;
    if (cursor.is('WINDOW')) return cursor.isName(1) && cursor.isAhead(2, 'AS') && cursor.isSymbol('(', 3);
    return isBehindOperand && cursor.is('OFFSET', 'BEGIN') && !cursor.isSymbol('.', 1);
  }

  #in(parts: Parts): 'operand' | 'operator' {
    const cursor = this.#cursor;
    cursor.next();
    if (cursor.isSymbol('(') || !cursor.isName()) return 'operator';
    if (cursor.isSymbol('(', 1)) return 'operator';
    const start = cursor.at;
    const first = cursor.nameOf();
    const hasPoint = cursor.isSymbol('.') && cursor.isName(1);
    if (hasPoint) cursor.next();
    const name = hasPoint ? cursor.nameOf() : first;
    parts.tables.push({
      kind: 'table',
      ...(hasPoint && { schema: first }),
      name,
      range: cursor.since(start),
    });
    return 'operand';
  }

  #column(parts: Parts): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    const names = [cursor.nameOf()];
    while (cursor.isSymbol('.') && names.length < 3) {
      cursor.next();
      if (cursor.isSymbol('*')) {
        cursor.next();
        return;
      }
      names.push(cursor.name() ?? cursor.noName(cursor.last));
    }
    const column = names.at(-1) ?? cursor.noName(start);
    const table = names.at(-2);
    const schema = names.at(-3);
    parts.columns.push({
      ...(schema !== undefined && { schema }),
      ...(table !== undefined && { table }),
      column,
      range: cursor.since(start),
    });
  }

  #parenthesis(parts: Parts): void {
    const cursor = this.#cursor;
    cursor.open();
    if (isQueryStart(cursor)) parts.queries.push(this.#query());
    else this.#run(parts, { atComma: false, atName: false });
    // Another word of a clause than one that can stand here means that the closing one is missing.
    cursor.close();
  }

  #call(parts: Parts): void {
    const cursor = this.#cursor;
    const name = cursor.nameOf();
    const start = cursor.at;
    cursor.open();
    const isDistinct = cursor.take('DISTINCT');
    const isStar = cursor.isSymbol('*');
    if (isStar) cursor.next();
    if (name.text.toUpperCase() === 'RAISE') cursor.take('IGNORE', 'ROLLBACK', 'ABORT', 'FAIL');
    const ranges: Range[] = [];
    if (isQueryStart(cursor)) parts.queries.push(this.#query());
    else if (!cursor.isEnd) this.#arguments(parts, ranges);
    const isClosed = cursor.isSymbol(')');
    cursor.close();
    const parentheses = cursor.since(start);
    if (cursor.is('FILTER') && cursor.isSymbol('(', 1)) {
      cursor.next();
      cursor.open();
      cursor.take('WHERE');
      this.#run(parts, { atComma: false, atName: false });
      cursor.close();
    }
    const isWindow = cursor.is('OVER');
    if (isWindow) this.#over(parts);
    parts.calls.push({ name, parentheses, arguments: ranges, isDistinct, isStar, isClosed, isWindow });
  }

  #arguments(parts: Parts, ranges: Range[]): void {
    const cursor = this.#cursor;
    for (;;) {
      const start = cursor.at;
      this.#run(parts, { atComma: true, atName: false });
      if (cursor.take('AS')) this.#type();
      ranges.push(cursor.since(start));
      if (cursor.isSymbol(',')) cursor.next();
      else if (cursor.is('ORDER') && cursor.isAhead(1, 'BY')) {
        cursor.next();
        cursor.next();
        this.#run(parts, { atComma: false, atName: false });
        return;
      } else return;
    }
  }

  /** The type in `CAST(x AS DECIMAL(10, 2))`. */
  #type(): void {
    const cursor = this.#cursor;
    while (!cursor.isEnd && (cursor.isName() || cursor.isSymbol('('))) {
      if (cursor.isSymbol('(')) cursor.skipParentheses();
      else cursor.next();
    }
  }

  #over(parts: Parts): void {
    const cursor = this.#cursor;
    cursor.next();
    if (!cursor.isSymbol('(')) {
      const window = cursor.name();
      if (window !== undefined) parts.windows.push(window);
    } else if (cursor.canNest) this.window(parts);
  }

  /** What defines a window, in its parentheses. */
  window(parts: Parts = emptyParts()): SqlExpression {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.open();
    if (cursor.isName() && !cursor.is('PARTITION', ...frames)) parts.windows.push(cursor.nameOf());
    while (!cursor.isEnd) {
      const isList = cursor.is('PARTITION', 'ORDER') && cursor.isAhead(1, 'BY');
      if (isList) {
        cursor.next();
        cursor.next();
        this.#run(parts, { atComma: false, atName: true });
      } else if (cursor.isSymbol('(')) cursor.skipParentheses();
      else if (cursor.is(...clauses)) break;
      else cursor.next();
    }
    cursor.close();
    return { range: cursor.since(start), ...parts };
  }
}

function emptyParts(): Parts {
  return { columns: [], calls: [], queries: [], windows: [], tables: [] };
}

/** Whether a subquery begins here. */
export function isQueryStart(cursor: Cursor): boolean {
  if (cursor.is('SELECT', 'VALUES')) return true;
  return cursor.is('WITH') && (cursor.isName(1) || cursor.isAhead(1, 'RECURSIVE'));
}
