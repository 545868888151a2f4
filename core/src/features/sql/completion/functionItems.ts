import { foldedName } from '../../../sqlSchema/index.ts';
import { isWord, signatureOf, sqlFunctions } from '../../../sql/index.ts';
import type { SqlFunction, SqlToken } from '../../../sql/index.ts';
import type { Candidate } from './item.ts';
import type { Surroundings } from './surroundings.ts';
import type { NamedColumn } from './clauses.ts';
import { holdsFew, isDate, isKeyName, isNumberType } from './columnKinds.ts';
import { weights } from './weights.ts';

/** Words of a question that ask for a function: those that mean it, and those that often do. */
const askedBy: Readonly<Record<string, readonly [sure: RegExp, often: RegExp]>> = {
  count: [
    /\b(?:how many|number of|count|total number)\b/u,
    /\b(?:most common|the most|the fewest|the least|at least|more than)\b/u,
  ],
  avg: [/\b(?:average|averages|mean)\b/u, /\b(?:typical)\b/u],
  sum: [/\b(?:sum|total (?!number))\b/u, /\b(?:total|how much|overall|combined)\b/u],
  max: [
    /\b(?:maximum|max)\b/u,
    /\b(?:highest|largest|greatest|biggest|most|latest|longest|oldest|top|best)\b/u,
  ],
  min: [/\b(?:minimum|min)\b/u, /\b(?:lowest|smallest|least|fewest|earliest|shortest|youngest|cheapest)\b/u],
  strftime: [
    /\b(?:monthly|yearly|per month|per year|each month|each year)\b/u,
    /\b(?:month|year|week|day|date|quarter)\b/u,
  ],
  date: [/\b(?:today|days ago|last \d+ days)\b/u, /\b(?:days?|date|weeks?)\b/u],
  round: [/\b(?:round|rounded|decimals?)\b/u, /\b(?:percent|percentage)\b/u],
};

/** Functions of SQLite that PostgreSQL has by the same name for the same thing (https://www.postgresql.org/docs/current/functions.html). */
const ofBoth = new Set(
  (
    'abs avg coalesce concat concat_ws count sum min max nullif round lower upper length substr substring replace trim ltrim rtrim ' +
    'row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value string_agg sign random octet_length ' +
    'acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln mod pi power radians sin sinh sqrt tan tanh trunc'
  ).split(' '),
);

/** Functions for a place where an operand may stand. */
export function functionItems(around: Surroundings): readonly Candidate[] {
  const { place, style } = around;
  const hasCall = place.after[0]?.text === '(';
  const written = new Set(
    around.all.tokens.flatMap(({ kind, text }) => (kind === 'word' ? [foldedName(text)] : [])),
  );
  const seen = new Map<string, Candidate>();
  sqlFunctions.forEach((each, order) => {
    if (each.kind === 'table' || (place.dialect === 'postgresql' && !ofBoth.has(each.name))) return;
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
      subject: { kind: 'function', name: each.name },
      newText,
      ...(hasCall || takesNothing ? {} : { caret: name.length + 1 }),
      score,
    });
  });
  return [...seen.values()];
}

/** What the arguments that stand there already say of the function before them. */
function ahead(around: Surroundings, { name, kind, parameters }: SqlFunction): number {
  const { after } = around.place;
  const [, first, second] = after;
  if (first?.text === ')') {
    const isWindow = isWord(second, 'OVER');
    return parameters.length === 0 ? (isWindow === (kind === 'window') ? 8 : 2) : 0;
  }
  if (first?.text === '*') return name === 'count' ? 8 : 0;
  if (first?.kind === 'string' && first.text.includes('%'))
    return name === 'strftime' ? 6 : /^(?:printf|format|lower|upper)$/u.test(name) ? 3 : 0;
  // An aggregate has one argument; keys are counted, and numbers are not.
  if (kind === 'aggregate' && after[argumentEnd(after)]?.text === ',') return -3;
  const argument = after[2]?.text === '.' ? 3 : 1;
  const column = foldedName(after[argument]?.text ?? '');
  if (
    name === 'count' &&
    after[argument + 1]?.text === ')' &&
    !isKeyName(column) &&
    isNumberType(typeOf(around, column))
  )
    return -0.3;
  return 1;
}

/** Where the first argument behind an opening parenthesis ends. */
function argumentEnd(after: readonly SqlToken[]): number {
  let depth = 0;
  return after.findIndex(({ text }, i) => {
    if (text === '(') depth++;
    if (text === ')') depth--;
    return i > 0 && (depth === 0 || (depth === 1 && text === ','));
  });
}

/** Functions whose argument often is an aggregate: `ROUND(AVG(x), 2)`. */
const wrapping = /^(?:cast|round|coalesce|ifnull|nullif|abs|printf|format)$/u;

const usual: Readonly<Record<string, number>> = { count: 1.3, sum: 0.3, avg: 0.3, max: 0.25, min: 0.2 };
/** What a list begins with, where mostly one value is asked for. */
const usualFirst: Readonly<Record<string, number>> = { count: 1.3, avg: 0.9, max: 0.2, sum: 0.2, min: 0 };

/** How common a function is where nothing else is known. */
function commonness({ name, kind }: SqlFunction, isFirst: boolean): number {
  if (kind === 'aggregate') return (isFirst ? usualFirst : usual)[name] ?? -2.5;
  // The greatest of several arguments is hardly ever meant.
  if (name === 'max' || name === 'min') return -5;
  return kind === 'date' || kind === 'scalar' ? -1.2 : -2.5;
}

const aggregates = /^(?:count|sum|avg|min|max|total)$/u;

/** An aggregate calls for another one: `SUM(a) - SUM(b)`, `MIN(a), MAX(a)`; a column at the beginning of a list for one of its groups. */
function pairedScore(around: Surroundings, name: string): number {
  const { cut, inSelect, place, qualifies } = around;
  const { tokens, depths } = around.all;
  // Where the statement goes on behind the place without parentheses, an operand is there or on its way.
  if (place.after.length > 0 && place.after[0]?.text !== '(') return 0;
  const last = tokens[cut - 1];
  if (last?.text === ',') {
    if (!aggregates.test(name)) return 0;
    const pair = { min: 'max', max: 'min' }[name];
    if (pair !== undefined && inSelect.some(({ call }) => call === pair)) return weights.functionPair;
    const isOfGroups = inSelect.length > 0 && inSelect.every(({ call }) => call === undefined);
    if (!isOfGroups) return 0;
    return (
      (qualifies ? weights.functionBesideQualified : weights.functionBeside) +
      (inSelect.every((column) => isCategory(around, column)) ? weights.functionOfCategory : 0)
    );
  }
  if (aggregates.test(name)) {
    const others = computedWith(around);
    return others.length === 0 ? 0 : weights.functionComputed + (others.includes(name) ? 0.6 : 0);
  }
  if (last?.kind !== 'symbol' || !['+', '-', '*', '/'].includes(last.text)) return 0;
  // The operand before: back to its opening parenthesis.
  let at = cut - 2;
  const level = depths[at] ?? 0;
  if (tokens[at]?.text !== ')') return 0;
  do at--;
  while (at > 0 && (depths[at] ?? 0) > level);
  return foldedName(tokens[at - 1]?.text ?? '') === name ? weights.functionComputed : 0;
}

/**
 * Aggregates that the expression before a place computes with, folded, where an operand of it is due: `CAST(SUM(a) AS REAL) / NULLIF(|`. What else
 * it computes with is one too, for a column alone would be of any row. None within an aggregate.
 */
function computedWith({ all: { tokens, depths }, cut, call }: Surroundings): readonly string[] {
  const last = tokens[cut - 1];
  const isOperand =
    ['+', '-', '*', '/'].includes(last?.text ?? '') ||
    (last?.text === '(' && (call === undefined || wrapping.test(call)));
  if (!isOperand) return [];
  const found: string[] = [];
  let level = (depths[cut - 1] ?? 0) + (last?.text === '(' ? 1 : 0);
  for (let i = cut - 1; i >= 0; i--) {
    const token = tokens[i];
    const depth = depths[i] ?? 0;
    const name = foldedName(tokens[i - 1]?.text ?? '');
    if (depth < level) {
      level = depth;
      if (token?.text === '(' && aggregates.test(name)) return [];
    }
    if (
      depth === level &&
      (token?.text === ',' ||
        isWord(token, 'SELECT', 'BY', 'HAVING', 'WHERE', 'AND', 'OR', 'WHEN', 'THEN', 'ELSE'))
    )
      break;
    if (token?.text === '(' && aggregates.test(name)) found.push(name);
  }
  return found;
}

/** The declared type of a column, of whatever table; empty where it is not known. */
function typeOf({ index }: Surroundings, name: string): string {
  return index.byColumn.get(name)?.[0]?.columns.find((each) => foldedName(each.name) === name)?.type ?? '';
}

/** Whether many rows share the values of a column: it is selected to say something of each of them. */
function isCategory({ index }: Surroundings, { name }: NamedColumn): boolean {
  return (index.byColumn.get(name) ?? []).some(({ columns }) =>
    columns.some(
      ({ name: own, values }) => foldedName(own) === name && values !== undefined && holdsFew(values),
    ),
  );
}

function askedScore({ question, all, cut, relations }: Surroundings, name: string): number {
  const words = askedBy[name];
  if (question === undefined || words === undefined) return 0;
  if (!words[0].test(question.text)) return words[1].test(question.text) ? weights.functionHinted : 0;
  // What is asked for is what a query begins with; columns that come before FROM have their tables' weight too.
  const isFirst = isWord(all.tokens[cut - 1], 'SELECT');
  return (
    weights.functionAsked +
    (isFirst && !relations.some(({ source }) => source.depth === 0) ? weights.functionFirst : 0)
  );
}

function functionScore(
  around: Surroundings,
  own: SqlFunction,
  order: number,
  written: ReadonlySet<string>,
): number {
  const { name, kind } = own;
  const { call, compared, place, inSelect, all, cut, outer } = around;
  const isGroup = kind === 'aggregate';
  const isFirst = around.question === undefined && isWord(all.tokens[cut - 1], 'SELECT');
  let score = commonness(own, isFirst) + (isGroup ? 1 : 0.7) * askedScore(around, name) - order / 1_000;
  if (call !== undefined) score -= !isGroup ? 0.5 : wrapping.test(call) ? 0 : 4;
  if (compared !== undefined) score -= 1.5;
  // Days are compared with days that are computed.
  if (
    compared !== undefined &&
    kind === 'date' &&
    isDate(compared.column.name, typeOf(around, compared.column.name)) &&
    compared.call === undefined
  )
    score += name === 'date' ? 4.2 : name === 'datetime' ? 2.5 : 0;
  // Both sides of a comparison are treated alike: LOWER(a) = LOWER(b).
  if (compared?.call === name) score += 5;
  const isSelected = inSelect.some((each) => each.call === name);
  score += pairedScore(around, name);
  if (name === 'nullif' && all.tokens[cut - 1]?.text === '/') score += weights.functionDivisor;
  if (!isGroup && written.has(name) && score > -4) score += weights.functionAgain;
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
    case 'set':
    case 'values':
      // SQLite refuses aggregates there.
      return isGroup ? -6 : score;
    default:
      if (isGroup && place.expected === 'operand' && isWord(all.tokens[cut - 1], 'DISTINCT'))
        return score - 3;
      // A query that is compared as one value is mostly one aggregate.
      if (isGroup && outer !== undefined && name !== 'group_concat')
        score += outer.operator === 'IN' ? -1 : name === 'count' || name === 'sum' ? 0.5 : 3.4;
      return (
        score -
        (isSelected && (all.tokens[cut - 1]?.text === ',' || isWord(all.tokens[cut - 1], 'SELECT')) ? 2.4 : 0)
      );
  }
}
