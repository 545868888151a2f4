import type { Context } from './context.ts';
import { inOrder } from './order.ts';
import { noSet, TermFault } from './terms.ts';

/**
 * The ids that ESummary, EFetch and ELink are asked about: those of `id`, or of a set on the history server, from `retstart` on and at most
 * `retmax`.
 * @param most how many at most, and unless told otherwise
 * @throws TermFault in NCBI's words
 */
export async function selectedIds(context: Context, most: number): Promise<readonly string[]> {
  const { parameters, history, citations, signal } = context;
  const from = parameters.number('retstart', 0);
  const limit = Math.min(parameters.number('retmax', most), most);
  const key = parameters.text('query_key');
  if (parameters.text('WebEnv') === undefined || key === undefined) {
    const ids = parameters.ids();
    if (ids.length === 0) throw new TermFault('Neither query_key nor id specified');
    return ids.slice(from, from + limit);
  }
  const entry = history[key];
  if (entry === undefined) throw new TermFault(noSet(key));
  if (entry.kind === 'ids') return entry.ids.slice(from, from + limit);
  const { docs } = citations.search(entry, history, signal);
  return inOrder(citations, docs, { order: 'uid', from, limit, words: '' });
}
