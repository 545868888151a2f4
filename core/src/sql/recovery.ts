import { tokensFrom } from './scanner.ts';
import type { SqlToken } from './scanner.ts';

const verbs =
  'SELECT|WITH|VALUES|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|EXPLAIN|PRAGMA|BEGIN|COMMIT|ROLLBACK|ATTACH|DETACH|VACUUM|ANALYZE|REINDEX|SAVEPOINT|RELEASE';

/**
 * A statement's first word at the start of a line, or indented below a line that ends with `;`. Comments and empty lines before it are of
 * the match, since they belong to what follows them.
 */
const emptyLines = String.raw`\r?\n(?:[ \t]*(?:--[^\n]*)?\r?\n){0,50}`;
const nextStatement = new RegExp(
  String.raw`(?:;[ \t]*${emptyLines}[ \t]*|${emptyLines})(?:${verbs})\b`,
  'iu',
);

/** What a text or name in quotes is glued to only where its closing quote was meant to open another one. */
const glued = /^[\p{L}\p{N}_%'"`]/u;

/**
 * The tokens of a document. As `scanSql`, but a quote that is never closed ends before the next statement on a line of its own, so that it spoils
 * its own statement only. A text of several lines that holds such a line and is closed as it should be stays whole.
 */
export function scanDocument(text: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let from = 0;
  while (from < text.length) {
    let cut: SqlToken | undefined;
    for (const token of tokensFrom(text, from)) {
      cut = brokenAt(text, token);
      tokens.push(cut ?? token);
      from = (cut ?? token).end;
      if (cut !== undefined) break;
    }
  }
  return tokens;
}

function isQuote({ kind }: SqlToken): boolean {
  return kind === 'string' || kind === 'quoted' || kind === 'blob';
}

/** The part of a token that is in its statement; undefined where the token is as it should be. */
function brokenAt(text: string, token: SqlToken): SqlToken | undefined {
  const place = placeOfNext(token);
  if (place === undefined || (token.isClosed && isPlausible(text, token))) return undefined;
  return { ...token, end: token.start + place, text: token.text.slice(0, place), isClosed: false };
}

function placeOfNext(token: SqlToken): number | undefined {
  if (!isQuote(token) || !token.text.includes('\n')) return undefined;
  const match = nextStatement.exec(token.text);
  if (match === null) return undefined;
  return match.index + (match[0].startsWith(';') ? 1 : 0);
}

/** Whether what follows a text of several lines reads as the rest of its statement: otherwise the quotes are inside out. */
function isPlausible(text: string, token: SqlToken): boolean {
  if (glued.test(text.slice(token.end, token.end + 2))) return false;
  for (const next of tokensFrom(text, token.end)) {
    if (next.text === ';') return true;
    if (isQuote(next) && (!next.isClosed || placeOfNext(next) !== undefined)) return false;
    // Outside of quotes a line that begins a statement ends the looking, too.
    if (next.kind === 'space' && next.text.includes('\n') && startsStatement(text, next.end)) return true;
  }
  return true;
}

const statementHere = new RegExp(String.raw`(?:${verbs})\b`, 'iuy');

function startsStatement(text: string, at: number): boolean {
  statementHere.lastIndex = at;
  return statementHere.test(text);
}
