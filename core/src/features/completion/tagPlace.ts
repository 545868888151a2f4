import type { Token } from '../../pubmed/index.ts';
import type { Range } from '../../text/index.ts';
import { physicalEnd } from '../locate.ts';

/** Longest text in brackets that is looked at. */
const LONGEST_TAG = 80;
const BOOLEAN = /\s(?:AND|OR|NOT)(?:\s|$)/;

/** Inside the brackets of a tag. */
export interface TagPlace {
  readonly kind: 'tag';
  /** The text before the brackets, without quotes. */
  readonly term: string;
  readonly isQuoted: boolean;
  /** From behind the opening bracket to the cursor. */
  readonly typed: string;
  /** What a tag takes the place of: all between the brackets, and the closing one. */
  readonly replace: Range;
}

/** The brackets of a tag around `offset`; undefined outside of any, and in brackets that belong to a name. */
export function tagPlace(
  text: string,
  lineStart: number,
  offset: number,
  tokens: readonly Token[],
): TagPlace | undefined {
  const from = Math.max(lineStart, offset - LONGEST_TAG);
  const typed = /\[([^[\]"“”„‟]*)$/.exec(text.slice(from, offset))?.[1];
  if (typed === undefined || BOOLEAN.test(typed)) return undefined;
  const bracket = offset - typed.length - 1;
  const holder = tokens[indexBefore(tokens, bracket + 1)];
  // `"[11C]PIB"`, `benzo[a]pyrene`: brackets of a name.
  if (holder?.kind === 'phrase' && holder.end > offset && /["“”]$/.test(text.slice(holder.start, holder.end)))
    return undefined;
  if (holder?.kind === 'word' && text.slice(offset, holder.end).includes(']')) return undefined;
  const after = text.slice(offset, Math.min(physicalEnd(text, offset), offset + LONGEST_TAG));
  const closed = /^([^[\]"“”()]*)\]/.exec(after);
  const isClosed = closed !== null && !BOOLEAN.test(closed[1] ?? '');
  const rest = isClosed ? closed[0].length : (/^[\w~:]*/.exec(after)?.[0].length ?? 0);
  const { term, isQuoted } = termBefore(text.slice(Math.max(lineStart, bracket - 300), bracket));
  return { kind: 'tag', term, isQuoted, typed, replace: { start: bracket + 1, end: offset + rest } };
}

/** The term that ends `text`. */
function termBefore(text: string): { term: string; isQuoted: boolean } {
  const quoted = /["“”„‟]([^"“”„‟]*)["“”„‟]\s*$/.exec(text);
  if (quoted) return { term: quoted[1] ?? '', isQuoted: true };
  const words = text.split(/[()[\]"“”&|]|(?<![\p{L}\p{N}])(?:AND|OR|NOT)(?![\p{L}\p{N}])/u).at(-1) ?? '';
  return { term: words.replace(/^\s*#?\d+[.)]?\s+/, '').trim(), isQuoted: false };
}

/** The last token that begins before `offset`; -1 for none. */
export function indexBefore(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
