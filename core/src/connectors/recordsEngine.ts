import type { CitationRecord } from '../corpus/index.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import type { SearchEngine, SearchOptions, SearchQuery } from '../search/index.ts';

/** An engine that hands out whole records and all ids of a query, however many: what exports and seeds need. */
export interface RecordsEngine<Query extends SearchQuery = ResolvedQuery> extends SearchEngine<Query> {
  /**
   * All ids of `query`, in pages, without an end at 10,000. The order is the engine's own, newest first as far as it can be had.
   * @throws SearchError; also when pages do not add up to the count, since a list that lacks records must not look whole
   */
  allIds(query: Query, options?: SearchOptions): AsyncIterable<readonly string[]>;
  /** Whole records in the order of `ids`, in batches as they come; ids that the engine does not hold are left out. @throws SearchError */
  fetchRecords(ids: readonly string[], options?: SearchOptions): AsyncIterable<readonly CitationRecord[]>;
}

/** Whether `engine` is a {@link RecordsEngine}. */
export function hasRecords<Query extends SearchQuery>(
  engine: SearchEngine<Query>,
): engine is RecordsEngine<Query> {
  return 'allIds' in engine && 'fetchRecords' in engine;
}
