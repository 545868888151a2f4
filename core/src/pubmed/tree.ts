import type { Problem, Range } from '../text/index.ts';

/** The kinds of token; together they cover every UTF-16 unit of a query exactly once. */
export type TokenKind =
  | 'space' // white space and line breaks
  | 'comment' // `//` to the end of the line: Querent's own, never sent
  | 'word' // a run of text that is none of the others
  | 'phrase' // a quoted phrase with its quotes, straight or curly, closed or not
  | 'tag' // `[tiab]`, `[mh:noexp]`, `[tiab:~3]` with its brackets
  | 'operator' // AND, OR, NOT in any case, `&`, `|`
  | 'open' // (
  | 'close' // )
  | 'reference' // `#3`
  | 'colon' // the colon of a range such as 2010:2015[dp]
  | 'invalid'; // a byte that has no meaning in the language

export interface Token extends Range {
  readonly kind: TokenKind;
}

/** Values of the Boolean operators in PubMed. */
export type Operator = 'AND' | 'OR' | 'NOT';

/** A field tag as written and as understood. */
export interface Tag {
  readonly range: Range;
  /** The text between the brackets, as written. */
  readonly text: string;
  /** Canonical short tag of the field table (`tiab`, `mh`, `dp` ...); undefined when PubMed has no such field. */
  readonly field: string | undefined;
  /** `:noexp` was given. */
  readonly noExplode: boolean;
  /** N of `:~N`, the number of words allowed between; undefined without proximity or when N is no number. */
  readonly proximity: number | undefined;
}

/** One search term: words or a phrase, with an optional tag. */
export interface TermNode {
  readonly kind: 'term';
  readonly range: Range;
  /** The term's text without quotes and tag, characters as written. */
  readonly text: string;
  readonly textRange: Range;
  /** In straight or curly quotes. */
  readonly quoted: boolean;
  readonly tag: Tag | undefined;
}

/** A range of values, `2010:2015[dp]` or `"2010/01"[dp] : "2012"[dp]`; ends as written, without quotes. */
export interface RangeNode {
  readonly kind: 'range';
  readonly range: Range;
  readonly from: string;
  readonly to: string;
  readonly tag: Tag | undefined;
}

/** `#3`: another line of the strategy. */
export interface ReferenceNode {
  readonly kind: 'reference';
  readonly range: Range;
  /** The line's number as digits without leading zeros, `3`. */
  readonly label: string;
}

/** A parenthesised part; PMIDs side by side, which PubMed ORs, are a group without written parentheses. */
export interface GroupNode {
  readonly kind: 'group';
  readonly range: Range;
  readonly inner: QueryNode | undefined;
  /** A tag written behind the group, which PubMed does not distribute over it; a problem is reported. */
  readonly tag: Tag | undefined;
}

/** One operator of a chain. */
export interface ChainOperator {
  readonly operator: Operator;
  /** Where it is written; for an implicit AND the empty or white-space range between its operands. */
  readonly range: Range;
  /** True where two operands stand side by side without an operator: PubMed ANDs them (PMIDs it ORs). */
  readonly implicit: boolean;
}

/**
 * Operands joined by operators and **evaluated strictly from left to right**, as PubMed does (User Guide, "Combining
 * search terms with Boolean operators"): `a OR b AND c` is `(a OR b) AND c`. Flat, so a line of a thousand ORs is no deep tree.
 */
export interface ChainNode {
  readonly kind: 'chain';
  readonly range: Range;
  /** Two or more, none of them a chain. */
  readonly operands: readonly QueryNode[];
  /** One fewer than the operands; `operators[i]` stands between `operands[i]` and `operands[i + 1]`. */
  readonly operators: readonly ChainOperator[];
}

/** Any part of a parsed query. */
export type QueryNode = TermNode | RangeNode | ReferenceNode | GroupNode | ChainNode;

/** What parsing gives, for any text at all. */
export interface ParsedQuery {
  /** The text that was parsed; ranges are offsets into it plus `offset`. */
  readonly text: string;
  /** Where the text starts in its document; every range counts from the start of the document. */
  readonly offset: number;
  readonly tokens: readonly Token[];
  /** Undefined when the text holds nothing to search for. */
  readonly root: QueryNode | undefined;
  /** Syntax problems only; judgement is the business of `lint`. */
  readonly problems: readonly Problem[];
}
