import type { ExpressionNode } from './tree.ts';

/** `root` and every node below it, a parent before its parts, in the order of the text. Iterates. */
export function* expressionNodes(root: ExpressionNode | undefined): Generator<ExpressionNode> {
  const work: ExpressionNode[] = root === undefined ? [] : [root];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    yield node;
    const parts = partsOf(node);
    for (let index = parts.length - 1; index >= 0; index--) {
      const part = parts[index];
      if (part !== undefined) work.push(part);
    }
  }
}

/** The parts directly below a node, in the order of the text. */
export function partsOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands;
    case 'not':
    case 'context':
      return node.operand === undefined ? [] : [node.operand];
    case 'group':
      return node.inner === undefined ? [] : [node.inner];
    default:
      return [];
  }
}
