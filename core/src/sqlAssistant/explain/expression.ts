import { isWord, meaningful, scanSql, unquoted } from '../../sql/index.ts';
import type { SqlExpression, SqlQuery, SqlToken } from '../../sql/index.ts';
import type { Range } from '../../text/index.ts';
import { callInWords } from './calls.ts';
import { code, listed } from './naming.ts';
import type { Naming } from './naming.ts';

/** Parentheses within parentheses up to which words are found; what is deeper is shown as code. */
const deepest = 12;

/** A subquery in words, in short. @param isExists whether only it counts that there is a row, whatever is in it */
export type Brief = (query: SqlQuery, isExists?: boolean) => string;

const comparisons: Readonly<Record<string, string>> = {
  ...{ '=': 'is', '==': 'is', '<>': 'is not', '!=': 'is not' },
  ...{ '<': 'is less than', '<=': 'is at most', '>': 'is more than', '>=': 'is at least' },
};

/** An expression in words; what has none is code. */
export function expressionInWords(expression: SqlExpression, naming: Naming, brief: Brief): string {
  return new Reader(expression, naming, brief).whole();
}

/** The parts of a condition that AND joins, each in words. */
export function conditionsInWords(
  expression: SqlExpression,
  naming: Naming,
  brief: Brief,
): readonly string[] {
  return new Reader(expression, naming, brief).conditions();
}

class Reader {
  readonly #tokens: readonly SqlToken[];
  readonly #base: number;
  readonly #naming: Naming;
  readonly #queries: readonly SqlQuery[];
  readonly #brief: Brief;
  #at = 0;
  #depth = 0;

  constructor({ range, queries }: SqlExpression, naming: Naming, brief: Brief) {
    this.#base = range.start;
    this.#tokens = meaningful(scanSql(naming.text.slice(range.start, range.end)));
    this.#naming = naming;
    this.#queries = queries;
    this.#brief = brief;
  }

  whole(): string {
    const words = this.#or();
    return this.#at >= this.#tokens.length ? words : this.#codeOf(0, this.#tokens.length);
  }

  conditions(): readonly string[] {
    const parts = [this.#not()];
    while (this.#takes('AND')) parts.push(this.#not());
    return this.#at >= this.#tokens.length ? parts : [this.#again()];
  }

  #again(): string {
    this.#at = 0;
    return this.whole();
  }

  #or(): string {
    const parts = [this.#and()];
    while (this.#takes('OR')) parts.push(this.#and());
    // AND binds more closely, which a sentence does not show.
    return parts.length === 1
      ? (parts[0] ?? '')
      : parts.map((part) => (/ and /u.test(part) && !isEnclosed(part) ? `(${part})` : part)).join(' or ');
  }

  #and(): string {
    const parts = [this.#not()];
    while (this.#takes('AND')) parts.push(this.#not());
    return parts.join(' and ');
  }

  #not(): string {
    let isNot = false;
    while (this.#takes('NOT')) isNot = !isNot;
    const words = this.#comparison();
    if (!isNot) return words;
    return isEnclosed(words) ? `not ${words}` : `not (${words})`;
  }

  #comparison(): string {
    const start = this.#at;
    const left = this.#operand();
    const token = this.#tokens[this.#at];
    const says = token?.kind === 'symbol' ? comparisons[token.text] : undefined;
    if (says !== undefined) {
      this.#at++;
      if (isWord(this.#tokens[this.#at], 'NULL')) {
        this.#at++;
        return `${left} ${says} NULL (which nothing ever is: write IS NULL)`;
      }
      return `${left} ${says} ${this.#operand()}`;
    }
    if (this.#takes('ISNULL')) return `${left} has no value (NULL)`;
    if (this.#takes('NOTNULL')) return `${left} has a value`;
    if (this.#takes('IS')) {
      const isNot = this.#takes('NOT');
      if (this.#takes('NULL')) return `${left} ${isNot ? 'has a value' : 'has no value (NULL)'}`;
      // Not to be distinct is to be the same.
      const isSame = this.#takes('DISTINCT') && this.#takes('FROM') ? isNot : !isNot;
      return `${left} ${isSame ? 'is' : 'is not'} ${this.#operand()}`;
    }
    const isNot = this.#takes('NOT');
    if (isNot && this.#takes('NULL')) return `${left} has a value`;
    const rest = this.#matching(isNot);
    if (rest !== undefined) return `${left} ${rest}`;
    return isNot ? this.#codeOf(start, this.#at) : left;
  }

  /** What stands behind `x [NOT]`: LIKE, IN, BETWEEN. */
  #matching(isNot: boolean): string | undefined {
    const not = isNot ? 'not ' : '';
    if (this.#takes('LIKE')) {
      const words = likeInWords(this.#tokens[this.#at], isNot);
      const pattern = this.#operand();
      if (!this.#takes('ESCAPE')) return words ?? `${isNot ? 'does not match' : 'matches'} the pattern ${pattern}`;
      return `${isNot ? 'does not match' : 'matches'} the pattern ${pattern} (behind ${this.#operand()} a sign stands for itself)`;
    }
    if (this.#takes('GLOB', 'REGEXP', 'MATCH'))
      return `${isNot ? 'does not match' : 'matches'} ${this.#operand()}`;
    if (this.#takes('BETWEEN')) {
      const low = this.#operand();
      this.#takes('AND');
      return `is ${not}between ${low} and ${this.#operand()}`;
    }
    if (this.#takes('IN')) {
      const query = this.#queryAt(this.#at);
      if (query !== undefined) {
        this.#closeParenthesis();
        return `is ${not}among ${this.#inner(query)}`;
      }
      if (this.#tokens[this.#at]?.text === '(') {
        const values = this.#listInParentheses();
        if (values === undefined) return undefined;
        return values.length === 0 ? `is ${not}among nothing` : `is ${isNot ? 'none of ' : ''}${listed(values, isNot ? 'and' : 'or')}`;
      }
      return `is ${not}among the rows of ${this.#operand()}`;
    }
    return undefined;
  } // prettier-ignore

  /** A value, with arithmetic around it as code. */
  #operand(): string {
    const start = this.#at;
    let words = this.#primary();
    while (isOperator(this.#tokens[this.#at])) {
      this.#at++;
      this.#primary();
      words = this.#codeOf(start, this.#at);
    }
    return words;
  }

  #primary(): string {
    const start = this.#at;
    const token = this.#tokens[this.#at];
    if (token === undefined) return '';
    if (isSign(token)) {
      while (isSign(this.#tokens[this.#at])) this.#at++;
      this.#primary();
      return this.#codeOf(start, this.#at);
    }
    if (token.text === '(') return this.#parenthesised();
    if (isWord(token, 'EXISTS')) {
      this.#at++;
      const query = this.#queryAt(this.#at);
      this.#closeParenthesis();
      return query === undefined ? this.#codeOf(start, this.#at) : `there is ${this.#brief(query, true)}`;
    }
    if (isWord(token, 'CASE')) return this.#skipCase(start);
    if (token.kind === 'word' || token.kind === 'quoted') return this.#name(start);
    this.#at++;
    return token.kind === 'number' ? token.text : code(token.text);
  }

  #parenthesised(): string {
    const start = this.#at;
    const query = this.#queryAt(start);
    if (query !== undefined) {
      this.#closeParenthesis();
      return this.#inner(query);
    }
    if (this.#depth >= deepest) {
      this.#closeParenthesis();
      return this.#codeOf(start, this.#at);
    }
    this.#depth++;
    this.#at++;
    const words = this.#or();
    this.#depth--;
    if (this.#tokens[this.#at]?.text === ')') {
      this.#at++;
      return / (?:and|or|is) /u.test(words) ? `(${words})` : words;
    }
    this.#at = start;
    this.#closeParenthesis();
    return this.#codeOf(start, this.#at);
  }

  /** A subquery as a value: in parentheses where it is more than a few words. */
  #inner(query: SqlQuery): string {
    const words = this.#brief(query);
    return / where |[;,]/u.test(words) ? `(${words})` : words;
  }

  #name(start: number): string {
    while (this.#tokens[this.#at + 1]?.text === '.') this.#at += 2;
    const last = this.#tokens[this.#at];
    this.#at++;
    if (last === undefined) return this.#codeOf(start, this.#at);
    if (this.#tokens[this.#at]?.text === '(') return this.#call(start, unquoted(last));
    const end = this.#at;
    const collation = this.#takes('COLLATE') ? this.#tokens[this.#at++] : undefined;
    if (isWord(last, 'NULL', 'TRUE', 'FALSE', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP'))
      return last.text.toUpperCase();
    if (this.#naming.isText(this.#base + last.start)) return code(textOf(unquoted(last)));
    const before = end - start > 1 ? this.#tokens[end - 3] : undefined;
    const qualifier = before === undefined ? undefined : unquoted(before);
    const words = this.#naming.column(unquoted(last), qualifier, this.#text(start, end));
    return collation === undefined ? words : `${words} (collation ${code(unquoted(collation))})`;
  }

  #call(start: number, name: string): string {
    const open = this.#at;
    const isStar = this.#tokens[open + 1]?.text === '*';
    const isDistinct = isWord(this.#tokens[open + 1], 'DISTINCT');
    const isCast = name.toUpperCase() === 'CAST';
    const values = isStar
      ? []
      : isCast || this.#depth >= deepest
        ? undefined
        : this.#listInParentheses(isDistinct);
    this.#at = open;
    this.#closeParenthesis();
    const isWindow = isWord(this.#tokens[this.#at], 'OVER', 'FILTER');
    if (isWindow) this.#skipWindow();
    const words =
      isWindow || values === undefined ? undefined : callInWords(name, values, { isDistinct, isStar });
    return words ?? this.#codeOf(start, this.#at);
  }

  /** The values between parentheses, in words; stands behind them afterwards. Undefined where there is something else among them, such as ORDER BY. */
  #listInParentheses(isDistinct = false): readonly string[] | undefined {
    const start = this.#at;
    this.#at += isDistinct ? 2 : 1;
    this.#depth++;
    const values: string[] = [];
    while (this.#at < this.#tokens.length && this.#tokens[this.#at]?.text !== ')') {
      const before = this.#at;
      values.push(this.#or());
      if (this.#tokens[this.#at]?.text === ',') this.#at++;
      else if (this.#tokens[this.#at]?.text !== ')' || this.#at === before) break;
    }
    const isWhole = this.#tokens[this.#at]?.text === ')';
    this.#depth--;
    this.#at = start;
    this.#closeParenthesis();
    return isWhole ? values : undefined;
  }

  /** From an opening parenthesis to behind the one that closes it. */
  #closeParenthesis(): void {
    let depth = 0;
    do {
      const text = this.#tokens[this.#at]?.text;
      if (text === '(') depth++;
      if (text === ')') depth--;
      this.#at++;
    } while (depth > 0 && this.#at < this.#tokens.length);
  }

  #skipCase(start: number): string {
    let depth = 0;
    do {
      if (isWord(this.#tokens[this.#at], 'CASE')) depth++;
      if (isWord(this.#tokens[this.#at], 'END')) depth--;
      this.#at++;
    } while (depth > 0 && this.#at < this.#tokens.length);
    return this.#codeOf(start, this.#at);
  }

  #skipWindow(): void {
    while (this.#takes('OVER', 'FILTER'))
      if (this.#tokens[this.#at]?.text === '(') this.#closeParenthesis();
      else this.#at++;
  }

  /** The subquery in the parentheses that open at a place. */
  #queryAt(place: number): SqlQuery | undefined {
    const open = this.#tokens[place];
    if (open?.text !== '(' || !isWord(this.#tokens[place + 1], 'SELECT', 'WITH', 'VALUES')) return undefined;
    const at = this.#base + open.start;
    return this.#queries.find(({ range }) => range.start >= at && range.start <= this.#offset(place + 1));
  }

  #offset(place: number): number {
    return this.#base + (this.#tokens[place]?.start ?? 0);
  }

  #takes(...words: readonly string[]): boolean {
    if (!isWord(this.#tokens[this.#at], ...words)) return false;
    this.#at++;
    return true;
  }

  #text(start: number, end: number): string {
    const range: Range = { start: this.#offset(start), end: this.#base + (this.#tokens[end - 1]?.end ?? 0) };
    return this.#naming.text.slice(range.start, Math.max(range.start, range.end));
  }

  #codeOf(start: number, end: number): string {
    return code(this.#text(start, end));
  }
}

/** A text as SQL writes it. */
function textOf(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Whether one pair of parentheses holds all of it. */
function isEnclosed(words: string): boolean {
  if (!words.startsWith('(')) return false;
  let depth = 0;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '(') depth++;
    else if (words[i] === ')') depth--;
    if (depth === 0) return i === words.length - 1;
  }
  return false;
}

function isSign(token: SqlToken | undefined): boolean {
  return token?.kind === 'symbol' && /^[-+~]$/u.test(token.text);
}

function isOperator(token: SqlToken | undefined): boolean {
  return token?.kind === 'symbol' && /^(?:\+|-|\*|\/|%|\|\||<<|>>|&|\||->>?)$/u.test(token.text);
}

/** A pattern of LIKE in words; undefined for one that is more than a beginning, an end or a part. */
function likeInWords(token: SqlToken | undefined, isNot: boolean): string | undefined {
  if (token?.kind !== 'string') return undefined;
  const match = /^(?<any>%?)(?<text>[^%_]+)(?<rest>%?)$/u.exec(unquoted(token));
  const { any, text, rest } = match?.groups ?? {};
  if (text === undefined) return undefined;
  const [plain, negated] =
    any && rest ? ['contains', 'does not contain'] : rest ? ['begins with', 'does not begin with'] : any ? ['ends with', 'does not end with'] : ['is', 'is not'];
  return `${isNot ? negated : plain} ${code(textOf(text))} in any case`;
} // prettier-ignore
