/**
 * What becomes of special characters in a query. Source: NLM, PubMed User Guide, "How PubMed works", table of character
 * conversions; the Unicode look-alikes are what word processors and web pages put in their place.
 */

/** Characters that PubMed reads as a space, outside tags, operators and quotes. */
export const convertedCharacters: ReadonlySet<string> = new Set("!#$%*+-.,;<>=?\\^_{}~'");

/** Characters that keep their meaning in the fields of the MeSH vocabulary (`[mh]`, `[majr]`, `[sh]`). */
export const meshCharacters: ReadonlySet<string> = new Set('/-,');

/** A character that stands where another was meant. */
export interface LookAlike {
  readonly character: string;
  /** What was meant; a space for spaces of other widths, empty for characters that nobody sees. */
  readonly plain: string;
  readonly name: string;
}

/** character (hexadecimal) | plain text | name; `sp` is a space, empty means nothing. */
const ROWS = `
a0|sp|no-break space
2007|sp|figure space
202f|sp|narrow no-break space
3000|sp|ideographic space
ad||soft hyphen
200b||zero-width space
200c||zero-width non-joiner
200d||zero-width joiner
2060||word joiner
feff||byte order mark
2010|-|hyphen
2011|-|no-break hyphen
2012|-|figure dash
2013|-|en dash
2014|-|em dash
2015|-|horizontal bar
2212|-|minus sign
ff0d|-|full-width hyphen
2018|'|curly apostrophe
2019|'|curly apostrophe
201b|'|curly apostrophe
2032|'|prime
b4|'|acute accent
60|'|grave accent
ff07|'|full-width apostrophe
ff08|(|full-width parenthesis
ff09|)|full-width parenthesis
ff3b|[|full-width bracket
ff3d|]|full-width bracket
ff0a|*|full-width star
2217|*|star operator
ff1a|:|full-width colon
ff0f|/|full-width slash
2044|/|fraction slash
ff03|#|full-width number sign
ff0c|,|full-width comma
3001|,|ideographic comma
ff1b|;|full-width semicolon
2026|...|ellipsis
`;

/** Characters that people do not mean, with what they do mean. Quotes are not here: the scanner reads every kind of them. */
export const lookAlikes: ReadonlyMap<string, LookAlike> = new Map(
  ROWS.trim()
    .split('\n')
    .map((row) => {
      const [code = '', plain = '', name = ''] = row.split('|');
      const character = String.fromCodePoint(Number.parseInt(code, 16));
      return [character, { character, plain: plain === 'sp' ? ' ' : plain, name }];
    }),
);

/** HTML's names for characters, as copies from web pages leave them (`&quot;`), with what they stand for. */
export const htmlEntities: ReadonlyMap<string, string> = new Map([
  ['&quot;', '"'],
  ['&#34;', '"'],
  ['&ldquo;', '"'],
  ['&rdquo;', '"'],
  ['&#8220;', '"'],
  ['&#8221;', '"'],
  ['&amp;', '&'],
  ['&#38;', '&'],
  ['&nbsp;', ' '],
  ['&#160;', ' '],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&apos;', "'"],
  ['&#39;', "'"],
  ['&rsquo;', "'"],
  ['&lsquo;', "'"],
  ['&ndash;', '-'],
  ['&mdash;', '-'],
  ['&hyphen;', '-'],
  ['&shy;', ''],
]);

const ENTITY = /&(?:#\d{2,5}|[a-z]{2,6});/iy;

/** What an HTML character reference at `at` stands for, and where it ends; undefined when there is none. */
export function entityAt(
  text: string,
  at: number,
): { readonly plain: string; readonly end: number } | undefined {
  ENTITY.lastIndex = at;
  const match = ENTITY.exec(text);
  const plain = match === null ? undefined : htmlEntities.get(match[0].toLowerCase());
  return plain === undefined ? undefined : { plain, end: ENTITY.lastIndex };
}

/** Whether `character` is a bracket of East Asian width, which PubMed does not read as one. */
export function isWideBracket(character: string): boolean {
  return character === '（' || character === '）' || character === '［' || character === '］';
}
