import type { CitationRecord } from '@querent/core/corpus';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type { Draft, RewriteRequest } from '@querent/core/rewriting';
import type {
  CitationSummary,
  Contributions,
  CountResult,
  Facets,
  IdsResult,
  Overlap,
  RankedResult,
  RankingProgress,
  SearchError,
  SearchWarning,
} from '@querent/core/search';
import type { RejectedRecord } from './buildTally.ts';

/** What the worker is started with. */
export interface WorkerSettings {
  /** A library, a citation file, or a folder of citation files. */
  readonly path: string;
  /** MeSH descriptors to use instead of the library's own. */
  readonly meshPath?: string;
  /** Records without MeSH match headings by their terms in the text; see `EvaluateOptions`. */
  readonly headingsAsText?: boolean;
  /** Where what can be made again is kept; the platform's cache folder unless told otherwise. */
  readonly cachePath?: string;
  /** The index, where another thread has it already. */
  readonly index?: SharedIndex;
}

/** The index of a library in memory that threads share. */
export interface SharedIndex {
  readonly bytes: Uint8Array;
  /** The engine that it belongs to: for another state of the file it is not used. */
  readonly engineId: string;
}

/** A query as it is sent once; requests name it by its number. The lines that it refers to come before it. */
export interface QueryDefinition {
  readonly number: number;
  readonly root: ResolvedQuery['root'];
  readonly references: readonly (readonly [label: string, number: number])[];
  readonly key: string;
}

/** Parameters and results of what the worker can be asked. */
export interface WorkerMethods {
  count: { params: { query: number; until?: string }; result: CountResult };
  search: {
    params: { query: number; until?: string; limit?: number; offset?: number };
    result: IdsResult;
  };
  matching: { params: { query: number; until?: string; ids: readonly string[] }; result: readonly string[] };
  summaries: { params: { ids: readonly string[] }; result: readonly CitationSummary[] };
  facets: { params: { query: number; until?: string; top?: number }; result: Facets };
  contributions: {
    params: { query: number; until?: string; seeds: readonly string[] };
    result: Contributions;
  };
  /** The queries are what the one that is sent refers to. */
  overlap: { params: { query: number; until?: string; seeds: readonly string[] }; result: Overlap };
  /** Ranked search. While its index is being built, `progress` messages come and other requests are answered. */
  rank: {
    params: {
      question: string;
      limit?: number;
      offset?: number;
      require?: readonly string[];
      exclude?: readonly string[];
    };
    result: RankedResult;
  };
  /** The deterministic rewriter, which works on the index itself. */
  proposeDrafts: { params: { request: RewriteRequest }; result: readonly Draft[] };
  /** The share of what is worth finding that each query is estimated to find, 0..1; null where it cannot be said. */
  estimateWorth: {
    params: { request: RewriteRequest; queries: readonly string[] };
    result: readonly (number | null)[];
  };
  /** Whole records, in the order of the ids, without those that are not there. */
  records: { params: { ids: readonly string[] }; result: readonly CitationRecord[] };
  /** The library's index, in memory that can be shared; null where there is none. */
  index: { params: Record<string, never>; result: Uint8Array | null };
  /** MeSH as JSON lines, for look-ups on the caller's thread; empty when the engine has none. */
  thesaurus: { params: Record<string, never>; result: readonly string[] };
  /** Reads the file again. */
  reload: { params: Record<string, never>; result: null };
}

/** A request on its way to the worker. */
export type WorkerRequest<M extends keyof WorkerMethods = keyof WorkerMethods> = {
  [K in M]: {
    readonly id: number;
    readonly method: K;
    readonly params: WorkerMethods[K]['params'];
    /** Queries that the worker does not know yet. */
    readonly definitions: readonly QueryDefinition[];
    /** Forget all queries before: bounds the worker's memory. */
    readonly forget: boolean;
    /** One 32-bit number, set to 1 when the caller gives up; seen by the worker in the middle of a computation. */
    readonly cancel: SharedArrayBuffer;
  };
}[M];

/** An engine as the worker introduces it, after opening and after every reload. */
export interface EngineIdentity {
  readonly id: string;
  readonly label: string;
  readonly rejected: readonly RejectedRecord[];
  /** What is said with every answer, because it is about the file. */
  readonly warning: SearchWarning | undefined;
}

/** A SearchError as it crosses the border. */
export interface WireError {
  readonly code: SearchError['code'];
  readonly message: string;
  readonly retryable: boolean;
}

/** What the worker sends. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly engine: EngineIdentity }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: RankingProgress }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError };
