import { findField, nodesOf, printQuery, stopwords } from '../../../pubmed/index.ts';
import type { Operator, QueryNode, ResolvedQuery } from '../../../pubmed/index.ts';
import type { SearchError } from '../../../search/index.ts';
import { printResolved } from '../../../strategy/index.ts';
import { fits, LARGEST } from '../longQuery.ts';
import { inOrderOfUse } from '../../../text/index.ts';

/** How what a query finds follows from rows: by algebra of sets, operands from left to right as PubMed takes them. */
type Expression =
  | { readonly kind: 'row'; readonly at: number }
  | { readonly kind: 'line'; readonly query: ResolvedQuery }
  | {
      readonly kind: 'chain';
      readonly operands: readonly Expression[];
      readonly operators: readonly Operator[];
    };

/** A text that PubMed is asked about, and the same as a query to predict with. */
export interface PlannedRow {
  readonly text: string;
  readonly query: ResolvedQuery;
}

/** What has to be asked so that everything is known about some queries. */
export interface RowPlan {
  readonly rows: readonly PlannedRow[];
  /** Of the queries and of the lines that they refer to, what is referred to first. */
  readonly expressions: ReadonlyMap<ResolvedQuery, Expression>;
}

/** Longest text that is written out with its references, in characters. */
const LONGEST_TEXT = 300_000;

/**
 * Plans rows for `queries`. A line without references is a row; a line that combines others follows from them, with its own terms as rows beside.
 * Written out and asked for as a whole is only a line that does not follow: where a tag stands behind a group with references, and where PubMed may
 * leave a part out, since `(the) AND #2` is `#2` and not nothing. A line that is too long for a question is taken apart at its operators.
 * @throws QueryTooLongError
 */
export function planRows(queries: readonly ResolvedQuery[]): RowPlan {
  const rows: PlannedRow[] = [];
  const places = new Map<string, number>();
  const expressions = new Map<ResolvedQuery, Expression>();
  /** Lines that may take part in combinations. */
  const combinable = new Set<ResolvedQuery>();
  const row = (text: string, query: ResolvedQuery): Expression => {
    const at = places.get(text) ?? rows.push({ text, query }) - 1;
    places.set(text, at);
    return { kind: 'row', at };
  };
  /** Undefined where the node does not follow from lines and rows. */
  const combined = (node: QueryNode, line: ResolvedQuery, takeApart: boolean): Expression | undefined => {
    if (node.kind === 'reference') {
      const query = line.references.get(node.label);
      return query !== undefined && combinable.has(query) ? { kind: 'line', query } : undefined;
    }
    if (node.kind === 'group' && node.tag === undefined && node.inner !== undefined)
      return combined(node.inner, line, takeApart);
    const refers = hasReferences(node);
    if (node.kind === 'chain' && (refers || takeApart)) {
      const operands: Expression[] = [];
      for (const operand of node.operands) {
        const one = combined(operand, line, takeApart);
        if (one === undefined) return undefined;
        operands.push(one);
      }
      return { kind: 'chain', operands, operators: node.operators.map(({ operator }) => operator) };
    }
    if (refers || !isSurelySearched(node)) return undefined;
    const text = printQuery(node);
    return row(text, { root: node, references: new Map(), key: text });
  };
  const whole = (query: ResolvedQuery): Expression => {
    const text = printResolved(query, { maxLength: LONGEST_TEXT });
    const parts =
      query.references.size === 0 && !fits(text, LARGEST) ? combined(query.root, query, true) : undefined;
    return parts ?? row(text, query);
  };
  for (const query of inOrderOfUseOfAll(queries)) {
    const own = query.references.size > 0 ? combined(query.root, query, false) : undefined;
    if (own !== undefined || (query.references.size === 0 && isSurelySearched(query.root)))
      combinable.add(query);
    expressions.set(query, own ?? whole(query));
  }
  return needed(queries, { rows, expressions });
}

/** Without rows and lines that no query needs in the end. */
function needed(queries: readonly ResolvedQuery[], { rows, expressions }: RowPlan): RowPlan {
  const lines = new Set<ResolvedQuery>();
  const kept = new Map<number, number>();
  const walk = (expression: Expression): Expression => {
    if (expression.kind === 'row') {
      const at = kept.get(expression.at) ?? kept.size;
      kept.set(expression.at, at);
      return { kind: 'row', at };
    }
    if (expression.kind === 'line') lines.add(expression.query);
    return expression.kind === 'chain'
      ? { ...expression, operands: expression.operands.map(walk) }
      : expression;
  };
  for (const query of queries) lines.add(query);
  // What refers comes last, so that from the end every line is met before those that it needs.
  const used: [ResolvedQuery, Expression][] = [];
  for (const [query, expression] of [...expressions].toReversed())
    if (lines.has(query)) used.push([query, walk(expression)]);
  const order = [...kept.keys()].map((at) => rows[at]).filter((row) => row !== undefined);
  return { rows: order, expressions: new Map(used.toReversed()) };
}

/** What each query finds once it is known what rows find; an error where a row that it needs has none but that. */
export function evaluateRows(
  { expressions }: RowPlan,
  found: (row: number) => ReadonlySet<string> | SearchError,
): ReadonlyMap<ResolvedQuery, ReadonlySet<string> | SearchError> {
  const values = new Map<ResolvedQuery, ReadonlySet<string> | SearchError>();
  const nothing: ReadonlySet<string> = new Set();
  const value = (expression: Expression): ReadonlySet<string> | SearchError => {
    if (expression.kind === 'row') return found(expression.at);
    if (expression.kind === 'line') return values.get(expression.query) ?? nothing;
    let result: ReadonlySet<string> | undefined;
    for (const [i, operand] of expression.operands.entries()) {
      const next = value(operand);
      if (next instanceof Error) return next;
      result = result === undefined ? next : combine(result, next, expression.operators[i - 1] ?? 'AND');
    }
    return result ?? nothing;
  };
  for (const [query, expression] of expressions) values.set(query, value(expression));
  return values;
}

/** `a` and `b` joined by an operator. */
export function combine(
  a: ReadonlySet<string>,
  b: ReadonlySet<string>,
  operator: Operator,
): ReadonlySet<string> {
  if (operator === 'OR') return new Set([...a, ...b]);
  return new Set([...a].filter((id) => b.has(id) === (operator === 'AND')));
}

/** Whether PubMed leaves no part of `node` out, whatever stands beside it: a known field or none, and a word that is no stop word. */
function isSurelySearched(node: QueryNode): boolean {
  return nodesOf(node).every((one) => {
    if (one.kind === 'chain' || one.kind === 'reference') return true;
    if (one.kind === 'group') return one.inner !== undefined;
    if (one.tag !== undefined && (one.tag.field === undefined || findField(one.tag.field) === undefined))
      return false;
    if (one.kind === 'range') return one.tag !== undefined;
    const words = one.text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    return words.some((word) => !stopwords.has(word));
  });
}

function hasReferences(node: QueryNode): boolean {
  return nodesOf(node).some(({ kind }) => kind === 'reference');
}

function inOrderOfUseOfAll(queries: readonly ResolvedQuery[]): ReadonlySet<ResolvedQuery> {
  const all = new Set<ResolvedQuery>();
  for (const query of queries) for (const one of inOrderOfUse(query)) all.add(one);
  return all;
}
