/** One statement of a text, without its `;`. */
export interface PostgresPart {
  /** From its first token to its last, in UTF-16 units; comments inside are there, those around it are not. */
  readonly start: number;
  readonly end: number;
  /**
   * Words of {@link openers} at the beginning of a line outside of parentheses, the first word of the part left out: where another statement may
   * have been meant to begin.
   */
  readonly lineStarts: readonly LineStart[];
  /** Where a quote begins that is never closed. */
  readonly openQuote?: number;
}

export interface LineStart {
  readonly at: number;
  /** Where the token before it ends. */
  readonly behind: number;
  readonly word: string;
  /** Whether there is an empty line before it. */
  readonly isApart: boolean;
}

/** What statements begin with that people write one below the other. */
const openers: ReadonlySet<string> = new Set([
  'SELECT',
  'WITH',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'ALTER',
  'DROP',
]);

/** Rows follow; STDOUT is taken for STDIN there. */
const copied = /\bFROM\s+STD(?:IN|OUT)\b/iu;

/** How PostgreSQL's and psql's scanners cut a text: https://www.postgresql.org/docs/current/sql-syntax-lexical.html, `psqlscan.l`. */
const pattern = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<comment>--[^\n\r]*)`,
    String.raw`(?<block>/\*)`,
    // In a text behind E a backslash takes the next character along; elsewhere it is one as any other.
    String.raw`(?<escaped>[eE]'(?:[^'\\]|''|\\[\s\S])*(?<escapedEnd>')?)`,
    String.raw`(?<string>'(?:[^']|'')*(?<stringEnd>')?)`,
    String.raw`(?<name>"(?:[^"]|"")*(?<nameEnd>")?)`,
    String.raw`(?<dollar>\$(?:[\p{L}_\u0080-\uffff][\p{L}\p{N}_\u0080-\uffff]*)?\$)`,
    String.raw`(?<word>[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*)`,
    String.raw`(?<number>\d[\p{L}\p{N}_.]*)`,
    // Commands of psql reach to the end of their line.
    String.raw`(?<command>\\[a-zA-Z!?;\\][^\n]*)`,
    String.raw`(?<symbol>[\s\S])`,
  ].join('|'),
  'suy',
);

/**
 * The statements of a text. A `;` outside of quotes, comments, rules and the bodies of SQL functions ends one, as in psql; its own commands
 * (`\d`, `\gset`) and the rows behind `COPY ... FROM stdin` are left out. A quote that is never closed ends with its line, so that
 * the statements below it are still read.
 */
export function postgresParts(text: string): readonly PostgresPart[] {
  const plain = new Splitter(text);
  const parts = plain.parts();
  if (!plain.isOpen) return parts;
  // Every quote behind the one that lacks its partner is taken for the other kind: the first one that holds what looks like the end of a
  // statement is tried as the culprit.
  for (const suspect of plain.suspects.slice(0, mostSuspects)) {
    const other = new Splitter(text, suspect);
    const cut = other.parts();
    if (!other.isOpen) return cut;
  }
  return parts;
}

const mostSuspects = 8;
/** A statement's end, or another's beginning, on the lines of a quoted text. */
const swallowed = /;[^\S\n]*\n|\n[^\S\n]*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP)\s/iu;

class Splitter {
  readonly #text: string;
  readonly #parts: PostgresPart[] = [];
  readonly #pattern = new RegExp(pattern);
  #start: number | undefined;
  /** End of the last token that means something. */
  #end = 0;
  #depth = 0;
  #lineStarts: LineStart[] = [];
  /** The first words in capitals: what kind of statement it is. */
  #words: string[] = [];
  /** Blocks open in the body of a function written in SQL: BEGIN ATOMIC and CASE. */
  #blocks = 0;
  #openQuote: number | undefined;
  readonly #culprit: number | undefined;
  /** Whether a quote ran to the end of the text. */
  isOpen = false;
  /** Where quotes begin that may have swallowed the end of a statement. */
  readonly suspects: number[] = [];

  /** @param culprit offset of a quote that is taken for one that is never closed */
  constructor(text: string, culprit?: number) {
    this.#text = text;
    this.#culprit = culprit;
  }

  parts(): readonly PostgresPart[] {
    let at = 0;
    while (at < this.#text.length) at = this.#next(at);
    this.#close();
    return this.#parts;
  }

  /** Takes one token; returns where the next begins. */
  #next(at: number): number {
    this.#pattern.lastIndex = at;
    const groups = this.#pattern.exec(this.#text)?.groups ?? {};
    const end = this.#pattern.lastIndex > at ? this.#pattern.lastIndex : at + 1;
    if (groups['space'] !== undefined || groups['comment'] !== undefined) return end;
    // A comment that is never closed belongs to the statement: the parser tells it.
    if (groups['block'] !== undefined) {
      const close = blockEnd(this.#text, at);
      return close === undefined ? this.#take(at, this.#text.length) : close;
    }
    if (groups['dollar'] !== undefined) {
      const close = this.#text.indexOf(groups['dollar'], end);
      return this.#quote(at, close < 0 ? undefined : close + groups['dollar'].length);
    }
    for (const kind of ['string', 'escaped', 'name'])
      if (groups[kind] !== undefined)
        return this.#quote(at, groups[`${kind}End`] === undefined ? undefined : end);
    if (groups['command'] !== undefined) return this.#command(groups['command'], end);
    if (groups['word'] !== undefined) this.#word(groups['word'].toUpperCase(), at);
    if (groups['symbol'] !== undefined) {
      if (groups['symbol'] === ';' && this.#ends()) return this.#semicolon(end);
      if (groups['symbol'] === '(') this.#depth++;
      else if (groups['symbol'] === ')') this.#depth = Math.max(0, this.#depth - 1);
    }
    return this.#take(at, end);
  }

  #take(at: number, end: number): number {
    this.#start ??= at;
    this.#end = end;
    return end;
  }

  /** A quoted text; one that is not closed ends with its line, before a `;` there. @param end undefined where it runs to the end of the text */
  #quote(at: number, end: number | undefined): number {
    if (end !== undefined && at !== this.#culprit) {
      if (swallowed.test(this.#text.slice(at, end))) this.suspects.push(at);
      return this.#take(at, end);
    }
    if (end === undefined) this.isOpen = true;
    this.#openQuote ??= at;
    const line = this.#text.slice(at, lineEnd(this.#text, at));
    return this.#take(at, at + line.replace(/\s*;\s*$/u, '').length);
  }

  #word(word: string, at: number): void {
    if (this.#start !== undefined && this.#depth === 0 && this.#blocks === 0 && openers.has(word)) {
      const between = this.#text.slice(this.#end, at);
      if (between.includes('\n'))
        this.#lineStarts.push({ at, behind: this.#end, word, isApart: /\n[^\S\n]*\n/u.test(between) });
    }
    if (this.#words.length < 4) this.#words.push(word);
    if (!isRoutine(this.#words) || this.#depth > 0) return;
    if (word === 'BEGIN' || (word === 'CASE' && this.#blocks > 0)) this.#blocks++;
    else if (word === 'END' && this.#blocks > 0) this.#blocks--;
  }

  /** Whether a `;` here ends the statement. In parentheses it does, too, so that one left open spoils nothing below; but for rules. */
  #ends(): boolean {
    return this.#blocks === 0 && (this.#depth === 0 || !isRule(this.#words));
  }

  #semicolon(end: number): number {
    const isCopy = this.#words[0] === 'COPY' && copied.test(this.#text.slice(this.#start, this.#end));
    this.#close();
    if (!isCopy) return end;
    return this.#behindRows(end);
  }

  /** Rows until a line with a backslash and a point; where there is no such line they are not in the text. */
  #behindRows(from: number): number {
    const last = /\n\\\.[^\S\n]*(?:\r?\n|$(?![\s\S]))/gu;
    last.lastIndex = from;
    return last.test(this.#text) ? last.lastIndex : from;
  }

  /** `\gset` and its like send the statement before them; what stands alone is about psql itself. */
  #command(command: string, end: number): number {
    if (command.startsWith('\\;')) {
      this.#close();
      return end - command.length + 2;
    }
    this.#close();
    return /^\\copy\b/iu.test(command) && copied.test(command) ? this.#behindRows(end) : end;
  }

  #close(): void {
    if (this.#start !== undefined)
      this.#parts.push({
        start: this.#start,
        end: this.#end,
        lineStarts: this.#lineStarts,
        ...(this.#openQuote === undefined ? {} : { openQuote: this.#openQuote }),
      });
    this.#start = undefined;
    this.#openQuote = undefined;
    this.#depth = 0;
    this.#blocks = 0;
    this.#words = [];
    this.#lineStarts = [];
  }
}

/** `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`. */
function isRoutine([first, second, third, fourth]: readonly string[]): boolean {
  if (first !== 'CREATE') return false;
  const kind = second === 'OR' && third === 'REPLACE' ? fourth : second;
  return kind === 'FUNCTION' || kind === 'PROCEDURE';
}

/** `CREATE [OR REPLACE] RULE`, whose actions stand in parentheses, with `;` between them. */
function isRule([first, second, third, fourth]: readonly string[]): boolean {
  return first === 'CREATE' && (second === 'OR' && third === 'REPLACE' ? fourth : second) === 'RULE';
}

/** Comments may stand in comments. Undefined where one is never closed. */
function blockEnd(text: string, at: number): number | undefined {
  const mark = /\/\*|\*\//gu;
  mark.lastIndex = at;
  let depth = 0;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
