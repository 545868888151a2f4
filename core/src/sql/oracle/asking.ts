import { isWord, meaningful, scanSql } from '../scanner.ts';
import type { SqlToken } from '../scanner.ts';
import type { Prepare } from './types.ts';

/** Tokens of a statement by their places among those that mean something; both ends belong to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Another text for a span; with `to` before `from`, a text put in front of the token at `from`. */
export interface Replacement extends Span {
  readonly text: string;
}

/** Thrown when a statement has been asked about as often as it may be: what is known until then counts. */
export class AskedEnough extends Error {}

/** Characters that the engine reads at most for one statement, and questions: an editor waits for the answer. */
const mostCharacters = 1_500_000;
const mostQuestions = 400;

/** One statement, and questions about variants of it. Answers are remembered while it lives. */
export class Asking {
  readonly text: string;
  /** Those that mean something, without the `;` at the end. */
  readonly tokens: readonly SqlToken[];
  readonly #known: () => ReadonlySet<string>;
  readonly #prepare: Prepare;
  readonly #answers = new Map<string, string | undefined>();
  #characters = 0;

  /** @param known names of the database in lower case; asked for only where something is wrong, since most statements are right */
  constructor(text: string, prepare: Prepare, known: () => ReadonlySet<string>) {
    this.text = text;
    this.#known = known;
    const tokens = meaningful(scanSql(text));
    let length = tokens.length;
    while (tokens[length - 1]?.text === ';') length--;
    this.tokens = tokens.slice(0, length);
    this.#prepare = prepare;
  }

  /** Names of the database in lower case, which are taken for slips of nothing. */
  get known(): ReadonlySet<string> {
    return this.#known();
  }

  /** What the engine says of the first tokens of the statement as it is written. */
  prefix(count: number): string | undefined {
    return this.#ask(this.text.slice(this.tokens[0]?.start, this.tokens[count - 1]?.end));
  }

  /** What the engine says of the statement with these replacements. Of two at one place the first counts. */
  with(...replacements: readonly Replacement[]): string | undefined {
    return this.#ask(this.written(...replacements));
  }

  /** What the engine says of the statement written in another way. */
  variant(text: string): string | undefined {
    return this.#ask(text);
  }

  /** The statement with these replacements. */
  written(...replacements: readonly Replacement[]): string {
    const sorted = [...replacements].sort((a, b) => a.from - b.from);
    let text = '';
    let at = this.tokens[0]?.start ?? 0;
    for (const { from, to, text: other } of sorted) {
      const start = this.tokens[from]?.start ?? this.end;
      if (start < at) continue;
      text += `${this.text.slice(at, start)} ${other} `;
      at = to < from ? start : (this.tokens[to]?.end ?? start);
    }
    return text + this.text.slice(at, this.end);
  }

  /** Where the last token ends; offset in the statement's text. */
  get end(): number {
    return this.tokens.at(-1)?.end ?? 0;
  }

  #ask(text: string): string | undefined {
    if (this.#answers.has(text)) return this.#answers.get(text);
    // The first question is always asked: whether there is an error at all is never guessed.
    if (this.#answers.size > 0) {
      this.#characters += text.length;
      if (this.#characters > mostCharacters || this.#answers.size > mostQuestions) throw new AskedEnough();
    }
    const answer = isPragma(text) ? undefined : this.#prepare(text);
    this.#answers.set(text, answer);
    return answer;
  }
}

/** Some pragmas act when they are prepared, so that none is asked about: neither one that is written nor one that a correction would make. */
function isPragma(text: string): boolean {
  if (!/pragma/iu.test(text)) return false;
  const [first, second, third, fourth] = meaningful(scanSql(text));
  if (!isWord(first, 'EXPLAIN')) return isWord(first, 'PRAGMA');
  return isWord(second, 'PRAGMA') || (isWord(third, 'PLAN') && isWord(fourth, 'PRAGMA'));
}
