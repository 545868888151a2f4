import type { Provenance, SearchWarning } from './engine.ts';

/** Records that some of the queries find and all others do not. */
export interface OverlapPart {
  /** Which queries find them, by position, ascending. */
  readonly foundBy: readonly number[];
  readonly count: number;
  readonly seeds: readonly string[];
}

/** Two of the queries. */
export interface OverlapPair {
  readonly first: number;
  readonly second: number;
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Records that both find / records that at least one finds, 0..1 (Jaccard); undefined when neither finds any. */
  readonly jaccard: number | undefined;
}

/** What two to four queries find in common, and what each finds alone. */
export interface Overlap {
  /** Records found by each query, and the seeds among them. */
  readonly queries: readonly { readonly count: number; readonly seeds: readonly string[] }[];
  /** Records that at least one finds. */
  readonly union: number;
  /** Every combination of queries, also those that are empty; disjoint, so that the counts add up to `union`. */
  readonly parts: readonly OverlapPart[];
  readonly pairs: readonly OverlapPair[];
  /** Seeds that none finds. */
  readonly missed: readonly string[];
  readonly warnings: readonly SearchWarning[];
  readonly provenance: Provenance;
}
