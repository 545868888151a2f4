import type { ChainNode, GroupNode, QueryNode, RangeNode, TermNode } from '../../pubmed/index.ts';
import { nodesOf } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { contains, touches } from '../../text/index.ts';
import type { Place } from './refactoring.ts';

/** The text of a span of the document. */
export function slice(document: StrategyDocument, { start, end }: Range): string {
  return document.text.slice(start, end);
}

/** Replaces a span. */
export function replace({ start, end }: Range, newText: string): TextEdit {
  return { range: { start, end }, newText };
}

/** Inserts at an offset. */
export function insert(at: number, newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}

/** Lines that `selection` touches. */
export function selectedLines({ document, selection }: Place): StrategyLine[] {
  return document.lines.filter(
    ({ range }) => range.start <= selection.end && range.end >= selection.start && range.end > range.start,
  );
}

/** Whether a cursor touches `range`, or a selection overlaps it. */
export function isSelected(range: Range, selection: Range): boolean {
  return selection.start === selection.end
    ? touches(range, selection.start)
    : range.start < selection.end && range.end > selection.start;
}

/** The terms (and ranges of values) at the cursor, or those that the selection overlaps. A cursor between two belongs to the first. */
export function selectedTerms(place: Place): { line: StrategyLine; term: TermNode | RangeNode }[] {
  const found = selectedLines(place).flatMap((line) =>
    [...nodesOf(line.query.root)].flatMap((node) =>
      (node.kind === 'term' || node.kind === 'range') && isSelected(node.range, place.selection)
        ? [{ line, term: node }]
        : [],
    ),
  );
  return place.selection.start === place.selection.end ? found.slice(0, 1) : found;
}

/** From the root of `line` to the innermost node that contains `range`. */
export function pathTo(line: StrategyLine, range: Range): QueryNode[] {
  const path: QueryNode[] = [];
  let node = line.query.root;
  while (node !== undefined && contains(node.range, range)) {
    path.push(node);
    const inner: readonly QueryNode[] =
      node.kind === 'chain' ? node.operands : node.kind === 'group' && node.inner ? [node.inner] : [];
    node = inner.find((one) => contains(one.range, range));
  }
  return path;
}

/** Whether the parentheses of a group are written, both of them: PMIDs side by side are a group without any. */
export function isWritten({ text }: StrategyDocument, group: GroupNode): boolean {
  let end = group.tag === undefined ? group.range.end : group.tag.range.start;
  while (/\s/.test(text.charAt(end - 1))) end--;
  return (
    text.charAt(group.range.start) === '(' &&
    text.charAt(end - 1) === ')' &&
    // In `((a)` the last one closes the inner pair.
    (group.inner?.range.end ?? end) < end
  );
}

/** `node` when it is a chain of ORs only, all of them written. */
export function orBlock(node: QueryNode | undefined): ChainNode | undefined {
  const isBlock =
    node?.kind === 'chain' &&
    node.operators.every(({ operator, implicit }) => operator === 'OR' && !implicit);
  return isBlock ? node : undefined;
}

/** Whether a comment stands in `range` of the line. */
export function hasComment(line: StrategyLine, range: Range): boolean {
  return line.query.tokens.some(
    ({ kind, start, end }) => kind === 'comment' && start < range.end && end > range.start,
  );
}

/** `newText` with the spaces that keep it apart from what stands on both sides of `range`. */
export function spaced(document: StrategyDocument, range: Range, newText: string): string {
  const before = document.text.charAt(range.start - 1);
  const after = document.text.charAt(range.end);
  const left = before === '' || /[\s(]/.test(before) ? '' : ' ';
  const right = after === '' || /[\s)]/.test(after) ? '' : ' ';
  return left + newText + right;
}

/** `1 term`, `3 terms`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
