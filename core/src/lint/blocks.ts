import { printTerm } from '../pubmed/index.ts';
import type { ChainNode, ParsedQuery, QueryNode, ReferenceNode, TermNode } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';

/** Where an operand stands: what has to be touched when it is removed or gets company. */
export interface Place {
  /** Undefined when the operand is the whole query. */
  readonly chain: ChainNode | undefined;
  readonly index: number;
  /** The operand with parentheses that hold nothing else. */
  readonly range: Range;
}

/** A term of a block. */
export interface Leaf {
  readonly term: TermNode;
  readonly place: Place;
}

/** Operands that PubMed ORs with each other, parentheses seen through: what searchers call a concept. One operand is a block, too. */
export interface Block {
  readonly leaves: readonly Leaf[];
  readonly references: readonly ReferenceNode[];
  /** It is the whole query, so that other lines may OR it with more. */
  readonly isWhole: boolean;
  /** It stands to the right of a NOT. */
  readonly isExcluded: boolean;
  /** Operands that are no terms: combinations with AND, ranges. What they search is not looked at. */
  readonly hasOthers: boolean;
}

interface Draft extends Block {
  readonly leaves: Leaf[];
  readonly references: ReferenceNode[];
  hasOthers: boolean;
}

/**
 * The blocks of a query in the order of the text. PubMed evaluates from left to right, so in `a OR b AND c OR d` the blocks are {a, b},
 * {c} and {d}, the last of which is ORed with all before it.
 */
function blocksOf(root: QueryNode | undefined): readonly Block[] {
  const blocks: Draft[] = [];
  if (root !== undefined)
    collect(root, { chain: undefined, index: 0, range: root.range }, true, false, blocks);
  return blocks;
}

function newBlock(isWhole: boolean, isExcluded: boolean, blocks: Draft[]): Draft {
  const block: Draft = { leaves: [], references: [], isWhole, isExcluded, hasOthers: false };
  blocks.push(block);
  return block;
}

/** Parentheses off. The parser allows 200 levels, so that recursion is safe here. */
function bare(node: QueryNode): QueryNode {
  let inner = node;
  while (inner.kind === 'group' && inner.inner !== undefined) inner = inner.inner;
  return inner;
}

function collect(
  start: QueryNode,
  place: Place,
  isWhole: boolean,
  isExcluded: boolean,
  blocks: Draft[],
): void {
  const node = bare(start);
  if (node.kind !== 'chain') {
    addOperand(node, place, newBlock(isWhole, isExcluded, blocks), isExcluded, blocks);
    return;
  }
  const isUniform = isOrChain(node);
  let block: Draft | undefined;
  node.operands.forEach((operand, index) => {
    const before = node.operators[index - 1]?.operator;
    const excluded = isExcluded || before === 'NOT';
    if (block === undefined || before !== 'OR') {
      block = newBlock(isWhole && isUniform, excluded, blocks);
      // `a AND b OR c`: c is ORed with all that stands before it, not with b alone.
      if (before === 'OR') block.hasOthers = true;
    }
    addOperand(operand, { chain: node, index, range: operand.range }, block, excluded, blocks);
    if (before !== 'OR' && index > 0) block = undefined;
  });
}

function isOrChain(chain: ChainNode): boolean {
  return chain.operators.every(({ operator }) => operator === 'OR');
}

function addOperand(
  operand: QueryNode,
  place: Place,
  block: Draft,
  isExcluded: boolean,
  blocks: Draft[],
): void {
  const node = bare(operand);
  switch (node.kind) {
    case 'term':
      block.leaves.push({ term: node, place });
      return;
    case 'reference':
      block.references.push(node);
      return;
    case 'chain':
      if (isOrChain(node)) {
        node.operands.forEach((inner, index) => {
          addOperand(inner, { chain: node, index, range: inner.range }, block, isExcluded, blocks);
        });
        return;
      }
      block.hasOthers = true;
      collect(node, place, false, isExcluded, blocks);
      return;
    default:
      block.hasOthers = true;
  }
}

const keys = new WeakMap<TermNode, string>();

/** What two terms have in common that are the same but for case and the spelling of tags; worked out once a term. */
export function keyOf(term: TermNode): string {
  let key = keys.get(term);
  if (key === undefined) keys.set(term, (key = printTerm(term).toLowerCase()));
  return key;
}

const known = new WeakMap<ParsedQuery, readonly Block[]>();

/** The blocks of `query`; remembered, for several families of rules ask for them. */
export function blocksIn(query: ParsedQuery): readonly Block[] {
  let blocks = known.get(query);
  if (blocks === undefined) known.set(query, (blocks = blocksOf(query.root)));
  return blocks;
}
