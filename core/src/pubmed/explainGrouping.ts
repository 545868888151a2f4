import { printQuery, printRange, printTerm } from './printQuery.ts';
import type { ChainNode, QueryNode } from './tree.ts';

/**
 * Where the implied parentheses of a mixed chain close, given as the number of operands that stand inside: PubMed
 * evaluates from left to right, so `a OR b AND c` is `(a OR b) AND c` and gives [2]. Empty for a chain that is not mixed.
 */
export function impliedGroups(chain: ChainNode): readonly number[] {
  const groups: number[] = [];
  chain.operators.forEach(({ operator }, index) => {
    const before = chain.operators[index - 1];
    if (before !== undefined && (operator === 'OR') !== (before.operator === 'OR')) groups.push(index + 1);
  });
  return groups;
}

/**
 * The query with the parentheses that PubMed's left-to-right evaluation implies written out, for hovers; undefined when
 * no level mixes OR with AND or NOT.
 */
export function explainGrouping(node: QueryNode): string | undefined {
  const state = { isMixed: false };
  const text = explain(node, state);
  return state.isMixed ? text : undefined;
}

function explain(node: QueryNode, state: { isMixed: boolean }): string {
  switch (node.kind) {
    case 'term':
      return printTerm(node);
    case 'range':
      return printRange(node);
    case 'reference':
      return printQuery(node);
    case 'group':
      return node.inner === undefined ? '' : `(${explain(node.inner, state)})`;
    case 'chain': {
      const groups = new Set(impliedGroups(node));
      if (groups.size > 0) state.isMixed = true;
      const parts = ['('.repeat(groups.size)];
      node.operands.forEach((operand, index) => {
        const operator = node.operators[index - 1];
        if (operator !== undefined) parts.push(` ${operator.operator} `);
        parts.push(explain(operand, state));
        if (groups.has(index + 1)) parts.push(')');
      });
      return parts.join('');
    }
  }
}
