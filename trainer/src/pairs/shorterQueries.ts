import { parseQuery, printQuery } from '@querent/core/pubmed';
import type { QueryNode } from '@querent/core/pubmed';

/** Alternatives that a group keeps, at most and at least. */
const mostKept = 12;

/**
 * The same query with fewer alternatives in each group that OR joins, from many to one: what the method writes first is what it trusts most. Concepts that AND joins all stay.
 * The query itself comes first; each text once.
 */
export function shorterQueries(query: string): readonly string[] {
  const { root, problems } = parseQuery(query);
  if (root === undefined || problems.some(({ severity }) => severity === 'error')) return [query];
  const shorter = Array.from({ length: mostKept }, (_, i) => printQuery(kept(root, mostKept - i)));
  return [...new Set([query, ...shorter])];
}

function kept(node: QueryNode, most: number): QueryNode {
  if (node.kind === 'group')
    return node.inner === undefined ? node : { ...node, inner: kept(node.inner, most) };
  if (node.kind !== 'chain') return node;
  const isAlternatives = node.operators.every(({ operator }) => operator === 'OR');
  const count = isAlternatives ? Math.min(most, node.operands.length) : node.operands.length;
  const operands = node.operands.slice(0, count).map((operand) => kept(operand, most));
  const [first] = operands;
  return operands.length === 1 && first !== undefined
    ? first
    : { ...node, operands, operators: node.operators.slice(0, count - 1) };
}
