import type { ChainNode, QueryNode, RangeNode, ReferenceNode, TermNode } from '../pubmed/index.ts';
import { SearchError } from '../search/index.ts';
import type { DocSet } from './docSet.ts';
import type { Evaluation, Part } from './evaluation.ts';

/** Answers what a tree is made of. */
export type LeafSearch = (run: Evaluation, node: TermNode | RangeNode | ReferenceNode) => Part;

/** Deeper nesting is refused; it would exhaust the stack. No real query comes near. */
const deepestNesting = 1_000;

/** Evaluates a tree, chains strictly from left to right; see `evaluate` for what becomes of parts that are left out. */
export function searchTree(run: Evaluation, start: QueryNode, leaf: LeafSearch, depth = 0): Part {
  let node: QueryNode = start;
  while (node.kind === 'group') {
    if (node.tag !== undefined)
      run.warn(
        'ignored',
        `The tag [${node.tag.text}] behind a closing parenthesis was ignored: write it behind each term.`,
      );
    if (node.inner === undefined) return run.drop('ignored', 'Empty parentheses were left out.', '()');
    node = node.inner;
  }
  if (node.kind !== 'chain') return leaf(run, node);
  if (depth >= deepestNesting)
    throw new SearchError('rejected', `Parentheses are nested more than ${deepestNesting} levels deep.`);
  return searchChain(run, node, leaf, depth + 1);
}

function searchChain(run: Evaluation, chain: ChainNode, leaf: LeafSearch, depth: number): Part {
  let result: DocSet | undefined;
  let isOwn = false;
  const texts: string[] = [];
  chain.operands.forEach((operand, i) => {
    const operator = i === 0 ? undefined : chain.operators[i - 1]?.operator;
    const part = searchTree(run, operand, leaf, depth);
    if (part.docs === undefined) return;
    if (result === undefined) {
      if (operator === 'NOT') return;
      result = part.docs;
      texts.push(part.text);
      return;
    }
    if (!isOwn) {
      result = result.clone();
      isOwn = true;
    }
    if (operator === 'OR') result.addAll(part.docs);
    else if (operator === 'NOT') result.removeAll(part.docs);
    else result.keepAll(part.docs);
    texts.push(operator ?? 'AND', part.text);
  });
  return { docs: result, text: texts.length > 1 ? `(${texts.join(' ')})` : texts.join('') };
}
