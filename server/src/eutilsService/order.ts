import type { DocSet } from '@querent/core/corpus';
import type { Collection } from './collection.ts';

/** Orders that ESearch can be asked for: `sort` in lower case without blanks. Without one the newest PMID comes first. */
type Order = 'uid' | 'pub_date' | 'author' | 'journalname' | 'relevance';

const ORDERS: Readonly<Record<string, Order>> = {
  pub_date: 'pub_date',
  'pub+date': 'pub_date',
  pubdate: 'pub_date',
  date: 'pub_date',
  author: 'author',
  first_author: 'author',
  last_author: 'author',
  journal: 'journalname',
  journalname: 'journalname',
  relevance: 'relevance',
};

/** Orders by document number, made when they are first asked for: reading 60,000 records takes seconds. */
const orders = new WeakMap<Collection, Map<Order, Uint32Array>>();

/** The order that `sort` asks for; undefined for one that is not known. */
export function orderOf(sort: string | undefined): Order | undefined {
  return sort === undefined ? 'uid' : ORDERS[sort.toLowerCase().replace(/\s+/g, '_')];
}

/**
 * A part of what was found, as ids.
 * @param words what relevance is judged by
 */
export async function inOrder(
  collection: Collection,
  docs: DocSet,
  { order, from, limit, words }: { order: Order; from: number; limit: number; words: string },
): Promise<readonly string[]> {
  const { index } = collection.engine;
  if (order === 'pub_date') return index.newest(docs, from, limit).map((doc) => index.idOf(doc));
  if (order === 'relevance') {
    const ids = await byRelevance(collection, docs, words);
    return ids.slice(from, from + limit);
  }
  const found: string[] = [];
  let skip = from;
  for (const doc of orderedDocs(collection, order)) {
    if (found.length >= limit) break;
    if (docs.has(doc) && skip-- <= 0) found.push(index.idOf(doc));
  }
  return found;
}

/** The ranking's best first, then the others, newest first: the ranking knows nothing of records without any of the words. */
async function byRelevance(collection: Collection, docs: DocSet, words: string): Promise<readonly string[]> {
  const { index } = collection.engine;
  const newest = index.newest(docs, 0, Infinity).map((doc) => index.idOf(doc));
  if (!/[\p{L}\p{N}]/u.test(words)) return newest;
  const { hits } = await collection.ranked.rank(words, { limit: mostRanked });
  const ranked = hits.map(({ id }) => id).filter((id) => docs.has(index.docOf(id) ?? -1));
  return [...new Set([...ranked, ...newest])];
}

/** As many as a ranking gives. */
const mostRanked = 10_000;

function orderedDocs(collection: Collection, order: Order): Uint32Array {
  let known = orders.get(collection);
  if (known === undefined) orders.set(collection, (known = new Map<Order, Uint32Array>()));
  let docs = known.get(order);
  if (docs === undefined) known.set(order, (docs = makeOrder(collection, order)));
  return docs;
}

function makeOrder(collection: Collection, order: Order): Uint32Array {
  const { index } = collection.engine;
  const docs = collection.members.toArray();
  const byId = (a: number, b: number): number => Number(index.idOf(b)) - Number(index.idOf(a));
  if (order === 'uid') return docs.sort(byId);
  const names = new Map<number, string>();
  for (let at = 0; at < docs.length; at += batch) {
    const ids = Array.from(docs.subarray(at, at + batch), (doc) => index.idOf(doc));
    for (const [id, record] of collection.records(ids)) {
      const name = order === 'author' ? record.authors[0] : (record.journalAbbreviation ?? record.journal);
      names.set(index.docOf(id) ?? -1, (name ?? '').toLowerCase());
    }
  }
  const nameOf = (doc: number): string => names.get(doc) ?? '';
  // Records without a name come last.
  return docs.sort((a, b) => {
    const [left, right] = [nameOf(a), nameOf(b)];
    if (left === right) return byId(a, b);
    if (left === '' || right === '') return left === '' ? 1 : -1;
    return left < right ? -1 : 1;
  });
}

const batch = 1_000;
