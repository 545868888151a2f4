import type { QueryNode } from './tree.ts';

/**
 * A query whose line references are resolved to other queries: a directed graph without cycles, never a copied text.
 * (Sixty lines that each use the one before twice are 2^60 terms when written out.)
 */
export interface ResolvedQuery {
  readonly root: QueryNode;
  /** Label to query, for every reference that occurs in `root`. */
  readonly references: ReadonlyMap<string, ResolvedQuery>;
  /**
   * Canonical identity: equal for queries that differ only in white space, case of operators and tags, quote style or
   * numbering of lines. Part of every cache key. A hash, so its length is bounded.
   */
  readonly key: string;
}

/** `query` and all that it refers to, each once, what is referred to first. Iterates: strategies may be long. */
export function inOrderOfUse(query: ResolvedQuery): ReadonlySet<ResolvedQuery> {
  const done = new Set<ResolvedQuery>();
  const entered = new Set<ResolvedQuery>();
  const work = [query];
  for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
    if (entered.has(top)) {
      done.add(top);
      work.pop();
      continue;
    }
    entered.add(top);
    for (const reference of top.references.values()) if (!entered.has(reference)) work.push(reference);
  }
  return done;
}

/** Thrown by `printResolved` when the written-out query would exceed its limit. */
export class QueryTooLongError extends Error {
  override readonly name = 'QueryTooLongError';
}
