import type { QueryNode } from './tree.ts';

/** Lists made so far; the rules of a query all walk the same tree. */
const lists = new WeakMap<QueryNode, readonly QueryNode[]>();
/** Longer lists are made anew, so that lists of nested groups cannot fill the memory. */
const LONGEST_KEPT = 5000;

/** Every node of a query, parents first, in the order of the text. Iterates, so deep trees cost no stack. */
export function nodesOf(root: QueryNode | undefined): readonly QueryNode[] {
  if (root === undefined) return [];
  const known = lists.get(root);
  if (known !== undefined) return known;
  const nodes: QueryNode[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node);
    if (node.kind === 'group') {
      if (node.inner !== undefined) open.push(node.inner);
    } else if (node.kind === 'chain') {
      for (let i = node.operands.length - 1; i >= 0; i--) {
        const operand = node.operands[i];
        if (operand !== undefined) open.push(operand);
      }
    }
  }
  if (nodes.length <= LONGEST_KEPT) lists.set(root, nodes);
  return nodes;
}
