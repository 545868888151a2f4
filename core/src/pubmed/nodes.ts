import type { QueryNode } from './tree.ts';

/** Lists made so far; all who look at a query walk the same tree. */
const lists = new WeakMap<QueryNode, readonly QueryNode[]>();
/** Longer lists are made anew, so that lists of nested groups cannot fill the memory. */
const LONGEST_KEPT = 5000;

/** Every node of a query, parents first, in the order of the text. Iterates, so deep trees cost no stack. */
export function nodesOf(root: QueryNode | undefined): readonly QueryNode[] {
  if (root === undefined) return [];
  const known = lists.get(root);
  if (known !== undefined) return known;
  const nodes = walk(root);
  if (nodes.length <= LONGEST_KEPT) lists.set(root, nodes);
  return nodes;
}

function walk(root: QueryNode): readonly QueryNode[] {
  const nodes: QueryNode[] = [];
  /** The chains around the one that is walked, each with the operand to go on with. */
  const around: { readonly operands: readonly QueryNode[]; readonly next: number }[] = [];
  let operands: readonly QueryNode[] = [root];
  let next = 0;
  for (;;) {
    let node = operands[next++];
    if (node === undefined) {
      const outer = around.pop();
      if (outer === undefined) return nodes;
      ({ operands, next } = outer);
      continue;
    }
    nodes.push(node);
    while (node?.kind === 'group') {
      node = node.inner;
      if (node !== undefined) nodes.push(node);
    }
    if (node?.kind === 'chain') {
      around.push({ operands, next });
      operands = node.operands;
      next = 0;
    }
  }
}
