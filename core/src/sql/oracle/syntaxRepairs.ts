import { isWord } from '../scanner.ts';
import type { SqlToken } from '../scanner.ts';
import type { Asking, Replacement } from './asking.ts';
import { isSyntax } from './culprits.ts';
import { unclosedParenthesis } from './spans.ts';
import { inCaseOf, nearKeywords, sqlKeywords } from './keywords.ts';

/** A change with which the engine can read the statement. */
export interface Repair {
  /** Where the slip is, as a place among the tokens. */
  readonly at: number;
  /** What is wrong there, for people. */
  readonly cause: string;
  /** Verb first. */
  readonly title: string;
  readonly replacement: Replacement;
}

/** How far before the token at which the engine stops a slip is looked for: `FORM` in `SELECT a FORM t` is read as an alias. */
const reach = 4;

/**
 * The first slip near a token whose correction makes the statement one that the engine prepares, else one that it can read, names unknown
 * or not; undefined where no small change does.
 */
export function repairAt(asking: Asking, at: number): Repair | undefined {
  const readable = candidates(asking, at).filter(({ replacement }) => !isSyntax(asking.with(replacement)));
  return readable.find(({ replacement }) => asking.with(replacement) === undefined) ?? readable[0];
}

/** A word read as an alias or a column that is a slip of a keyword, or a comma left out between tables: the engine reads such a text, and misses names. */
export function repairOfNames(asking: Asking): Repair | undefined {
  const { tokens } = asking;
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== 'word' || token.text.length < 4) continue;
    for (const repair of keywordsAt(asking, i)) {
      const answer = asking.with(repair.replacement);
      if (answer === undefined) return repair;
    }
  }
  for (let i = 1; i < tokens.length; i++)
    if (isPlainWord(asking, i - 1) && isPlainWord(asking, i)) {
      const repair = comma(i);
      if (asking.with(repair.replacement) === undefined) return repair;
    }
  return undefined;
}

function candidates(asking: Asking, at: number): readonly Repair[] {
  const { tokens } = asking;
  const text = tokens[at]?.text ?? '';
  const found: Repair[] = [];
  for (let i = at; i >= Math.max(0, at - reach); i--) found.push(...keywordsAt(asking, i));
  // The function whose arguments the engine cannot read may be meant to be another word: `CST(a AS REAL)`.
  const open = unclosedParenthesis(tokens.slice(0, at));
  if (open !== undefined && open > 0) found.push(...keywordsAt(asking, open - 1));
  if (text === ',') found.push(removal(at, 'This comma is one too many', 'Remove the comma'));
  if (tokens[at - 1]?.text === ',')
    found.push(removal(at - 1, 'This comma is followed by nothing of its list', 'Remove the comma'));
  if (text === '.' && tokens[at - 1]?.text === '.')
    found.push(removal(at, 'This point is one too many', 'Remove the point'));
  // What stops at the parenthesis of a call stops at the call: `a COUNT(b)`.
  const isCalled = text === '(' && isPlainWord(asking, at - 1);
  if (isCalled) found.push(comma(at - 1));
  for (let i = at; i > Math.max(0, at - reach); i--) found.push(comma(i));
  // Where exactly a parenthesis is missing is often open; certain is where the engine stops, at a point the name before it.
  const inserted = (mark: string): readonly Repair[] =>
    [at, at - 1, at - 2, at - 3].map((i) => ({
      ...insertion(i, mark),
      at: text === '.' ? Math.max(0, at - 1) : at,
    }));
  const beforeArgument = tokens[at - 2];
  const isCall = beforeArgument?.kind === 'word' && !sqlKeywords.has(beforeArgument.text.toUpperCase());
  // Where none is open, one more makes the engine stop earlier, at another error: nothing is mended by that.
  if (open !== undefined) found.push(...inserted(')'));
  if (text === ')' && !isCall) found.push(removal(at, 'This `)` closes nothing', 'Remove the parenthesis'));
  found.push(...inserted('('));
  for (const word of missingWords(tokens, at))
    found.push({
      at,
      cause: `${word} seems to be missing before \`${text}\``,
      title: `Insert ${word}`,
      replacement: { from: at, to: at - 1, text: word },
    });
  return found.filter((each) => each.replacement.from >= 0);
}

/**
 * A word of SQL that is meant as the name of a table or column, which it is only in quotes: `FROM order`. Undefined where no name of the database is
 * such a word, or the engine could not read the statement with it in quotes either.
 */
export function reservedName(asking: Asking, at: number): Repair | undefined {
  const { tokens, known } = asking;
  const word = tokens[at]?.text ?? '';
  const isMeant = (i: number): boolean =>
    tokens[i]?.kind === 'word' &&
    tokens[i].text.toLowerCase() === word.toLowerCase() &&
    !isWord(tokens[i + 1], 'BY');
  if (!sqlKeywords.has(word.toUpperCase()) || !known.has(word.toLowerCase()) || !isMeant(at))
    return undefined;
  const quotedAt = (i: number): Replacement => ({ from: i, to: i, text: `"${tokens[i]?.text ?? ''}"` });
  // It may be meant further on, too; what stands before has been read.
  const all = tokens.flatMap((_, i) => (i >= at && isMeant(i) ? [quotedAt(i)] : []));
  if (isSyntax(asking.with(...all)) && isSyntax(asking.with(quotedAt(at)))) return undefined;
  return {
    at,
    cause: `\`${word}\` is a word of SQL, and as a name it stands in quotes`,
    title: `Write "${word}"`,
    replacement: quotedAt(at),
  };
}

/** Words left out before a token. Some SQLite takes for names too, so that they fit nearly anywhere: those only where they belong. */
function missingWords(tokens: readonly SqlToken[], at: number): readonly string[] {
  const isBy = isWord(tokens[at - 1], 'GROUP', 'ORDER', 'PARTITION');
  const isEnd = unendedCase(tokens.slice(0, at)) !== undefined;
  return [...(isBy ? ['BY'] : []), 'AND', 'AS', 'ON', 'FROM', ...(isEnd ? ['THEN', 'END'] : [])];
}

/** The innermost `CASE` that has no `END`. */
export function unendedCase(tokens: readonly SqlToken[]): number | undefined {
  const open: number[] = [];
  tokens.forEach((token, i) => {
    if (isWord(token, 'CASE')) open.push(i);
    else if (isWord(token, 'END')) open.pop();
  });
  return open.at(-1);
}

function keywordsAt({ tokens, known }: Asking, i: number): readonly Repair[] {
  const token = tokens[i];
  if (token?.kind !== 'word' || known.has(token.text.toLowerCase())) return [];
  return nearKeywords(token.text).map((near) => {
    const keyword = inCaseOf(token.text, near);
    return {
      at: i,
      cause: `\`${token.text}\` stands where ${near} fits`,
      title: `Write ${keyword}`,
      replacement: { from: i, to: i, text: keyword },
    };
  });
}

function removal(at: number, cause: string, title: string): Repair {
  return { at, cause, title, replacement: { from: at, to: at, text: '' } };
}

function insertion(at: number, mark: string): Repair {
  return {
    at,
    cause: `A \`${mark}\` seems to be missing before this`,
    title: `Insert ${mark}`,
    replacement: { from: at, to: at - 1, text: mark },
  };
}

function comma(at: number): Repair {
  return { ...insertion(at, ','), cause: 'A comma seems to be missing before this' };
}

function isPlainWord({ tokens }: Asking, i: number): boolean {
  const token = tokens[i];
  return token?.kind === 'quoted' || (token?.kind === 'word' && !isWord(token, ...plainFollowers));
}

const plainFollowers = [
  'AS',
  'SELECT',
  'FROM',
  'WHERE',
  'JOIN',
  'ON',
  'AND',
  'OR',
  'GROUP',
  'ORDER',
  'BY',
  'INNER',
  'LEFT',
  'LIMIT',
];
