import type { QueryNode } from './tree.ts';

/** Every node of a query, parents first, in the order of the text. Iterates, so deep trees cost no stack. */
export function* nodesOf(root: QueryNode | undefined): Generator<QueryNode> {
  const open = root === undefined ? [] : [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    if (node.kind === 'group' && node.inner !== undefined) open.push(node.inner);
    else if (node.kind === 'chain') for (const operand of node.operands.toReversed()) open.push(operand);
  }
}
