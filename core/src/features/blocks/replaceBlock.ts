import { parseQuery } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { lineBreakOf } from '../../text/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { spaced } from '../refactor/parts.ts';
import type { StrategyBlock } from './blockAt.ts';

/** A proposal on one line of text, without comments, which would swallow what follows; a blank line would end the query. */
export function onOneLine(query: string): string {
  const { tokens } = parseQuery(query);
  const text = tokens
    .map(({ kind, start, end }) => (kind === 'comment' ? ' ' : query.slice(start, end)))
    .join('');
  return text.replace(/\s*(?:\r\n|\r|\n)\s*/g, ' ').trim();
}

/** `query` as it may stand among operators: in parentheses unless it needs none. */
export function closed(query: string): string {
  const { root } = parseQuery(query);
  const needsNone =
    root === undefined ||
    root.kind === 'reference' ||
    (root.kind === 'group' && root.tag === undefined && query.startsWith('(')) ||
    ((root.kind === 'term' || root.kind === 'range') && root.tag !== undefined);
  return needsNone ? query : `(${query})`;
}

/**
 * The edits that put `query` in the place of a block and leave everything else: comments within the block move above its line. None where the
 * query is empty.
 */
export function replaceBlock(
  document: StrategyDocument,
  { line, range, isLine }: StrategyBlock,
  query: string,
): readonly TextEdit[] {
  const text = onOneLine(query);
  if (text === '') return [];
  return replaced(document, line, range, isLine ? text : spaced(document, range, closed(text)));
}

/** Replaces `range` of a line; comments in it, and `more` comments, go above the line. By place, none overlapping. */
export function replaced(
  document: StrategyDocument,
  line: StrategyLine,
  range: Range,
  newText: string,
  more: readonly string[] = [],
): readonly TextEdit[] {
  const lineBreak = lineBreakOf(document.text);
  const comments = [...commentsIn(line, range), ...more].map((comment) => comment + lineBreak).join('');
  const edit: TextEdit = { range, newText };
  if (comments === '') return [edit];
  const { start } = line.range;
  // What is inserted and replaced at one place is one edit: the order of two would be chance.
  return start === range.start
    ? [{ range, newText: comments + newText }]
    : [{ range: { start, end: start }, newText: comments }, edit];
}

/** Comments of a line that stand in `range`, without white space behind them. */
function commentsIn(line: StrategyLine, range: Range): readonly string[] {
  const { text, offset, tokens } = line.query;
  return tokens
    .filter(({ kind, start, end }) => kind === 'comment' && start < range.end && end > range.start)
    .map(({ start, end }) => text.slice(start - offset, end - offset).trimEnd());
}
