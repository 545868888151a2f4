import type { ResolvedQuery } from '../pubmed/index.ts';

/** Something the engine wants the person to know about an answer, in its words or ours. */
export interface SearchWarning {
  /** kebab-case: `unsupported-locally`, `phrase-not-found`, `field-not-found`, `ignored`, `truncation-too-short` ... */
  readonly code: string;
  readonly message: string;
  /** The piece of the query that the engine speaks of, in its words; absent where it speaks of the whole. */
  readonly subject?: string;
}

/** What an engine made of a piece of the query: PubMed's `translationset`. */
export interface TermMapping {
  /** The piece, as the engine repeats it: `cold`. */
  readonly from: string;
  /** What it searched for: `"cold temperature"[MeSH Terms] OR ("cold"[All Fields] AND ...)`. */
  readonly to: string;
}

/** Where and when an answer was obtained. Shown beside every number. */
export interface Provenance {
  /** Stable id of the engine and the state of its data, for cache keys: `library:<content hash>`, `pubmed`. */
  readonly engine: string;
  /** For people: `citation library sample.sqlite, 300 records`. */
  readonly label: string;
  /** ISO 8601 time at which the engine answered. */
  readonly at: string;
  /** Why an answer of an earlier day is shown, for people: the engine cannot be reached now. Absent of answers that hold today. */
  readonly offline?: string;
}

/** How a search is limited. */
export interface SearchOptions {
  readonly signal?: AbortSignal;
  /** Only records of or before this day, `yyyy-mm-dd`; what is no day is refused, see {@link checkDay}. */
  readonly until?: string;
  /** Only records of or after this day, `yyyy-mm-dd`. */
  readonly since?: string;
  /** Which day of a record `since` and `until` look at: of publication (default), of entry into the database, of creation of the record. */
  readonly dateType?: 'pdat' | 'edat' | 'crdt';
  /** Questions of higher priority are asked first where questions have to wait; 0 by default, 1 for what a person looks at. */
  readonly priority?: number;
}

/** What every engine needs of a query: who it is. */
export interface SearchQuery {
  /** Canonical identity, equal for queries that mean the same; part of every cache key. */
  readonly key: string;
}

/** An answer to "how many". */
export interface CountResult {
  /** Number of records found, >= 0. */
  readonly count: number;
  /** The query as the engine understood it, when it says so. */
  readonly translation?: string;
  /** Piece by piece, where the engine says so. */
  readonly mappings?: readonly TermMapping[];
  readonly warnings: readonly SearchWarning[];
  readonly provenance: Provenance;
}

/** An answer with ids. */
export interface IdsResult extends CountResult {
  /** Ids found, from `offset` on and at most `limit`; newest first. */
  readonly ids: readonly string[];
}

/** What a list of results shows of a record. */
export interface CitationSummary {
  readonly id: string;
  readonly title: string;
  readonly year?: number;
  readonly journal?: string;
  readonly authors: readonly string[];
  readonly doi?: string;
}

/** Why an engine could not answer. `retryable` tells a passing fault from a final one. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  readonly code:
    'network' | 'rate-limited' | 'rejected' | 'unsupported' | 'bad-library' | 'aborted' | 'internal';
  readonly retryable: boolean;
  constructor(code: SearchError['code'], message: string, retryable = false, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.retryable = retryable;
  }
}

/**
 * Checks the form of {@link SearchOptions.until}.
 * @throws SearchError `rejected`
 */
export function checkDay(text: string): void {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(text))
    throw new SearchError('rejected', `“${text}” is not a day like 2016-09-30. Write the search date so.`);
}

/**
 * A place where a query is asked. Every method rejects with a {@link SearchError} when it has no answer: a failed
 * search is never a zero.
 */
export interface SearchEngine<Query extends SearchQuery = ResolvedQuery> {
  /** See {@link Provenance.engine}. */
  readonly id: string;
  /** See {@link Provenance.label}. */
  readonly label: string;
  /** Records that it holds, where it knows without being asked. */
  readonly size?: number;
  count(query: Query, options?: SearchOptions): Promise<CountResult>;
  search(
    query: Query,
    options?: SearchOptions & { readonly limit?: number; readonly offset?: number },
  ): Promise<IdsResult>;
  /**
   * Which of `ids` the query finds, in their order; seeds are measured with it. Ids are compared as they are stored: PMIDs as
   * digits without leading zeros, other ids as their source writes them.
   */
  matching(query: Query, ids: readonly string[], options?: SearchOptions): Promise<readonly string[]>;
  /**
   * The same for many queries at once, in their order, where the engine has a way that takes fewer requests than one for each.
   * It answers for all or rejects.
   */
  matchingAll?(
    queries: readonly Query[],
    ids: readonly string[],
    options?: SearchOptions,
  ): Promise<readonly (readonly string[])[]>;
  /** Summaries in the order of `ids`; ids that the engine does not hold are left out. */
  summaries(ids: readonly string[], options?: SearchOptions): Promise<readonly CitationSummary[]>;
  /** Frees workers and files; the engine answers no more. */
  close(): Promise<void>;
}
