import type { SqlToken } from '../scanner.ts';
import type { Asking } from './asking.ts';
import { isSyntax } from './culprits.ts';

/** A quote put somewhere with which the engine can read the statement. */
export interface QuoteRepair {
  /** Offset in the statement at which the text or name begins that lacks a quote. */
  readonly start: number;
  /** Where the quote goes. */
  readonly insertAt: number;
  readonly mark: string;
  readonly isOpening: boolean;
}

const closingMarks: Readonly<Record<string, string>> = { '[': ']' };

/**
 * Where a quote is missing, when one is. All texts from there on are turned inside out, so that the engine stops anywhere behind it;
 * so each place where a text may begin or end is tried, nearest to where it stops first.
 * @param at the token at which the engine stops
 */
export function quoteRepair(asking: Asking, at: number): QuoteRepair | undefined {
  const open = asking.tokens.find(({ isClosed }) => !isClosed);
  if (open === undefined) return undefined;
  const opening = open.text.charAt(0).toLowerCase() === 'x' ? "'" : open.text.charAt(0);
  const mark = closingMarks[opening] ?? opening;
  const stop = asking.tokens[at]?.start ?? asking.end;
  const quoted = asking.tokens.filter(
    ({ kind, text }) => (kind === 'string' || kind === 'quoted' || kind === 'blob') && text.includes(opening),
  );
  // What begins before the stop may lack its end. A text that begins there, or behind it, may be the end of one that lacks its beginning.
  const before = quoted.filter(({ start }) => start < stop).reverse();
  const here = quoted.filter(({ start }) => start === stop);
  const behind = quoted.filter(({ start }) => start > stop).slice(0, 1);
  // The engine reads the first word of a text without its beginning as a name: `= san francisco'`.
  const word = asking.tokens[at - 1];
  // `France'` closes a text, `'France` opens one.
  const closes =
    /[^\s(,=]$/u.test(asking.text.slice(0, stop)) || /^.(?:$|[\s),;])/u.test(asking.text.slice(stop));
  return (
    closed(asking, before, mark) ??
    (closes ? undefined : closed(asking, here, mark)) ??
    opened(asking, here, mark, 0) ??
    opened(asking, behind, mark, word?.kind === 'word' ? word.start : stop) ??
    closed(asking, here, mark)
  );
}

function closed(asking: Asking, texts: readonly SqlToken[], mark: string): QuoteRepair | undefined {
  for (const { start, end } of texts)
    for (const insertAt of boundaries(asking.text, start + 1, end))
      if (reads(asking, insertAt, mark)) return { start, insertAt, mark, isOpening: false };
  return undefined;
}

function opened(
  asking: Asking,
  texts: readonly SqlToken[],
  mark: string,
  from: number,
): QuoteRepair | undefined {
  if (mark === ']') return undefined;
  for (const { start } of texts)
    for (const insertAt of beginnings(asking.text, start))
      if (insertAt >= from && reads(asking, insertAt, mark))
        return { start: insertAt, insertAt, mark, isOpening: true };
  return undefined;
}

function reads(asking: Asking, at: number, mark: string): boolean {
  // Beside another one it would be a quote within a text.
  if (asking.text.charAt(at - 1) === mark || asking.text.charAt(at) === mark) return false;
  return !isSyntax(asking.variant(asking.text.slice(0, at) + mark + asking.text.slice(at)));
}

/** Ends of words from a place on, the nearest first, bounded. */
function boundaries(text: string, from: number, to: number): readonly number[] {
  const found: number[] = [];
  for (let i = from; i <= to && found.length < 30; i++)
    if (!/\s/u.test(text.charAt(i - 1)) && /^$|[\s(),;=<>.]/u.test(text.charAt(i))) found.push(i);
  return found;
}

/** Beginnings of words before a place, the nearest first, bounded to a few words of the same line. */
function beginnings(text: string, before: number): readonly number[] {
  const found: number[] = [];
  for (let i = before - 1; i >= 0 && found.length < 8 && text.charAt(i) !== '\n'; i--)
    if (!/[\s(),;=<>.]/u.test(text.charAt(i)) && /^$|[\s(),;=<>.]/u.test(text.charAt(i - 1))) found.push(i);
  return found;
}
