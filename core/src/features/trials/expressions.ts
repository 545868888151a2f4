import { expressionOf, partsOf, resolveExpression, resolvePart } from '../../ctgov/index.ts';
import type {
  ExpressionNode,
  ExpressionToken,
  ParsedExpression,
  ResolvedExpression,
} from '../../ctgov/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { touches } from '../../text/index.ts';
import type { Range } from '../../text/index.ts';
import { lineAt, physicalEnd } from '../locate.ts';

/** What stands at an offset of a line. */
export type ExpressionPlace =
  | { readonly kind: 'line'; readonly line: StrategyLine; readonly range: Range }
  | {
      readonly kind: 'token';
      readonly line: StrategyLine;
      readonly token: ExpressionToken;
      /** The nodes that the token is part of, the outermost first. */
      readonly path: readonly ExpressionNode[];
      readonly range: Range;
    };

/** The token at `offset`; at a border the one that begins there, unless it is white space. */
export function expressionTokenAt({ tokens }: ParsedExpression, offset: number): ExpressionToken | undefined {
  const touching = tokens.filter((token) => touches(token, offset) && token.kind !== 'space');
  return touching.find(({ start }) => start === offset) ?? touching[0];
}

/** What stands at `offset`; undefined between things and in comments. Behind a line it is the line. */
export function locateExpression(document: StrategyDocument, offset: number): ExpressionPlace | undefined {
  const line = lineAt(document, offset);
  if (line === undefined) return undefined;
  if (line.numbered && offset <= line.labelRange.end) return { kind: 'line', line, range: line.labelRange };
  const { end } = line.queryRange;
  if (offset > end)
    return { kind: 'line', line, range: { start: end, end: physicalEnd(document.text, end) } };
  const expression = expressionOf(document, line);
  const token = expressionTokenAt(expression, offset);
  if (token === undefined || token.kind === 'comment') return undefined;
  const path = pathTo(expression.root, token);
  const isPart = ['operator', 'context', 'source', 'reference'].includes(token.kind);
  return { kind: 'token', line, token, path, range: isPart ? token : (path.at(-1)?.range ?? token) };
}

function pathTo(root: ExpressionNode | undefined, token: Range): readonly ExpressionNode[] {
  const path: ExpressionNode[] = [];
  const holds = ({ range }: ExpressionNode): boolean => range.start <= token.start && range.end >= token.end;
  for (
    let node = root !== undefined && holds(root) ? root : undefined;
    node !== undefined;
    node = partsOf(node).find(holds)
  )
    path.push(node);
  return path;
}

/** The expression whose numbers are of interest at a place; undefined when it cannot be searched. */
export function queryOf(document: StrategyDocument, place: ExpressionPlace): ResolvedExpression | undefined {
  const resolved = resolve(document, place);
  return resolved === undefined || 'problem' in resolved ? undefined : resolved;
}

function resolve(
  document: StrategyDocument,
  place: ExpressionPlace,
): ReturnType<typeof resolvePart> | undefined {
  if (place.kind === 'line') return resolveExpression(document, place.line.label);
  const { line, path } = place;
  const node = path.at(-1);
  if (node === undefined) return undefined;
  if (node.kind === 'reference') return resolveExpression(document, node.label);
  const around = path.slice(0, -1).filter((outer) => outer.kind === 'context');
  return resolvePart(document, line, node, around);
}
