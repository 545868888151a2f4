import type {
  ChainNode,
  ParsedQuery,
  QueryNode,
  RangeNode,
  ReferenceNode,
  TermNode,
} from '../pubmed/index.ts';
import type { Block, Leaf, Place } from './blocks.ts';
import { repeatsIn } from './repeats.ts';
import { Has } from './has.ts';
import { TermReader } from './termReader.ts';
import { textFieldOf } from './textFields.ts';

/** Which operators a chain has, as bits. */
export const Joins = { and: 1, or: 2, not: 4, implicit: 8 } as const;

/** A chain with what its operators are. */
export interface ChainFacts {
  readonly chain: ChainNode;
  /** Bits of {@link Joins}. */
  readonly joins: number;
  /** One of its operands is no term. */
  readonly hasOthers: boolean;
}

/** What the rules ask about a query, found in one walk through its tree; all in the order of the text. */
export interface QueryFacts {
  readonly query: ParsedQuery;
  /** Every term. */
  readonly leaves: readonly Leaf[];
  /** Terms with a tag of a field that is neither text nor a heading, of which most queries have few. */
  readonly valued: readonly Leaf[];
  /** Terms of `[mh]` and `[majr]`. */
  readonly headings: readonly Leaf[];
  /** Bits of `Has` of all terms together. */
  readonly has: number;
  readonly chains: readonly ChainFacts[];
  readonly ranges: readonly RangeNode[];
  readonly hasGroups: boolean;
  /** Operands that are ORed with each other. */
  readonly blocks: readonly Block[];
}

/** A longer term is no list of words that anybody compares. */
const MAXIMUM_WORDS = 40;
const MAXIMUM_LENGTH = 400;

interface Draft extends Block {
  readonly leaves: Leaf[];
  readonly references: ReferenceNode[];
  repeats: ReadonlySet<Leaf>;
  hasOthers: boolean;
}

/**
 * Reads a query. Blocks: PubMed evaluates from left to right, so in `a OR b AND c OR d` they are {a, b}, {c} and {d}, the last of
 * which is ORed with all before it. Recursion is safe: the parser allows 200 levels of parentheses.
 */
export function factsOf(query: ParsedQuery): QueryFacts {
  return new Walk(query).facts;
}

/** The blocks of `query`. */
export function blocksIn(query: ParsedQuery): readonly Block[] {
  return factsOf(query).blocks;
}

class Walk {
  readonly #reader = new TermReader();
  readonly #leaves: Leaf[] = [];
  readonly #valued: Leaf[] = [];
  readonly #headings: Leaf[] = [];
  readonly #chains: ChainFacts[] = [];
  readonly #ranges: RangeNode[] = [];
  readonly #blocks: Draft[] = [];
  #has = 0;
  #hasGroups = false;
  readonly facts: QueryFacts;

  constructor(query: ParsedQuery) {
    const { root } = query;
    if (root !== undefined) this.#blocksOf(root, true, false);
    for (const block of this.#blocks) block.repeats = repeatsIn(block.leaves);
    this.facts = {
      query,
      leaves: this.#leaves,
      valued: this.#valued,
      headings: this.#headings,
      has: this.#has,
      chains: this.#chains,
      ranges: this.#ranges,
      hasGroups: this.#hasGroups,
      blocks: this.#blocks,
    };
  }

  #newBlock(isWhole: boolean, isExcluded: boolean): Draft {
    const block: Draft = {
      leaves: [],
      repeats: repeatsIn([]),
      references: [],
      isWhole,
      isExcluded,
      hasOthers: false,
    };
    this.#blocks.push(block);
    return block;
  }

  /** Parentheses off. */
  #bare(node: QueryNode): QueryNode {
    let inner = node;
    while (inner.kind === 'group') {
      this.#hasGroups = true;
      if (inner.inner === undefined) return inner;
      inner = inner.inner;
    }
    return inner;
  }

  #blocksOf(start: QueryNode, isWhole: boolean, isExcluded: boolean): void {
    const node = this.#bare(start);
    if (node.kind === 'chain') this.#blocksOfChain(node, this.#joinsOf(node), isWhole, isExcluded);
    else this.#operand(node, undefined, 0, start, this.#newBlock(isWhole, isExcluded), isExcluded);
  }

  #blocksOfChain(chain: ChainNode, joins: number, isWhole: boolean, isExcluded: boolean): void {
    const isUniform = isOred(joins);
    let block: Draft | undefined;
    for (let index = 0; index < chain.operands.length; index++) {
      const operand = chain.operands[index];
      if (operand === undefined) continue;
      const before = chain.operators[index - 1]?.operator;
      const excluded = isExcluded || before === 'NOT';
      if (block === undefined || before !== 'OR') {
        block = this.#newBlock(isWhole && isUniform, excluded);
        // `a AND b OR c`: c is ORed with all that stands before it, not with b alone.
        if (before === 'OR') block.hasOthers = true;
      }
      this.#operand(this.#bare(operand), chain, index, operand, block, excluded);
      if (before !== 'OR' && index > 0) block = undefined;
    }
  }

  #joinsOf(chain: ChainNode): number {
    let joins = 0;
    for (const { operator, implicit } of chain.operators) {
      joins |= operator === 'OR' ? Joins.or : operator === 'AND' ? Joins.and : Joins.not;
      if (implicit) joins |= Joins.implicit;
    }
    const hasOthers = chain.operands.some(({ kind }) => kind !== 'term');
    this.#chains.push({ chain, joins, hasOthers });
    return joins;
  }

  /** @param written the operand with its parentheses */
  #operand(
    node: QueryNode,
    chain: ChainNode | undefined,
    index: number,
    written: QueryNode,
    block: Draft,
    isExcluded: boolean,
  ): void {
    switch (node.kind) {
      case 'term':
        this.#leaf(node, { chain, index, range: written.range }, block);
        return;
      case 'reference':
        block.references.push(node);
        return;
      case 'chain': {
        const joins = this.#joinsOf(node);
        if (!isOred(joins)) {
          block.hasOthers = true;
          this.#blocksOfChain(node, joins, false, isExcluded);
          return;
        }
        for (let i = 0; i < node.operands.length; i++) {
          const operand = node.operands[i];
          if (operand !== undefined) this.#operand(this.#bare(operand), node, i, operand, block, isExcluded);
        }
        return;
      }
      case 'range':
        this.#ranges.push(node);
        block.hasOthers = true;
        return;
      default:
        block.hasOthers = true;
    }
  }

  #leaf(term: TermNode, { chain, index, range }: Place, block: Draft): void {
    const reader = this.#reader;
    reader.read(term.text);
    const { has, hash, words } = reader;
    const isText =
      words.length > 0 &&
      words.length <= MAXIMUM_WORDS &&
      term.text.length <= MAXIMUM_LENGTH &&
      (has & Has.brokenWord) === 0;
    const field = textFieldOf(term.tag);
    const leaf: Leaf = {
      term,
      chain,
      index,
      range,
      at: this.#leaves.length,
      has,
      hash,
      words,
      field: isText ? field : undefined,
    };
    this.#leaves.push(leaf);
    block.leaves.push(leaf);
    this.#has |= has;
    if (field === undefined) {
      const tagged = term.tag?.field;
      if (tagged === 'mh' || tagged === 'majr') this.#headings.push(leaf);
      else this.#valued.push(leaf);
    }
  }
}

const isOred = (joins: number): boolean => (joins & ~(Joins.or | Joins.implicit)) === 0;
