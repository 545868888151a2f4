import type { Collection } from './collection.ts';
import type { Parameters } from './parameters.ts';
import type { HistoryEntry, HistorySlot, ServiceRequest } from './protocol.ts';

/** What answering a request may draw on. */
export interface Context {
  readonly parameters: Parameters;
  readonly request: ServiceRequest;
  readonly history: Readonly<Record<string, HistoryEntry>>;
  readonly slot: HistorySlot | undefined;
  /** Records with a PMID. */
  readonly citations: Collection;
  /** Registrations of trials. */
  readonly trials: Collection;
  /** Set when the client went away. */
  readonly signal: { readonly aborted: boolean };
  /** Today, `yyyy-mm-dd`. */
  readonly today: string;
}

/**
 * The most records of one search that PubMed lists: its documents say 10,000, its answers stop at 9,999 ("can only retrieve the first 9,999
 * records matching the query").
 */
export const MOST_LISTED = 9_999;
