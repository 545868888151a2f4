import { printQuery, printTag, QueryTooLongError } from '../pubmed/index.ts';
import type { QueryNode, ResolvedQuery } from '../pubmed/index.ts';
import { formatCount, inOrderOfUse } from '../text/index.ts';

/** What a query is made of once its own nodes are printed: text, and other lines in between. */
type Part = string | ResolvedQuery;

/** Longest text that is written out unless told otherwise, in characters: beyond any query that a service accepts. */
const DEFAULT_MAX_LENGTH = 1_000_000;

/**
 * Writes a query out with its references in parentheses, canonical and fit for sending: no comments, straight quotes,
 * operators in capitals, implicit ones spelled out.
 * @throws QueryTooLongError when the text would be longer than `maxLength` characters; known before anything is built.
 */
export function printResolved(resolved: ResolvedQuery, options: { maxLength?: number } = {}): string {
  const maxLength = options.maxLength ?? DEFAULT_MAX_LENGTH;
  const parts = collect(resolved);
  const lengths = new Map<ResolvedQuery, number>();
  for (const [query, pieces] of parts) {
    let length = 0;
    for (const piece of pieces)
      length += typeof piece === 'string' ? piece.length : (lengths.get(piece) ?? 0);
    lengths.set(query, length);
  }
  const length = lengths.get(resolved) ?? 0;
  if (length > maxLength) {
    const size = length < 1e12 ? `${formatCount(length)} characters` : 'more than a billion characters';
    throw new QueryTooLongError(
      `With its line references written out the query has ${size}; the limit is ${formatCount(maxLength)}. Use fewer references to long lines.`,
    );
  }
  const texts = new Map<ResolvedQuery, string>();
  for (const [query, pieces] of parts)
    texts.set(
      query,
      pieces.map((piece) => (typeof piece === 'string' ? piece : (texts.get(piece) ?? ''))).join(''),
    );
  return texts.get(resolved) ?? '';
}

/** The parts of `resolved` and of all it refers to, referred before referring (insertion order). */
function collect(resolved: ResolvedQuery): Map<ResolvedQuery, readonly Part[]> {
  const parts = new Map<ResolvedQuery, readonly Part[]>();
  for (const query of inOrderOfUse(resolved)) {
    const pieces: Part[] = [];
    print(query.root, query, true, pieces);
    parts.set(query, pieces);
  }
  return parts;
}

function print(node: QueryNode, query: ResolvedQuery, outermost: boolean, into: Part[]): void {
  if (node.kind === 'chain') {
    node.operands.forEach((operand, index) => {
      const operator = node.operators[index - 1];
      if (operator) into.push(` ${operator.operator} `);
      print(operand, query, false, into);
    });
  } else if (node.kind === 'group' && node.inner) {
    into.push('(');
    print(node.inner, query, true, into);
    into.push(node.tag === undefined ? ')' : `)${printTag(node.tag)}`);
  } else if (node.kind === 'reference') {
    const target = query.references.get(node.label);
    if (!target) into.push(printQuery(node));
    else if (outermost || isClosed(target.root)) into.push(target);
    else into.push('(', target, ')');
  } else into.push(printQuery(node));
}

/** Whether a query needs no parentheses around it wherever it stands. */
function isClosed(node: QueryNode): boolean {
  return (
    (node.kind === 'group' && node.tag === undefined) || (node.kind === 'term' && node.tag !== undefined)
  );
}
