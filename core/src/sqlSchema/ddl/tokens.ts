import { isWord, unquoted } from '../../sql/index.ts';
import type { SqlToken } from '../../sql/index.ts';
import { range } from '../../text/index.ts';
import type { Range } from '../../text/index.ts';

/** A name with its place in the text. */
export interface PlacedName {
  readonly name: string;
  readonly place: Range;
}

/** Reads tokens that mean something, one after the other; behind the last there is nothing, for ever. */
export class TokenReader {
  readonly #tokens: readonly SqlToken[];
  #at = 0;

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(ahead = 0): SqlToken | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): SqlToken | undefined {
    return this.#tokens[this.#at++];
  }

  /** Takes these keywords where they stand here in a row. */
  take(...keywords: readonly string[]): boolean {
    if (!keywords.every((keyword, i) => isWord(this.peek(i), keyword))) return false;
    this.#at += keywords.length;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    if (this.peek()?.text !== symbol) return false;
    this.#at++;
    return true;
  }

  /** A name; SQLite takes one in single quotes too. */
  name(): PlacedName | undefined {
    const token = this.peek();
    if (token === undefined || !isName(token)) return undefined;
    this.#at++;
    return { name: unquoted(token), place: range(token.start, token.end) };
  }

  /** The last part of a name with points: of `main.city` it is `city`. */
  qualifiedName(): PlacedName | undefined {
    let name = this.name();
    while (name !== undefined && this.peek()?.text === '.') {
      this.#at++;
      name = this.name() ?? name;
    }
    return name;
  }

  /** The tokens in the parentheses that open here; to the end where they are not closed. Undefined where none open. */
  group(): readonly SqlToken[] | undefined {
    if (this.peek()?.text !== '(') return undefined;
    const start = ++this.#at;
    let depth = 1;
    for (; this.#at < this.#tokens.length; this.#at++) {
      const { text } = this.#tokens[this.#at] as SqlToken;
      if (text === '(') depth++;
      if (text === ')' && --depth === 0) return this.#tokens.slice(start, this.#at++);
    }
    return this.#tokens.slice(start);
  }

  rest(): readonly SqlToken[] {
    return this.#tokens.slice(this.#at);
  }
}

export function isName({ kind }: SqlToken): boolean {
  return kind === 'word' || kind === 'quoted' || kind === 'string';
}

/** Pieces between commas outside of parentheses; empty ones are left out. */
export function byCommas(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const pieces: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) pieces.push([]);
    else pieces.at(-1)?.push(token);
  }
  return pieces.filter(({ length }) => length > 0);
}

/** What tokens stand for in the text that they come from, spaces as they are; empty for none. */
export function textOf(text: string, tokens: readonly SqlToken[]): string {
  const [first] = tokens;
  const last = tokens.at(-1);
  return first === undefined || last === undefined ? '' : text.slice(first.start, last.end);
}
