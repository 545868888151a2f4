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

/** Thrown by `printResolved` when the written-out query would exceed its limit. */
export class QueryTooLongError extends Error {
  override readonly name = 'QueryTooLongError';
}
