import { isWord, unquoted } from './scanner.ts';
import type { SqlToken } from './scanner.ts';
import type { Range } from '../text/index.ts';
import type { SqlName } from './tree.ts';

/** Words that are no names without quotes (SQLite, "SQLite Keywords", those without fallback), and what they begin is known. */
const reserved = new Set(
  (
    'ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE DISTINCT DROP ELSE ' +
    'ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL JOIN LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER ' +
    'PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE'
  ).split(' '),
);
const joins = ['LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'NATURAL', 'OUTER'];

/** Parentheses nested deeper than this are passed over, so that no input exhausts the stack. */
const maximumNesting = 200;

/** A place among the tokens of a statement that mean something, and what can be asked there. */
export class Cursor {
  readonly #tokens: readonly SqlToken[];
  readonly #end: number;
  #i = 0;
  /** Parentheses that are open: where none is, a closing one closes nothing. */
  #open = 0;

  /** @param end where the statement ends, in UTF-16 units */
  constructor(tokens: readonly SqlToken[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  get token(): SqlToken | undefined {
    return this.#tokens[this.#i];
  }

  peek(ahead: number): SqlToken | undefined {
    return this.#tokens[this.#i + ahead];
  }

  /** Where the next token begins, or the statement ends. */
  get at(): number {
    return this.token?.start ?? this.#end;
  }

  /** Where the last token ended. */
  get last(): number {
    return this.#tokens[this.#i - 1]?.end ?? 0;
  }

  get place(): number {
    return this.#i;
  }

  get before(): SqlToken | undefined {
    return this.#tokens[this.#i - 1];
  }

  next(): void {
    this.#i++;
  }

  is(...keywords: readonly string[]): boolean {
    return isWord(this.token, ...keywords);
  }

  isAhead(ahead: number, ...keywords: readonly string[]): boolean {
    return isWord(this.peek(ahead), ...keywords);
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'symbol' && token.text === text;
  }

  /** Passes over the keyword where it is there. */
  take(...keywords: readonly string[]): boolean {
    const isHere = this.is(...keywords);
    if (isHere) this.next();
    return isHere;
  }

  /** Whether the statement, or the parentheses that are open, end here. */
  get isEnd(): boolean {
    return this.token === undefined || this.isSymbol(';') || (this.#open > 0 && this.isSymbol(')'));
  }

  get canNest(): boolean {
    return this.#open < maximumNesting;
  }

  open(): void {
    this.#open++;
    this.next();
  }

  /** Passes over the closing parenthesis, where it is there. */
  close(): void {
    if (this.isSymbol(')')) this.next();
    this.#open--;
  }

  /** Passes over a pair of parentheses with what is in it. */
  skipParentheses(): void {
    let depth = 0;
    do {
      if (this.isSymbol('(')) depth++;
      if (this.isSymbol(')')) depth--;
      this.next();
    } while (depth > 0 && this.token !== undefined && !this.isSymbol(';'));
  }

  /** Whether a token can be a name: in quotes other than single ones, or a word that is not reserved. */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    if (token?.kind === 'quoted') return true;
    return token?.kind === 'word' && !reserved.has(token.text.toUpperCase()) && !this.isJoin(ahead);
  }

  /** Whether a join begins here, such as `LEFT OUTER JOIN`, `NATURAL JOIN`, `JOIN`. */
  isJoin(ahead = 0): boolean {
    for (let at = ahead; at < ahead + 4; at++) {
      if (this.isAhead(at, 'JOIN')) return true;
      if (!this.isAhead(at, ...joins)) return false;
    }
    return false;
  }

  /** The name here, passed over. */
  name(): SqlName | undefined {
    if (!this.isName()) return undefined;
    return this.nameOf();
  }

  /** What follows `AS`: a text in single quotes is a name, too. */
  alias(): SqlName | undefined {
    return this.token?.kind === 'string' ? this.nameOf() : this.name();
  }

  nameOf(): SqlName {
    const { token } = this;
    if (token === undefined) return this.noName(this.last);
    this.next();
    return {
      text: unquoted(token),
      range: { start: token.start, end: token.end },
      isQuoted: token.kind !== 'word',
    };
  }

  noName(at: number): SqlName {
    return { text: '', range: { start: at, end: at }, isQuoted: false };
  }

  /** From `start` to the last token that was passed over. */
  since(start: number): Range {
    return { start, end: Math.max(start, this.last) };
  }
}
