import { isWord } from '../sql/index.ts';
import type { SqlColumnName, SqlToken } from '../sql/index.ts';
import type { Range } from '../text/index.ts';
import type { Place, StatementFacts } from './facts.ts';

/** What stands on one side of a comparison. */
export interface Operand {
  readonly range: Range;
  readonly tokens: readonly SqlToken[];
  /** The column, where the operand is nothing but one. */
  readonly column?: SqlColumnName;
  /** A number, a text or NULL, where it is nothing but that. */
  readonly literal?: { readonly kind: 'number' | 'text' | 'null'; readonly text: string };
}

export interface Comparison {
  readonly place: Place;
  /** In capitals: `=`, `<>`, `LIKE`, `IN`, `BETWEEN`... */
  readonly operator: string;
  readonly isNegated: boolean;
  /** The operator with its NOT. */
  readonly operatorRange: Range;
  readonly left: Operand;
  readonly right: Operand;
  /** Behind the AND of a BETWEEN. */
  readonly upper?: Operand;
  readonly range: Range;
}

const symbols = new Set(['=', '==', '<>', '!=', '<', '>', '<=', '>=']);
const words = ['LIKE', 'GLOB', 'MATCH', 'REGEXP', 'IN', 'BETWEEN', 'IS'];
const ends = ['AND', 'OR', 'NOT', 'WHEN', 'THEN', 'ELSE', 'END', 'CASE', 'ESCAPE', 'ISNULL', 'NOTNULL', 'ASC', 'DESC', 'NULLS', 'COLLATE', 'DISTINCT', 'FROM', 'AS', 'FILTER', 'OVER']; // prettier-ignore

/** All comparisons of an expression, those in parentheses and calls included, those of its subqueries not. */
export function comparisonsIn(facts: StatementFacts, place: Place): readonly Comparison[] {
  const { expression } = place;
  const tokens = facts.tokensIn(expression.range);
  const found: Comparison[] = [];
  tokens.forEach((token, i) => {
    if (!isOperator(token) || isInQuery(place, token)) return;
    const isNegated = isWord(tokens[i - 1], 'NOT');
    const first = isNegated ? i - 1 : i;
    const left = operand(place, facts, tokens, startOf(tokens, first), first);
    let from = i + 1;
    if (isWord(token, 'IS') && isWord(tokens[from], 'NOT')) from++;
    const middle = endOf(tokens, from);
    const right = operand(place, facts, tokens, from, middle);
    const hasUpper = isWord(token, 'BETWEEN') && isWord(tokens[middle], 'AND');
    const last = hasUpper ? endOf(tokens, middle + 1) : middle;
    found.push({
      place,
      operator: token.text.toUpperCase(),
      isNegated: isNegated || from > i + 1,
      operatorRange: { start: tokens[first]?.start ?? token.start, end: tokens[from - 1]?.end ?? token.end },
      left,
      right,
      ...(hasUpper && { upper: operand(place, facts, tokens, middle + 1, last) }),
      range: { start: left.range.start, end: tokens[last - 1]?.end ?? token.end },
    });
  });
  return found;
}

function isOperator(token: SqlToken): boolean {
  return token.kind === 'symbol' ? symbols.has(token.text) : isWord(token, ...words);
}

function isInQuery({ expression }: Place, { start }: { readonly start: number }): boolean {
  return expression.queries.some(({ range }) => range.start <= start && start < range.end);
}

function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

function startOf(tokens: readonly SqlToken[], before: number): number {
  let depth = 0;
  for (let i = before - 1; i >= 0; i--) {
    const token = tokens[i];
    if (isSymbol(token, ')')) depth++;
    else if (isSymbol(token, '(')) {
      if (depth === 0) return i + 1;
      depth--;
    } else if (depth === 0 && (isSymbol(token, ',') || isBoundary(token))) return i + 1;
  }
  return 0;
}

function endOf(tokens: readonly SqlToken[], from: number): number {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i];
    if (isSymbol(token, '(')) depth++;
    else if (isSymbol(token, ')')) {
      if (depth === 0) return i;
      depth--;
    } else if (depth === 0 && (isSymbol(token, ',') || isBoundary(token))) return i;
  }
  return tokens.length;
}

function isBoundary(token: SqlToken | undefined): boolean {
  return token !== undefined && (isWord(token, ...ends) || isOperator(token));
}

function operand(
  { expression }: Place,
  facts: StatementFacts,
  all: readonly SqlToken[],
  from: number,
  to: number,
): Operand {
  const tokens = all.slice(from, to);
  const at = all[from]?.start ?? expression.range.end;
  const range = { start: at, end: tokens.at(-1)?.end ?? at };
  const column = facts
    .columnsIn(range)
    .find((each) => each.column.range.end === range.end && each.column.range.start === at)?.column;
  const literal = literalOf(facts, tokens);
  return {
    range,
    tokens,
    ...(column !== undefined && { column }),
    ...(literal !== undefined && { literal }),
  };
}

function literalOf(facts: StatementFacts, tokens: readonly SqlToken[]): Operand['literal'] {
  const [first, second] = tokens;
  if (first === undefined || tokens.length > 2) return undefined;
  if (tokens.length === 2)
    return second?.kind === 'number' && (isSymbol(first, '-') || isSymbol(first, '+'))
      ? { kind: 'number', text: first.text + second.text }
      : undefined;
  if (first.kind === 'number') return { kind: 'number', text: first.text };
  if (first.kind === 'string') return { kind: 'text', text: facts.nameOf(first) };
  return isWord(first, 'NULL') ? { kind: 'null', text: 'NULL' } : undefined;
}

/** The parts of a condition that all have to hold: what AND combines at its top. */
export function conjunctsOf(facts: StatementFacts, range: Range): readonly Range[] {
  const tokens = facts.tokensIn(range);
  const [first] = tokens;
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return [];
  let depth = 0;
  let cases = 0;
  let betweens = 0;
  let isEnclosed = isSymbol(first, '(') && isSymbol(last, ')');
  let hasOr = false;
  let start = first.start;
  const parts: Range[] = [];
  tokens.forEach((token, i) => {
    if (isSymbol(token, '(')) depth++;
    else if (isSymbol(token, ')')) depth--;
    if (depth === 0 && i < tokens.length - 1) isEnclosed = false;
    if (depth > 0) return;
    if (isWord(token, 'CASE')) cases++;
    else if (isWord(token, 'END')) cases--;
    if (cases > 0) return;
    if (isWord(token, 'OR')) hasOr = true;
    else if (isWord(token, 'BETWEEN')) betweens++;
    else if (isWord(token, 'AND') && betweens > 0) betweens--;
    else if (isWord(token, 'AND')) {
      parts.push({ start, end: tokens[i - 1]?.end ?? start });
      start = tokens[i + 1]?.start ?? token.end;
    }
  });
  const inner = { start: tokens[1]?.start ?? first.end, end: tokens.at(-2)?.end ?? last.start };
  if (isEnclosed && !isWord(tokens[1], 'SELECT', 'WITH', 'VALUES')) return conjunctsOf(facts, inner);
  if (hasOr || parts.length === 0) return [{ start: first.start, end: last.end }];
  return [...parts, { start, end: last.end }].flatMap((part) => conjunctsOf(facts, part));
}
