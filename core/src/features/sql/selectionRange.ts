import type { SqlDocument, SqlExpression, SqlStatement, SqlToken } from '../../sql/index.ts';
import { contains, touches } from '../../text/index.ts';
import type { Range } from '../../text/index.ts';
import { inDocument, statementTouching } from './locate.ts';
import { partsOf } from './walk.ts';

/**
 * Ever wider parts around an offset: name, column with its table, call, item, clause, subquery, statement, statement with the comments about it,
 * document. Each contains the one before; never empty.
 */
export function sqlSelectionRanges(document: SqlDocument, offset: number): Range[] {
  const statement = statementTouching(document, offset);
  const candidates = [
    ...tokenRanges(document, offset),
    ...(statement === undefined ? [] : statementRanges(document, statement)),
  ].filter((range) => range.start < range.end && touches(range, offset));
  candidates.sort((a, b) => a.end - a.start - (b.end - b.start));
  const result: Range[] = [];
  for (const { start, end } of [...candidates, { start: 0, end: document.text.length }]) {
    const last = result.at(-1);
    const isWider = last === undefined || (contains({ start, end }, last) && end - start > last.end - last.start);
    if (isWider) result.push({ start, end });
  }
  return result;
} // prettier-ignore

/** The word, text or comment at an offset; of a text in quotes first what they hold. */
function tokenRanges({ tokens }: SqlDocument, offset: number): readonly Range[] {
  const at = tokens.findLastIndex(({ start }) => start <= offset);
  // Where two tokens meet, a word wins over a sign, and both over space.
  const [token] = [tokens[at], tokens[at - 1]]
    .filter((each): each is SqlToken => each !== undefined && touches(each, offset))
    .sort((a, b) => weightOf(b) - weightOf(a));
  if (token === undefined || weightOf(token) === 0) return [];
  const { start, end, kind, isClosed } = token;
  const isInQuotes = (kind === 'string' || kind === 'quoted') && isClosed && end - start > 2;
  return [...(isInQuotes ? [{ start: start + 1, end: end - 1 }] : []), { start, end }];
}

function weightOf({ kind }: SqlToken): number {
  return kind === 'space' ? 0 : kind === 'symbol' ? 1 : 2;
}

/** All that a statement is made of, from the start of the document. */
function statementRanges(document: SqlDocument, statement: SqlStatement): readonly Range[] {
  const { tree, text, index, start, end } = statement;
  const { queries, selects, commons, sources, calls, trees } = partsOf(tree);
  const inside: Range[] = [
    ...trees.flatMap((each) => [each.range, ...clausesOf(each), ...(each.expressions ?? []).flatMap(partsIn)]),
    ...queries.flatMap((query) => [
      query.range,
      ...clausesOf(query),
      ...[...query.order, ...query.limit].flatMap(partsIn),
      ...(query.with === undefined ? [] : [query.with.range]),
    ]),
    ...selects.flatMap((select) => [
      select.range,
      ...clausesOf(select),
      ...select.items.flatMap(({ range, expression }) => [range, ...partsIn(expression)]),
      ...select.windows.flatMap(({ expression }) => partsIn(expression)),
      ...[...select.group, ...select.rows].flatMap(partsIn),
      ...[select.where, select.having].flatMap(partsIn),
    ]),
    ...commons.map(({ range }) => range),
    ...sources.flatMap((source) => [source.range, ...partsIn(source.on)]),
    ...calls.flatMap(({ name, parentheses, arguments: given }) => [
      ...given,
      { start: name.range.start, end: parentheses.end },
    ]),
    ...pairsOf(statement),
  ];
  const ownComments = document.directives
    .filter((directive) => directive.statement === index)
    .map(({ range }) => range);
  return [
    // A clause reaches up to the next one, the spaces between them included.
    ...inside.map((range) => inDocument({ start: range.start, end: trimmedEnd(text, range) }, statement)),
    { start, end },
    {
      start: Math.min(start, ...ownComments.map((range) => range.start)),
      end: Math.max(end, ...ownComments.map((range) => range.end)),
    },
  ];
} // prettier-ignore

/** An expression with the columns in it, each with its table. */
function partsIn(expression: SqlExpression | undefined): readonly Range[] {
  return expression === undefined ? [] : [expression.range, ...expression.columns.map(({ range }) => range)];
}

function clausesOf({ clauses }: { readonly clauses: readonly { readonly range: Range }[] }): readonly Range[] {
  return clauses.map(({ range }) => range);
} // prettier-ignore

function trimmedEnd(text: string, { start, end }: Range): number {
  return start + text.slice(start, end).trimEnd().length;
}

/** Parentheses with what they hold, and what they hold. */
function pairsOf({ tokens }: SqlStatement): readonly Range[] {
  const open: number[] = [];
  return tokens.flatMap(({ kind, text, start, end }) => {
    if (kind !== 'symbol') return [];
    if (text === '(') open.push(start);
    const opened = text === ')' ? open.pop() : undefined;
    return opened === undefined ? [] : [{ start: opened + 1, end: start }, { start: opened, end }];
  }); // prettier-ignore
}
