import type { Range } from '../text/index.ts';

/** The kinds of token; together they cover every UTF-16 unit of a search exactly once. */
export type OvidTokenKind =
  | 'space'
  | 'word'
  | 'phrase' // in quotes, straight or curly, with them
  | 'open'
  | 'close'
  | 'operator' // and, or, not
  | 'proximity' // adj, adj3
  | 'lines' // or/1-5, 1-5/or
  | 'heading' // the slash behind a heading, with its subheadings: `/`, `/dt, th`
  | 'field' // `.ti,ab.`
  | 'remark' // `[mp=title, abstract]`
  | 'invalid'; // brackets and quotes without their counterpart

export interface OvidToken extends Range {
  readonly kind: OvidTokenKind;
}

/** Operators of Ovid; `adj` stands for every proximity. */
type OvidOperator = 'and' | 'or' | 'not' | 'adj';

/** A word or a quoted phrase of a term. */
export interface TermPiece {
  readonly range: Range;
  /** Without quotes. */
  readonly text: string;
  readonly quoted: boolean;
}

/** `.ti,ab.` behind a term or a group. */
export interface FieldSuffix {
  readonly range: Range;
  /** Two-letter codes, lower case, all of them known. */
  readonly codes: readonly string[];
}

/** Words and phrases side by side; digits alone may be a line number. */
export interface TextNode {
  readonly kind: 'text';
  readonly range: Range;
  readonly pieces: readonly TermPiece[];
  readonly fields: FieldSuffix | undefined;
}

/** `exp *Heading/dt, th`. */
export interface HeadingNode {
  readonly kind: 'heading';
  readonly range: Range;
  readonly text: string;
  readonly explode: boolean;
  readonly focus: boolean;
  /** As written: two-letter codes or names. */
  readonly subheadings: readonly string[];
}

/** `or/1-5,8`. */
export interface LinesNode {
  readonly kind: 'lines';
  readonly range: Range;
  readonly operator: 'and' | 'or';
  /** Both ends are included. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

/** Something in parentheses that a field or nothing stands behind. */
interface GroupNode {
  readonly kind: 'group';
  readonly range: Range;
  readonly inner: OvidNode;
  readonly fields: FieldSuffix | undefined;
}

/** One operator of a chain. */
export interface OvidLink {
  readonly operator: OvidOperator;
  readonly range: Range;
  /** N of `adjN`; undefined for `adj` alone, which keeps the order. */
  readonly distance: number | undefined;
  /** Nothing is written between the operands. */
  readonly implied: boolean;
}

/** Operands joined at one level; proximity has been grouped already, `and` and `not` before `or`. */
export interface ChainNode {
  readonly kind: 'chain';
  readonly range: Range;
  /** Two or more. */
  readonly operands: readonly OvidNode[];
  /** One fewer than the operands. */
  readonly links: readonly OvidLink[];
  /** AND or NOT stood beside OR at this level without parentheses; Ovid's order of evaluation was made explicit. */
  readonly mixed: boolean;
}

/** Any part of a search. */
export type OvidNode = TextNode | HeadingNode | LinesNode | GroupNode | ChainNode;

/** A remark in brackets: a field list, names of subheadings, or a note of the searcher. */
export interface Remark {
  readonly range: Range;
  /** Without brackets. */
  readonly text: string;
}

/** What is wrong with a search; told when it is converted. */
export interface OvidFault {
  readonly range: Range;
  /** `refused` where a part of the search is left out for it. */
  readonly kind: 'approximate' | 'refused';
  readonly reason: string;
  readonly message: string;
}

/** A parsed search. */
export interface ParsedSearch {
  readonly root: OvidNode | undefined;
  readonly remarks: readonly Remark[];
  readonly faults: readonly OvidFault[];
  readonly tokens: readonly OvidToken[];
}
