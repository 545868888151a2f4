import type { Problem, Range } from '../text/index.ts';

/** The kinds of token; together they cover every UTF-16 unit of an expression exactly once. */
export type ExpressionTokenKind =
  | 'space'
  | 'comment' // `//` to the end of the line: Querent's own, never sent
  | 'word'
  | 'phrase' // in double quotes, closed or not
  | 'operator' // AND, OR, NOT
  | 'context' // AREA[...], SEARCH[...], EXPANSION[...], COVERAGE[...], TILT[...] with the brackets
  | 'source' // RANGE[...], DISTANCE[...], MISSING, ALL
  | 'open'
  | 'close'
  | 'reference' // #3
  | 'invalid'; // brackets and control characters without a meaning

export interface ExpressionToken extends Range {
  readonly kind: ExpressionTokenKind;
}

/** Operators that say how the expression behind them is searched. */
export type ContextOperator = 'AREA' | 'SEARCH' | 'EXPANSION' | 'COVERAGE' | 'TILT';

/** A word, several words (searched near each other by default), or a quoted phrase. */
export interface ExpressionTerm {
  readonly kind: 'term';
  readonly range: Range;
  /** Without quotes and escaping backslashes. */
  readonly text: string;
  readonly quoted: boolean;
}

/** `AREA[ConditionSearch]` and its like, with what it applies to. */
export interface ContextNode {
  readonly kind: 'context';
  readonly range: Range;
  readonly operator: ContextOperator;
  /** What stands in the brackets, trimmed. */
  readonly parameter: string;
  /** The operator with its brackets. */
  readonly operatorRange: Range;
  /** What stands between the brackets. */
  readonly parameterRange: Range;
  /** Undefined where nothing follows; a problem is reported. */
  readonly operand: ExpressionNode | undefined;
}

/** `RANGE[a, b]`, `DISTANCE[latitude, longitude, radius]`, `MISSING`, `ALL`. */
export interface SourceNode {
  readonly kind: 'source';
  readonly range: Range;
  readonly operator: 'RANGE' | 'DISTANCE' | 'MISSING' | 'ALL';
  /** The parts between the brackets, split at commas and trimmed; empty for MISSING and ALL. */
  readonly parameters: readonly string[];
  readonly parameterRange: Range;
}

export interface NotNode {
  readonly kind: 'not';
  readonly range: Range;
  readonly operatorRange: Range;
  readonly operand: ExpressionNode | undefined;
}

/** Parts joined by one operator; AND binds tighter than OR, unlike in PubMed. */
export interface CombinationNode {
  readonly kind: 'and' | 'or';
  readonly range: Range;
  /** Two or more; none of them of the same kind. */
  readonly operands: readonly ExpressionNode[];
}

export interface ParenthesesNode {
  readonly kind: 'group';
  readonly range: Range;
  readonly inner: ExpressionNode | undefined;
}

/** `#3`: another line of the document, put in its place before the expression is sent. */
export interface LineNode {
  readonly kind: 'reference';
  readonly range: Range;
  readonly label: string;
}

export type ExpressionNode =
  ExpressionTerm | ContextNode | SourceNode | NotNode | CombinationNode | ParenthesesNode | LineNode;

/** What parsing gives, for any text at all. */
export interface ParsedExpression {
  readonly text: string;
  /** Where the text starts in its document; every range counts from the start of the document. */
  readonly offset: number;
  readonly tokens: readonly ExpressionToken[];
  readonly root: ExpressionNode | undefined;
  /** Syntax problems; judgement is the business of `checkExpression`. */
  readonly problems: readonly Problem[];
}
