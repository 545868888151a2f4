import { nodesOf, parseQuery } from '../../pubmed/index.ts';
import type { QueryNode } from '../../pubmed/index.ts';
import { injectionIn, loopholesOf, termsOf } from '../../rewriting/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { ReadQuery } from '../boolean/index.ts';

/**
 * Reads a PubMed query with the parser of the house and judges it by the list of loopholes that drafts in the editor are judged by. A query
 * that holds text of a request, or that nothing limits to a topic, is none and is not asked; the other loopholes are queries, and what they
 * find is measured.
 */
export function readPubMedQuery(text: string): ReadQuery {
  const injection = injectionIn(text);
  if (injection !== undefined)
    return { query: { problem: injection.reason }, loopholes: [injection.kind], terms: 0 };
  const { root, problems } = parseQuery(text);
  const found = root === undefined ? [] : loopholesOf(root);
  const loopholes = found.map(({ kind }) => kind);
  const terms = root === undefined ? 0 : termsOf(root).length;
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined)
    return { query: { problem: `The query has an error: ${error.message}` }, loopholes, terms };
  if (root !== undefined && !termsAndRanges(root).some((text) => /[\p{L}\p{N}]/u.test(text)))
    return { query: { problem: 'The query holds no letters or digits to search for.' }, loopholes, terms };
  const nonsense = found.find(({ kind }) => kind === 'nonsense');
  if (nonsense !== undefined) return { query: { problem: nonsense.reason }, loopholes, terms };
  const resolved = resolveText(text);
  return { query: isUnresolvable(resolved) ? { problem: resolved.problem } : resolved, loopholes, terms };
}

function termsAndRanges(root: QueryNode): readonly string[] {
  return nodesOf(root).flatMap((node) =>
    node.kind === 'term' ? [node.text] : node.kind === 'range' ? [node.from, node.to] : [],
  );
}
