import { parseQuery } from '../../pubmed/index.ts';
import { injectionIn, loopholesOf, termsOf } from '../../rewriting/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { ReadQuery } from '../boolean/index.ts';

/**
 * Reads a PubMed query with the parser of the house and judges it by the list of loopholes that drafts in the editor are judged by. A query
 * that holds text of a request is none and is not asked; the other loopholes are queries, and what they find is measured.
 */
export function readPubMedQuery(text: string): ReadQuery {
  const injection = injectionIn(text);
  if (injection !== undefined)
    return { query: { problem: injection.reason }, loopholes: [injection.kind], terms: 0 };
  const { root, problems } = parseQuery(text);
  const loopholes = root === undefined ? [] : loopholesOf(root).map(({ kind }) => kind);
  const terms = root === undefined ? 0 : termsOf(root).length;
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined)
    return { query: { problem: `The query has an error: ${error.message}` }, loopholes, terms };
  const resolved = resolveText(text);
  return { query: isUnresolvable(resolved) ? { problem: resolved.problem } : resolved, loopholes, terms };
}
