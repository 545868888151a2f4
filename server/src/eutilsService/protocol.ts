import type { WireError } from '../library/workerProtocol.ts';

/** The E-utilities and the one search of ClinicalTrials.gov that are served. */
export type Utility =
  'einfo' | 'esearch' | 'epost' | 'esummary' | 'efetch' | 'elink' | 'espell' | 'studies' | 'study';

/** A set of records on the history server: what found it, or the ids that were posted. */
export type HistoryEntry =
  | {
      readonly kind: 'search';
      readonly db: string;
      readonly term: string;
      /** `field=` of the search. */
      readonly field?: string;
      /** The limit by date, as a query: `2010/01/01:2016/09/30[pdat]`. */
      readonly dates?: string;
      /** Another set of the same environment that this one is within. */
      readonly within?: string;
    }
  | { readonly kind: 'ids'; readonly db: string; readonly ids: readonly string[] };

/** A request as a thread is given it: read, allowed, and with the sets of its environment. */
export interface ServiceRequest {
  readonly utility: Utility;
  /** In the order of the request; a name may come again (`id` of ELink). */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Sets by query key that the request may speak of. */
  readonly history: Readonly<Record<string, HistoryEntry>>;
  /** Where a set would be kept that the request makes. */
  readonly slot: HistorySlot | undefined;
  /** `/api/v2/studies/NCT00000102`: the last part of the path. */
  readonly path?: string;
}

/**
 * Whether a request may wait for the index for ranking, which takes a while to be made, in slices: other requests are answered meanwhile.
 */
export function isSlow({ utility, parameters }: ServiceRequest): boolean {
  return (
    utility === 'elink' ||
    (utility === 'esearch' &&
      parameters.some(([name, value]) => name.toLowerCase() === 'sort' && /relevance/i.test(value)))
  );
}

/** A place on the history server. */
export interface HistorySlot {
  readonly webEnv: string;
  readonly queryKey: string;
}

/** What is sent back. */
export interface ServiceAnswer {
  readonly status: number;
  /** The content type. */
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** To be kept in the slot of the request. */
  readonly keep?: HistoryEntry;
}

/** What a thread is started with. */
export interface ThreadSettings {
  /** A library, a citation file or a folder of such: what `db=pubmed` searches. */
  readonly corpus: string;
  /** MeSH descriptors to use instead of the library's own. */
  readonly mesh?: string;
  /** Trial registrations; those of `corpus` unless told otherwise. */
  readonly trials?: string;
  /** Where the index for ranking is kept; the platform's cache folder unless told otherwise. */
  readonly cachePath?: string;
  /** Indexes that another thread has read already. */
  readonly shared?: SharedIndexes;
}

/** Indexes in memory that threads share. */
export interface SharedIndexes {
  readonly corpus?: { readonly bytes: Uint8Array; readonly engineId: string };
  readonly trials?: { readonly bytes: Uint8Array; readonly engineId: string };
}

/** What is told of a thread's data. */
export interface OpenedData {
  readonly label: string;
  readonly records: number;
  readonly shared: SharedIndexes;
}

/** To a thread. */
export interface ThreadJob {
  readonly id: number;
  readonly request: ServiceRequest;
  /** One 32-bit number, set to 1 when the client went away. */
  readonly cancel: SharedArrayBuffer;
}

/** From a thread. */
export type ThreadMessage =
  | { readonly kind: 'ready'; readonly data: OpenedData }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ServiceAnswer }
  | { readonly kind: 'fault'; readonly id: number; readonly error: WireError };
