import type { ChainNode } from '../pubmed/index.ts';

/** Whether the operators on both sides of an operand are written, so that it can lose its parentheses. */
export function hasWrittenOperators(chain: ChainNode, index: number): boolean {
  const before = chain.operators[index - 1];
  const after = chain.operators[index];
  return before?.implicit !== true && after?.implicit !== true;
}
