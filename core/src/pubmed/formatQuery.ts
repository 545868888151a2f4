import { splitTag } from './fieldTable.ts';
import { operatorOf } from './operators.ts';
import { parseQuery } from './parser.ts';
import { queryKey } from './printQuery.ts';
import { isQuote } from './characterClasses.ts';
import { scanQuery } from './scanner.ts';
import type { Token } from './tree.ts';
import { wrapQuery } from './wrapQuery.ts';

/** How queries are written. */
export interface FormatOptions {
  /** Lines longer than this, in characters, are broken behind operators, the outermost first; 0 breaks none. */
  readonly lineWidth?: number;
  /** `short` writes PubMed's short tags, `[tiab]` for `[Title/Abstract]`; `keep` leaves tags as they are. */
  readonly tags?: 'keep' | 'short';
  /** Characters in front of the query on its first line (its number), which count towards the width. */
  readonly column?: number;
  /** Columns by which lines that are broken off are indented. */
  readonly indent?: number;
  /** What breaks lines. */
  readonly lineBreak?: string;
}

/**
 * Tidies the writing of a query and nothing else: operators in capitals, straight quotes, single spaces, none inside
 * parentheses or before a tag; on request short tags and lines of a limited width. Line breaks that are there, indentation and
 * comments stay where they are. Idempotent, and the result means the same as `text`: a broken query whose meaning would change
 * (an unclosed quote, say) is returned as it is.
 */
export function formatQuery(text: string, options: FormatOptions = {}): string {
  const format = (one: string): string => wrapQuery(tidyAll(one, options.tags === 'short'), options);
  const formatted = format(text);
  const isSafe = format(formatted) === formatted && fingerprint(formatted) === fingerprint(text);
  return isSafe ? formatted : text;
}

/** What must survive formatting: the meaning, and the comments. */
function fingerprint(text: string): string {
  const { root, tokens } = parseQuery(text);
  const comments = tokens
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end }) => text.slice(start, end));
  return [root === undefined ? '' : queryKey(root, new Map()), ...comments].join('\n');
}

function tidyAll(text: string, shortTags: boolean): string {
  const tokens = scanQuery(text);
  const parts: string[] = [];
  let before: Token | undefined;
  tokens.forEach((token, index) => {
    const written = text.slice(token.start, token.end);
    if (token.kind === 'space') {
      const after = tokens[index + 1];
      parts.push(/[\n\r]/.test(written) ? lineBreaks(written, after) : spaceBetween(before, after, true));
      return;
    }
    const previous = tokens[index - 1];
    if (previous !== undefined && previous.kind !== 'space') parts.push(spaceBetween(previous, token, false));
    parts.push(token.kind === 'tag' ? tidyTag(written, shortTags) : tidy(token, written));
    before = token;
  });
  return parts.join('');
}

function tidy(token: Token, written: string): string {
  switch (token.kind) {
    case 'operator':
      return operatorOf(written);
    case 'phrase':
      return tidyPhrase(written);
    default:
      return written;
  }
}

function tidyTag(written: string, short: boolean): string {
  const tidied = written
    .replace(/^\[\s+/, '[')
    .replace(/\s+\]$/, ']')
    .replace(/\s*:\s*/, ':');
  if (!short || !tidied.endsWith(']')) return tidied;
  const { field, noExplode, distance, unknownModifier } = splitTag(tidied.slice(1, -1));
  if (field === undefined || unknownModifier !== undefined) return tidied;
  const modifier = noExplode ? ':noexp' : distance === undefined ? '' : `:~${distance}`;
  const shortened = `[${field.tag}${modifier}]`;
  // `[sb]` stays: the canonical `[filter]` is longer.
  const isBetter = shortened.length < tidied.length || shortened === tidied.toLowerCase();
  return isBetter ? shortened : tidied;
}

function tidyPhrase(written: string): string {
  const last = written.charAt(written.length - 1);
  if (written.length < 2 || !isQuote(last)) return written;
  // A phrase that is wrapped onto the next line keeps its line break.
  const inner = written
    .slice(1, -1)
    .replace(/[^\S\n\r]+/g, ' ')
    .trim();
  return `"${inner}"`;
}

/** Keeps line breaks and the indentation of the next line, and drops white space at line ends. */
function lineBreaks(written: string, after: Token | undefined): string {
  const breaks = written.replace(/[^\n\r]+/g, '');
  if (after === undefined) return breaks;
  return breaks + written.slice(Math.max(written.lastIndexOf('\n'), written.lastIndexOf('\r')) + 1);
}

/** The space that belongs between two tokens on one line. */
function spaceBetween(before: Token | undefined, after: Token | undefined, isWritten: boolean): string {
  if (before === undefined || after === undefined) return '';
  if (after.kind === 'comment') return ' ';
  if (before.kind === 'open' || after.kind === 'close') return '';
  if (after.kind === 'tag') return before.kind === 'operator' ? ' ' : '';
  if (before.kind === 'colon' || after.kind === 'colon') return isWritten ? ' ' : '';
  if (before.kind === 'invalid' || after.kind === 'invalid') return isWritten ? ' ' : '';
  // A star or a subheading stuck to a phrase, and a quote stuck to a word, mean something different with a space between.
  const isStuck =
    (before.kind === 'phrase' || before.kind === 'word') &&
    (after.kind === 'phrase' || after.kind === 'word');
  if (isStuck && !isWritten) return '';
  return ' ';
}
