import { foldedName } from '../../../sqlSchema/index.ts';
import { isWord, signatureOf, sqlFunctions } from '../../../sql/index.ts';
import type { SqlFunction } from '../../../sql/index.ts';
import type { Candidate } from './item.ts';
import type { Surroundings } from './surroundings.ts';
import { isDate } from './columns.ts';
import { weights } from './weights.ts';

/** Words of a question that ask for a function. */
const askedBy: Readonly<Record<string, RegExp>> = {
  count:
    /\b(?:how many|number of|count|total number|most common|the most|the fewest|the least|at least|more than)\b/u,
  avg: /\b(?:average|mean|averages)\b/u,
  sum: /\b(?:total|sum|how much|overall|combined)\b/u,
  max: /\b(?:maximum|max|highest|largest|greatest|biggest|most|latest|longest|oldest|top|best)\b/u,
  min: /\b(?:minimum|min|lowest|smallest|least|fewest|earliest|shortest|youngest|cheapest)\b/u,
  lower: /\b(?:case.insensitive)\b/u,
  strftime: /\b(?:month|year|monthly|yearly|week|day|date)\b/u,
  date: /\b(?:today|days?|date|weeks?)\b/u,
  round: /\b(?:round|rounded|decimal|percent|percentage)\b/u,
};

/** Functions for a place where an operand may stand. */
export function functionItems(around: Surroundings): readonly Candidate[] {
  const { place, style } = around;
  const hasCall = place.after[0]?.text === '(';
  const written = new Set(
    around.all.tokens.flatMap(({ kind, text }) => (kind === 'word' ? [foldedName(text)] : [])),
  );
  const seen = new Map<string, Candidate>();
  sqlFunctions.forEach((each, order) => {
    if (each.kind === 'table') return;
    const score = functionScore(around, each, order, written) + (hasCall ? ahead(around, each) : 0);
    const known = seen.get(each.name);
    if (known !== undefined && known.score >= score) return;
    const name = style.function(each.name);
    const takesNothing = each.parameters.length === 0;
    const newText = hasCall ? name : `${name}()`;
    seen.set(each.name, {
      label: name,
      kind: 'function',
      detail: signatureOf(each),
      documentation: each.summary,
      newText,
      ...(hasCall || takesNothing ? {} : { caret: name.length + 1 }),
      score,
    });
  });
  return [...seen.values()];
}

/** What the arguments that stand there already say of the function before them. */
function ahead({ place: { after } }: Surroundings, { name, kind, parameters }: SqlFunction): number {
  const [, first, second] = after;
  if (first?.text === ')') {
    const isWindow = isWord(second, 'OVER');
    return parameters.length === 0 ? (isWindow === (kind === 'window') ? 8 : 2) : 0;
  }
  if (first?.text === '*') return name === 'count' ? 8 : 0;
  if (first?.kind === 'string' && first.text.includes('%'))
    return name === 'strftime' ? 6 : /^(?:printf|format|lower|upper)$/u.test(name) ? 3 : 0;
  return 1;
}

const usual: Readonly<Record<string, number>> = { count: 1.3, sum: 0.3, avg: 0.3, max: 0.25, min: 0.2 };

function functionScore(
  around: Surroundings,
  { name, kind }: SqlFunction,
  order: number,
  written: ReadonlySet<string>,
): number {
  const { question, call, compared, place, inSelect, all, cut, outer } = around;
  const isGroup = kind === 'aggregate';
  let score =
    (isGroup && usual[name] !== undefined
      ? usual[name]
      : name === 'max' || name === 'min'
        ? -2.5
        : kind === 'date' || kind === 'scalar'
          ? -1.2
          : -2.5) -
    order / 1_000;
  if (question !== undefined && askedBy[name]?.test(question.text) === true)
    score += isGroup ? weights.functionAsked : weights.functionAsked * 0.7;
  if (
    name === 'count' &&
    /^(?:how many|count|what is the (?:total )?number|find the number)/u.test(question?.text ?? '')
  )
    score += 1.5;
  if (call !== undefined) score -= isGroup ? 4 : 0.5;
  if (compared !== undefined) score -= 1.5;
  // Days are compared with days that are computed.
  if (
    compared !== undefined &&
    kind === 'date' &&
    isDate(compared.column.name, '') &&
    compared.call === undefined
  )
    score += name === 'date' ? 4.2 : name === 'datetime' ? 2.5 : 0;
  // Both sides of a comparison are treated alike: LOWER(a) = LOWER(b).
  if (compared?.call === name) score += 5;
  const isSelected = inSelect.some((each) => each.call === name);
  if (!isGroup && written.has(name)) score += weights.functionAgain;
  switch (place.scope.clause) {
    case 'having':
      return isGroup ? score + 1.5 + (isSelected ? 0.6 : 0) : score;
    case 'order by':
      // An order by an aggregate is one of groups.
      if (!isGroup) return score;
      if (!around.hasGroup) return score - 4;
      const hasAlias = place.scope.outputs.some(({ isAlias }) => isAlias);
      return (
        score +
        (hasAlias
          ? -0.8
          : isSelected
            ? 2.4
            : name === 'count' && inSelect.every((each) => each.call === undefined)
              ? 1.6
              : 0)
      );
    case 'where':
    case 'on':
    case 'group by':
    case 'from':
      // SQLite refuses aggregates there.
      return isGroup ? -6 : score;
    default:
      if (isGroup && place.expected === 'operand' && isWord(all.tokens[cut - 1], 'DISTINCT'))
        return score - 3;
      // A query that is compared as one value is mostly one aggregate.
      if (isGroup && outer !== undefined && name !== 'group_concat')
        score += outer.operator === 'IN' ? -1 : name === 'count' || name === 'sum' ? 0.5 : 2.5;
      return (
        score -
        (isSelected && (all.tokens[cut - 1]?.text === ',' || isWord(all.tokens[cut - 1], 'SELECT')) ? 2.4 : 0)
      );
  }
}
