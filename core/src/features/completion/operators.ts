import type { StrategyDocument } from '../../strategy/index.ts';
import { operatorMeanings } from '../hoverOperator.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** Lines around the cursor whose operators tell how the person writes them. */
const LINES_LOOKED_AT = 40;

/** AND, OR, NOT behind an operand, in the case that the document uses; those of this line first. */
export function completeOperators(document: StrategyDocument, place: TermPlace): Draft[] {
  if (!place.afterOperand || place.isQuoted || place.isTagged) return [];
  const typed = /\S*$/.exec(place.typed)?.[0] ?? '';
  const written = operatorsAround(document, place);
  const lower = written.filter((operator) => operator === operator.toLowerCase()).length;
  const isLower = lower * 2 > written.length;
  const last = place.line?.query.tokens.findLast(
    ({ kind, end }) => kind === 'operator' && end < place.offset - typed.length,
  );
  const first = last && document.text.slice(last.start, last.end).toUpperCase();
  const start = place.offset - typed.length;
  return (['AND', 'OR', 'NOT'] as const)
    .filter((operator) => operator.startsWith(typed.toUpperCase()))
    .sort((a, b) => Number(b === first) - Number(a === first))
    .map((operator) => ({
      label: isLower ? operator.toLowerCase() : operator,
      kind: 'operator',
      documentation: operatorMeanings[operator],
      newText: `${isLower ? operator.toLowerCase() : operator}${/^\s/.test(document.text.charAt(place.offset)) ? '' : ' '}`,
      insert: { start, end: place.offset },
      replace: { start, end: place.offset + (/^\w*/.exec(place.rest)?.[0].length ?? 0) },
      filterText: typed,
    }));
}

/** AND, OR and NOT as written near the cursor, the one being typed not counted. */
function operatorsAround(document: StrategyDocument, place: TermPlace): string[] {
  const at = place.line === undefined ? document.lines.length : document.lines.indexOf(place.line);
  const near = document.lines.slice(Math.max(0, at - LINES_LOOKED_AT / 2), at + LINES_LOOKED_AT / 2);
  return near.flatMap(({ query }) =>
    query.tokens
      .filter(({ kind, end }) => kind === 'operator' && end !== place.offset)
      .map(({ start, end }) => document.text.slice(start, end))
      .filter((text) => text.length > 1),
  );
}
