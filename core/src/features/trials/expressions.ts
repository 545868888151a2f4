import type { ExpressionNode, ExpressionToken, ParsedExpression } from '../../ctgov/index.ts';
import { touches } from '../../text/index.ts';

/** The token at `offset`; at a border the one that begins there, unless it is white space. */
export function expressionTokenAt({ tokens }: ParsedExpression, offset: number): ExpressionToken | undefined {
  const touching = tokens.filter((token) => touches(token, offset) && token.kind !== 'space');
  return touching.find(({ start }) => start === offset) ?? touching[0];
}

/** The nodes around `offset`, the outermost first. */
export function expressionPath(
  root: ExpressionNode | undefined,
  offset: number,
  partsOf: (node: ExpressionNode) => readonly ExpressionNode[],
): readonly ExpressionNode[] {
  const path: ExpressionNode[] = [];
  for (
    let node = root !== undefined && touches(root.range, offset) ? root : undefined;
    node !== undefined;
    node = partsOf(node).findLast(({ range }) => touches(range, offset))
  )
    path.push(node);
  return path;
}
