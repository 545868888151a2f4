/**
 * What a piece of SQL is. `quoted` is in double quotes, backticks or brackets: a name, or, in double quotes where no column has that name,
 * a text (SQLite takes both). `broken` is what no token of SQLite starts with.
 */
export type SqlTokenKind =
  'space' | 'comment' | 'word' | 'string' | 'quoted' | 'blob' | 'number' | 'variable' | 'symbol' | 'broken';

export interface SqlToken {
  readonly kind: SqlTokenKind;
  /** Offsets in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** False for a text, name or block comment that runs to the end without being closed. */
  readonly isClosed: boolean;
}

const kinds: readonly SqlTokenKind[] = [
  'space',
  'comment',
  'blob',
  'string',
  'quoted',
  'number',
  'word',
  'variable',
  'symbol',
  'broken',
];

/**
 * One alternative a kind, tried in the order of `kinds` at every place; closing marks are optional, so that a half of a text is a token too.
 * A variable may have a suffix in parentheses, as Tcl has it, in which a quote is none: taken for one it would hide what stands behind (`$a(')`).
 */
const pattern = new RegExp(
  [
    String.raw`(\s+)`,
    String.raw`(--[^\n]*|/\*[\s\S]*?(?:\*/|$(?![\s\S])))`,
    String.raw`([xX]'[^']*(?:'|$(?![\s\S])))`,
    String.raw`('(?:[^']|'')*(?:'|$(?![\s\S])))`,
    String.raw`("(?:[^"]|"")*(?:"|$(?![\s\S]))|${'`'}(?:[^${'`'}]|${'``'})*(?:${'`'}|$(?![\s\S]))|\[[^\]]*(?:\]|$(?![\s\S])))`,
    String.raw`(0[xX][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)`,
    String.raw`([\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*)`,
    String.raw`(\?\d*|[:@#$][\p{L}\p{N}_$:]+(?:\([^\s)]*\))?)`,
    String.raw`(->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[-+*/%&|~<>=(),.;])`,
    String.raw`([\s\S])`,
  ].join('|'),
  'gu',
);

/** The tokens of a text in SQLite's dialect. Never fails; the tokens cover the text without gaps. */
export function scanSql(text: string): readonly SqlToken[] {
  return [...tokensFrom(text, 0)];
}

/** The tokens from an offset on, each found when it is asked for. @param from where a token begins */
export function* tokensFrom(text: string, from: number): Generator<SqlToken, undefined> {
  // One of its own, since the place where it goes on is kept in the expression.
  const own = new RegExp(pattern);
  own.lastIndex = from;
  for (let match = own.exec(text); match !== null; match = own.exec(text)) {
    const [piece] = match;
    const kind = kinds[match.findIndex((group, i) => i > 0 && group !== undefined) - 1] ?? 'broken';
    yield {
      kind,
      start: match.index,
      end: match.index + piece.length,
      text: piece,
      isClosed: isClosed(kind, piece),
    };
  }
  return undefined;
}

/** The tokens that mean something: without spaces and comments. */
export function meaningful(tokens: readonly SqlToken[]): readonly SqlToken[] {
  return tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
}

/** The name or text in a token, without its quotes. */
export function unquoted({ kind, text, isClosed: closed }: SqlToken): string {
  if (kind !== 'string' && kind !== 'quoted') return text;
  const mark = text.charAt(0);
  const inner = text.slice(1, closed ? -1 : undefined);
  return mark === '[' ? inner : inner.replaceAll(mark + mark, mark);
}

/** Whether a token is this keyword, in any case. @param keyword in capitals */
export function isWord(token: SqlToken | undefined, ...keywords: readonly string[]): boolean {
  return token?.kind === 'word' && keywords.includes(token.text.toUpperCase());
}

function isClosed(kind: SqlTokenKind, text: string): boolean {
  switch (kind) {
    case 'string':
      return text.length > 1 && text.endsWith("'") && quotesAreEven(text, "'");
    case 'blob':
      return text.length > 2 && text.endsWith("'");
    case 'quoted': {
      const mark = text.charAt(0);
      if (mark === '[') return text.endsWith(']');
      return text.length > 1 && text.endsWith(mark) && quotesAreEven(text, mark);
    }
    case 'comment':
      return text.startsWith('--') || (text.length > 3 && text.endsWith('*/'));
    default:
      return true;
  }
}

function quotesAreEven(text: string, mark: string): boolean {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++;
  return count % 2 === 0;
}
