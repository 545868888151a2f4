import type { Range } from '../text/index.ts';
import type { ChainNode, Operator, QueryNode, RangeNode, ReferenceNode, TermNode } from './tree.ts';

/** How a part stands to its neighbours: one of several joined by OR or AND; what NOT takes away, and what it is taken from. */
export type PartRole = 'OR' | 'AND' | 'NOT' | 'FROM' | 'ALONE';

/**
 * A part of a query that finds records of its own: a term, a range, a reference, empty parentheses, or a block of parts that are all
 * joined by one operator.
 */
export type QueryPart = {
  readonly range: Range;
  /** `ALONE` for the whole query. */
  readonly role: PartRole;
  /** Position of the block that it stands in, in the list of parts; -1 for the whole query. */
  readonly parent: number;
  /** 0 for the whole query. */
  readonly depth: number;
} & (
  | { readonly kind: 'leaf'; readonly node: TermNode | RangeNode | ReferenceNode | undefined }
  | { readonly kind: 'block'; readonly operator: Operator; readonly children: readonly number[] }
);

/** The parts made so far; whoever looks at a query walks the same list. */
const known = new WeakMap<QueryNode, readonly QueryPart[]>();

/**
 * The parts of a query, blocks before what stands in them, in the order of the text. Parentheses are seen through where they change
 * nothing, and a mixed chain is written out as PubMed evaluates it: `a OR b AND c` is an AND of the block `a OR b` and of `c`. Queries
 * with the same canonical key have the same parts, whatever their parentheses, so that numbers computed for one hold for the other.
 */
export function partsOf(root: QueryNode): readonly QueryPart[] {
  let parts = known.get(root);
  if (parts === undefined) known.set(root, (parts = inOrder(read(root))));
  return parts;
}

interface Leaf {
  readonly range: Range;
  readonly node: TermNode | RangeNode | ReferenceNode | undefined;
}

interface Block {
  range: Range;
  readonly operator: Operator;
  readonly operands: (Leaf | Block)[];
}

/** Recursion is safe: the parser allows 200 levels of parentheses. */
function read(node: QueryNode): Leaf | Block {
  switch (node.kind) {
    case 'group': {
      if (node.inner === undefined) return { range: node.range, node: undefined };
      const inner = read(node.inner);
      if ('operands' in inner) inner.range = node.range;
      return inner;
    }
    case 'chain':
      return readChain(node);
    default:
      return { range: node.range, node };
  }
}

function readChain(chain: ChainNode): Leaf | Block {
  let result: Leaf | Block | undefined;
  chain.operands.forEach((operand, i) => {
    const next = read(operand);
    result = result === undefined ? next : join(result, chain.operators[i - 1]?.operator ?? 'AND', next);
  });
  return result ?? { range: chain.range, node: undefined };
}

function join(before: Leaf | Block, operator: Operator, next: Leaf | Block): Block {
  const range = { start: before.range.start, end: next.range.end };
  const block: Block =
    'operands' in before && before.operator === operator ? before : { range, operator, operands: [before] };
  block.range = range;
  if (operator !== 'NOT' && 'operands' in next && next.operator === operator)
    for (const one of next.operands) block.operands.push(one);
  else block.operands.push(next);
  return block;
}

/** With a stack of our own: a chain that changes its operator a thousand times is a thousand blocks deep. */
function inOrder(root: Leaf | Block): readonly QueryPart[] {
  interface Waiting {
    readonly at: Leaf | Block;
    readonly role: PartRole;
    readonly parent: number;
    readonly depth: number;
  }
  const parts: QueryPart[] = [];
  const childrenOf: number[][] = [];
  const work: Waiting[] = [{ at: root, role: 'ALONE', parent: -1, depth: 0 }];
  for (let top = work.pop(); top !== undefined; top = work.pop()) {
    const { at, ...place } = top;
    const number = parts.length;
    const children: number[] = [];
    childrenOf.push(children);
    childrenOf[place.parent]?.push(number);
    if (!('operands' in at)) {
      parts.push({ kind: 'leaf', range: at.range, node: at.node, ...place });
      continue;
    }
    const { operator, operands, range } = at;
    parts.push({ kind: 'block', range, operator, children, ...place });
    for (let i = operands.length - 1; i >= 0; i--) {
      const operand = operands[i];
      const role = operator === 'NOT' && i === 0 ? 'FROM' : operator;
      if (operand !== undefined) work.push({ at: operand, role, parent: number, depth: place.depth + 1 });
    }
  }
  return parts;
}
