import { foldedName } from '../../../sqlSchema/index.ts';
import { functionsNamed, quotedName } from '../../../sql/index.ts';
import type { SqlDocument, SqlToken } from '../../../sql/index.ts';
import type { SchemaIndex } from './schema.ts';

type LetterCase = 'upper' | 'lower';

/** How a document writes things; what is inserted follows it. */
export interface SqlStyle {
  keyword(word: string): string;
  function(name: string): string;
  /** A name of the schema, quoted where it must be. */
  name(name: string): string;
}

const counted = new Set(
  'SELECT FROM WHERE JOIN ON AND OR GROUP ORDER BY HAVING AS LIMIT IN NOT LIKE DISTINCT DESC ASC CREATE INSERT UPDATE DELETE'.split(
    ' ',
  ),
);

const remembered = new WeakMap<SqlDocument, { readonly index: SchemaIndex; readonly style: SqlStyle }>();

/**
 * The style of a document: the case of its keywords and of its functions (as the keywords' where there is none), that of names where it
 * writes them in one case throughout and the schema does not, and each name as it is written in the document already.
 */
export function styleOf(document: SqlDocument, index: SchemaIndex): SqlStyle {
  const known = remembered.get(document);
  if (known?.index === index) return known.style;
  const style = makeStyle(document, index);
  remembered.set(document, { index, style });
  return style;
}

function makeStyle({ tokens }: SqlDocument, index: SchemaIndex): SqlStyle {
  const keywords = new Tally();
  const functions = new Tally();
  const names = new Tally();
  let asDeclared = 0;
  const written = new Map<string, string>();
  // A document has many words and few different ones.
  const meanings = new Map<string, Meaning>();
  tokens.forEach((token, i) => {
    if (token.kind !== 'word') return;
    let meaning = meanings.get(token.text);
    if (meaning === undefined) meanings.set(token.text, (meaning = meaningOf(token.text, index)));
    const { low, isKeyword, isFunction, declared } = meaning;
    if (isKeyword) return keywords.add(token.text);
    if (isFunction && isCall(tokens, i)) return functions.add(token.text);
    if (declared === undefined) return undefined;
    written.set(low, token.text);
    if (token.text === declared) asDeclared++;
    else names.add(token.text);
  });
  const keywordCase = keywords.winner ?? 'upper';
  const functionCase = functions.winner ?? keywordCase;
  const nameCase = names.count > asDeclared ? names.winner : undefined;
  return {
    keyword: (word) => inCase(word, keywordCase),
    function: (name) => inCase(name, functionCase),
    name: (name) =>
      quotedName(written.get(foldedName(name)) ?? (nameCase === undefined ? name : inCase(name, nameCase))),
  };
}

/** What a word may be, wherever it stands. */
interface Meaning {
  readonly low: string;
  readonly isKeyword: boolean;
  readonly isFunction: boolean;
  /** The name of a table or column as the schema has it. */
  readonly declared: string | undefined;
}

function meaningOf(text: string, index: SchemaIndex): Meaning {
  const low = foldedName(text);
  const column = index.byColumn.get(low)?.[0]?.columns.find(({ name }) => foldedName(name) === low);
  return {
    low,
    isKeyword: counted.has(text.toUpperCase()),
    isFunction: functionsNamed(low).length > 0,
    declared: index.byName.get(low)?.name ?? column?.name,
  };
}

class Tally {
  #upper = 0;
  #lower = 0;
  add(text: string): void {
    if (text === text.toUpperCase()) this.#upper++;
    else if (text === text.toLowerCase()) this.#lower++;
  }
  get count(): number {
    return this.#upper + this.#lower;
  }
  get winner(): LetterCase | undefined {
    if (this.#upper === this.#lower) return undefined;
    return this.#upper > this.#lower ? 'upper' : 'lower';
  }
}

function inCase(text: string, letterCase: LetterCase): string {
  return letterCase === 'upper' ? text.toUpperCase() : text.toLowerCase();
}

function isCall(tokens: readonly SqlToken[], i: number): boolean {
  const next = tokens[i + 1];
  return next?.text === '(' || (next?.kind === 'space' && tokens[i + 2]?.text === '(');
}
