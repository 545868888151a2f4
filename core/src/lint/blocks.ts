import { printTerm } from '../pubmed/index.ts';
import type { ChainNode, ReferenceNode, TermNode } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import { Has } from './has.ts';
import type { Word } from './words.ts';

/** Where an operand stands: what has to be touched when it is removed or gets company. */
export interface Place {
  /** Undefined when the operand is the whole query. */
  readonly chain: ChainNode | undefined;
  readonly index: number;
  /** The operand with parentheses that hold nothing else. */
  readonly range: Range;
}

/** A term of a block. */
export interface Leaf extends Place {
  readonly term: TermNode;
  /** How many terms of the query stand before it. */
  readonly at: number;
  /** Bits of `Has`. */
  readonly has: number;
  /** The same for terms whose texts differ in case and white space only. */
  readonly hash: number;
  readonly words: readonly Word[];
  /** `ti`, `ot`, `tiab`, `tw` or `all` of a term that is searched word by word; undefined for all others, and without words. */
  readonly field: string | undefined;
}

/** Operands that PubMed ORs with each other, parentheses seen through: what searchers call a concept. One operand is a block, too. */
export interface Block {
  readonly leaves: readonly Leaf[];
  /** Those that are there before. */
  readonly repeats: ReadonlySet<Leaf>;
  readonly references: readonly ReferenceNode[];
  /** It is the whole query, so that other lines may OR it with more. */
  readonly isWhole: boolean;
  /** It stands to the right of a NOT. */
  readonly isExcluded: boolean;
  /** Operands that are no terms: combinations with AND, ranges. What they search is not looked at. */
  readonly hasOthers: boolean;
}

/** What two terms have in common that are the same but for case and the spelling of tags. */
export function keyOf(term: TermNode): string {
  return printTerm(term).toLowerCase();
}

/** Whether PubMed searches the words of a term as they stand, without term mapping. */
export function isLiteral({ field, term, has }: Leaf): boolean {
  return field !== 'all' || term.quoted || (has & Has.truncation) !== 0;
}

/** Whether a hyphen joins two words of a term. */
export function isHyphenated({ has, term }: Leaf): boolean {
  return (has & Has.hyphen) !== 0 && /[\p{L}\p{N}]-[\p{L}\p{N}]/u.test(term.text);
}
