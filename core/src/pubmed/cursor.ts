import type { Range } from '../text/index.ts';
import { fix } from '../text/index.ts';
import type { KnownTag } from './knownTags.ts';
import type { ProblemList } from './problems.ts';
import type { Scan } from './scanner.ts';
import type { Token } from './tree.ts';

/** A place in the tokens of a query, shared by the parts of the parser. White space and comments are left out. */
export class Cursor {
  readonly text: string;
  readonly offset: number;
  readonly problems: ProblemList;
  /** Whether a heading may be written with its operator outside quotes. */
  readonly hasJoinedHeadings: boolean;
  /** Index of the current token. */
  at = 0;
  readonly #tokens: readonly Token[];
  readonly #tags: Scan['tags'];
  #tagsPassed = 0;

  /** Tokens that have no meaning are reported here, so that the grammar never sees them. */
  constructor(text: string, offset: number, scan: Scan, problems: ProblemList) {
    this.text = text;
    this.offset = offset;
    this.problems = problems;
    for (const token of scan.invalid) this.#reportInvalid(token);
    this.#tokens = scan.meaningful;
    this.#tags = scan.tags;
    this.hasJoinedHeadings = scan.hasJoinedHeadings;
  }

  /** The unit at a place of the document. */
  codeAt(place: number): number {
    return this.text.charCodeAt(place - this.offset);
  }

  /** Moves on behind the words that stand here and gives the token there. */
  passWords(): Token | undefined {
    while (this.#tokens[this.at]?.kind === 'word') this.at++;
    return this.#tokens[this.at];
  }

  /** Moves on behind the tag that stands here and gives what it means, if PubMed knows it. */
  passTag(): KnownTag | undefined {
    this.at++;
    return this.#tags[this.#tagsPassed++];
  }

  /** The tokens from `first` to `last` places from the current one. */
  tokens(first: number, last: number): readonly Token[] {
    return this.#tokens.slice(this.at + first, this.at + last + 1);
  }

  get current(): Token | undefined {
    return this.#tokens[this.at];
  }

  /** The token `distance` places from the current one. */
  peek(distance: number): Token | undefined {
    return this.#tokens[this.at + distance];
  }

  /** Moves on and gives the token there. */
  following(): Token | undefined {
    this.at++;
    return this.current;
  }

  /** The text of a range of the document. */
  slice(range: Range): string {
    return this.text.slice(range.start - this.offset, range.end - this.offset);
  }

  /** What to put where a token is taken out, so that its neighbours do not grow together. */
  gap(token: Range): string {
    const before = this.text.charAt(token.start - this.offset - 1);
    const after = this.text.charAt(token.end - this.offset);
    return /[\s()]|^$/.test(before) || /[\s()]|^$/.test(after) ? '' : ' ';
  }

  #reportInvalid(token: Token): void {
    // Characters that look like others have problems of their own.
    if (/^[&（）［］]/.test(this.slice(token))) return;
    const remove = fix('Remove it', true, [token.start, token.end, ' ']);
    const [rule, message] = invalidity(this.slice(token));
    this.problems.add(rule, 'error', rangeOf(token), message, [remove]);
  }
}

function invalidity(text: string): readonly [string, string] {
  if (text === '[')
    return [
      'unclosed-bracket',
      'This "[" begins no field tag: nothing closes it. Close it with "]" or remove it.',
    ];
  if (text === ']')
    return ['stray-bracket', 'This "]" closes no field tag. Remove it, or add the missing "[".'];
  return [
    'invalid-character',
    'Control characters or bytes that are no text. PubMed cannot search them; remove them.',
  ];
}

/** The range of a token, without its kind. */
export function rangeOf(token: Range): Range {
  return { start: token.start, end: token.end };
}
