import { partsOf } from '../../pubmed/index.ts';
import type { QueryNode } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import { contains, touches } from '../../text/index.ts';
import { lineAt } from '../locate.ts';
import { isWritten, pathTo } from '../refactor/parts.ts';

/** Part of a strategy that is thought about, and rewritten, as one: the terms of a concept. */
export interface StrategyBlock {
  readonly line: StrategyLine;
  /** What is replaced when the block is: with its parentheses, without comments at its ends. */
  readonly range: Range;
  /** Whether it is all of the line's query. */
  readonly isLine: boolean;
}

/**
 * The innermost block at `offset`: parentheses or terms joined by OR only, and where there are none, the whole query of the line. Undefined where
 * there is no query.
 */
export function blockAt(document: StrategyDocument, offset: number): StrategyBlock | undefined {
  const line = lineAt(document, offset);
  const root = line?.query.root;
  if (line === undefined || root === undefined) return undefined;
  const whole: StrategyBlock = { line, range: line.queryRange, isLine: true };
  const found = innermost([...writtenBlocks(document, line, offset), ...impliedBlocks(root, offset)]);
  if (found === undefined || contains(found, root.range)) return whole;
  return { line, range: found, isLine: false };
}

/** Parentheses around the offset that hold one term, or terms joined by OR. */
function writtenBlocks(document: StrategyDocument, line: StrategyLine, offset: number): Range[] {
  return pathTo(line, { start: offset, end: offset }).flatMap((node) =>
    node.kind === 'group' &&
    node.tag === undefined &&
    node.inner !== undefined &&
    isWritten(document, node) &&
    isAlternatives(node.inner)
      ? [node.range]
      : [],
  );
}

function isAlternatives(node: QueryNode): boolean {
  if (node.kind === 'chain') return node.operators.every(({ operator }) => operator === 'OR');
  return node.kind !== 'group';
}

/** What PubMed reads as a block though no parentheses say so: `a OR b` in `a OR b AND c`. */
function impliedBlocks(root: QueryNode, offset: number): Range[] {
  return partsOf(root).flatMap((part) =>
    part.kind === 'block' && part.operator === 'OR' && touches(part.range, offset) ? [part.range] : [],
  );
}

function innermost(ranges: readonly Range[]): Range | undefined {
  const size = ({ start, end }: Range): number => end - start;
  return ranges.reduce<Range | undefined>(
    (best, one) => (best === undefined || size(one) < size(best) ? one : best),
    undefined,
  );
}
