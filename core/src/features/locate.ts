import type { ChainNode, ChainOperator, QueryNode, ResolvedQuery, Tag } from '../pubmed/index.ts';
import { nodesOf, queryKey } from '../pubmed/index.ts';
import type { FrontMatter, StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { frontMatterKeys, isUnresolvable, resolveLine } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { touches } from '../text/index.ts';

/** What stands at an offset of a strategy document. */
export type Located =
  | {
      readonly kind: 'frontMatter';
      readonly frontMatter: FrontMatter;
      readonly key: string | undefined;
      readonly range: Range;
    }
  | { readonly kind: 'line'; readonly line: StrategyLine; readonly range: Range }
  | {
      readonly kind: 'node';
      readonly line: StrategyLine;
      /** From the line's root to the innermost node at the offset; never empty. */
      readonly path: readonly QueryNode[];
      readonly node: QueryNode;
      readonly range: Range;
    }
  | {
      readonly kind: 'tag';
      readonly line: StrategyLine;
      readonly node: QueryNode;
      readonly tag: Tag;
      readonly range: Range;
    }
  | {
      readonly kind: 'operator';
      readonly line: StrategyLine;
      readonly chain: ChainNode;
      readonly operator: ChainOperator;
      readonly range: Range;
    };

/** The innermost thing at `offset`; undefined between things. Offsets outside the text find nothing. */
export function locate(document: StrategyDocument, offset: number): Located | undefined {
  const { frontMatter } = document;
  if (frontMatter && offset >= frontMatter.range.start && offset <= frontMatter.range.end) {
    return inFrontMatter(document.text, frontMatter, offset);
  }
  const line = lineAt(document, offset);
  if (!line) return undefined;
  if (line.numbered && offset <= line.labelRange.end) return { kind: 'line', line, range: line.labelRange };
  if (offset > line.queryRange.end) return { kind: 'line', line, range: endRange(document, line) };
  return inQuery(line, offset) ?? undefined;
}

function inFrontMatter(text: string, frontMatter: FrontMatter, offset: number): Located {
  const value = Object.entries(frontMatter.valueRanges).find(([, range]) => touches(range, offset));
  if (value) return { kind: 'frontMatter', frontMatter, key: value[0], range: value[1] };
  const start = physicalStart(text, offset);
  const key = /^[a-z]+(?=\s*:)/i.exec(text.slice(start, start + 40))?.[0];
  return key !== undefined && Object.hasOwn(frontMatterKeys, key) && offset <= start + key.length
    ? { kind: 'frontMatter', frontMatter, key, range: { start, end: start + key.length } }
    : { kind: 'frontMatter', frontMatter, key: undefined, range: frontMatter.range };
}

/** The line whose text, its end of the physical line included, holds `offset`. */
export function lineAt(document: StrategyDocument, offset: number): StrategyLine | undefined {
  let low = 0;
  let high = document.lines.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const line = document.lines[middle];
    if (!line) return undefined;
    if (offset < line.range.start) high = middle - 1;
    else if (offset > endRange(document, line).end) low = middle + 1;
    else return line;
  }
  return undefined;
}

/** From the end of a line's query to the end of the physical line it ends on. */
function endRange(document: StrategyDocument, line: StrategyLine): Range {
  return { start: line.range.end, end: physicalEnd(document.text, line.range.end) };
}

/** Offset of the line break, or of the end of the text, at or behind `offset`. */
export function physicalEnd(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
  return end;
}

/** Offset of the first character of the physical line that holds `offset`. */
export function physicalStart(text: string, offset: number): number {
  let start = Math.min(offset, text.length);
  while (start > 0 && text.charCodeAt(start - 1) !== 10 && text.charCodeAt(start - 1) !== 13) start--;
  return start;
}

function inQuery(line: StrategyLine, offset: number): Located | undefined {
  const { root } = line.query;
  if (!root || !touches(root.range, offset)) return undefined;
  const path: QueryNode[] = [root];
  for (let node: QueryNode = root; ;) {
    const tag = 'tag' in node ? node.tag : undefined;
    if (tag && offset >= tag.range.start && offset <= tag.range.end)
      return { kind: 'tag', line, node, tag, range: tag.range };
    const inner = childAt(node, offset);
    if (!inner) break;
    node = inner;
    path.push(node);
  }
  const node = path.at(-1) ?? root;
  if (node.kind === 'chain') {
    const operator = node.operators.find((one) => !one.implicit && touches(one.range, offset));
    if (operator) return { kind: 'operator', line, chain: node, operator, range: operator.range };
  }
  return { kind: 'node', line, path, node, range: node.range };
}

function childAt(node: QueryNode, offset: number): QueryNode | undefined {
  if (node.kind === 'group') return node.inner && touches(node.inner.range, offset) ? node.inner : undefined;
  if (node.kind !== 'chain') return undefined;
  let low = 0;
  let high = node.operands.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((node.operands[middle]?.range.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const operand = node.operands[low];
  return operand && touches(operand.range, offset) ? operand : undefined;
}

/** `node` as a query of its own, its references resolved; undefined when one of them cannot be. */
export function partQuery(document: StrategyDocument, node: QueryNode): ResolvedQuery | undefined {
  const references = new Map<string, ResolvedQuery>();
  for (const part of nodesOf(node)) {
    if (part.kind !== 'reference') continue;
    const resolved = resolveLine(document, part.label);
    if (isUnresolvable(resolved)) return undefined;
    references.set(part.label, resolved);
  }
  return { root: node, references, key: queryKey(node, references) };
}
