import type { ParsedQuery } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import type { Leaf, Place } from './blocks.ts';
import { textOf } from './family.ts';

/** A replacement as `fix` takes it. */
export type Replacement = readonly [number, number, string];

/** Whether a syntax error makes it doubtful where the parts of `query` end. */
function isBroken(query: ParsedQuery): boolean {
  return query.problems.some(({ severity }) => severity === 'error');
}

/**
 * Removes an operand with exactly one operator. Comments stay. Undefined where it cannot be done without changing what its neighbours
 * mean: the operand is alone, or an operator beside it is not written.
 * @param withNext takes the operator behind the operand, where there is one, instead of the one before it
 */
export function removalOf(
  query: ParsedQuery,
  { chain, index, range }: Place,
  withNext: boolean,
): readonly Replacement[] | undefined {
  if (chain === undefined || isBroken(query)) return undefined;
  const before = chain.operators[index - 1];
  const after = chain.operators[index];
  if (before?.implicit === true || after?.implicit === true) return undefined;
  const isForward = before === undefined || (withNext && after !== undefined);
  const operator = isForward ? after : before;
  const neighbour = chain.operands[isForward ? index + 1 : index - 1];
  if (operator === undefined || neighbour === undefined) return undefined;
  const whole = isForward
    ? { start: range.start, end: neighbour.range.start }
    : { start: neighbour.range.end, end: range.end };
  if (!textOf(query, whole).includes('//')) return [[whole.start, whole.end, '']];
  const pieces = [withSpace(query, operator.range), withSpace(query, range)];
  return isForward ? pieces.reverse() : pieces;
}

/** Removes a piece of a line with the spaces behind it, or, at the end of the line, with those before it. */
function withSpace(query: ParsedQuery, range: Range): Replacement {
  const at = (offset: number): string => query.text.charAt(offset - query.offset);
  let { start, end } = range;
  while (/[ \t]/.test(at(end))) end++;
  if (end === range.end) while (/[ \t]/.test(at(start - 1))) start--;
  return [start, end, ''];
}

/**
 * Puts `OR text` behind a term, with parentheses where its neighbours are not all ORed. Undefined where the query has a syntax error.
 * @param text a term with its tag, or several with OR between them
 */
export function additionTo(
  query: ParsedQuery,
  { term, chain, range }: Leaf,
  text: string,
): readonly Replacement[] | undefined {
  if (isBroken(query)) return undefined;
  const { start, end } = term.range;
  const isAlone = range.end > end || range.start < start;
  const isOred = chain?.operators.every(({ operator, implicit }) => operator === 'OR' && !implicit);
  if (isAlone || isOred !== false) return [[end, end, ` OR ${text}`]];
  return [
    [start, start, '('],
    [end, end, ` OR ${text})`],
  ];
}
