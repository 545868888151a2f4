import type { Provenance, SearchWarning } from './engine.ts';

/** A record in a ranking. */
export interface RankedHit {
  readonly id: string;
  /** BM25, >= 0, comparable within one answer only; or a cosine, -1..1. Four decimals. */
  readonly score: number;
}

/** An answer to "which records fit best". */
export interface RankedResult {
  /** Best first, from `offset` on and at most `limit`; of equal scores the record that was imported first. */
  readonly hits: readonly RankedHit[];
  /** Records that have any of the words (all required and no excluded one); by similarity, all records that have a text. */
  readonly count: number;
  /** The words as they were searched for: stems, `^2` for a word given twice, `+` required, `-` excluded; by similarity, the text that was embedded. */
  readonly translation: string;
  readonly warnings: readonly SearchWarning[];
  readonly provenance: Provenance;
}

/** How far the index is that ranking needs; it is built once and then kept. */
export interface RankingProgress {
  readonly done: number;
  /** Records of the library. */
  readonly total: number;
}

/** How a question is ranked. */
export interface RankOptions {
  readonly signal?: AbortSignal;
  /** At most so many hits; 50 unless told otherwise. */
  readonly limit?: number;
  /** Hits to leave out at the top. */
  readonly offset?: number;
  /** Texts all of whose words every record must have. */
  readonly require?: readonly string[];
  /** Texts none of whose words a record may have. */
  readonly exclude?: readonly string[];
  /** Called while the index is being built, a few times a second. */
  readonly onProgress?: (progress: RankingProgress) => void;
}

/**
 * A place where records are ranked by a question or a bag of words. It is asked in texts, not in `ResolvedQuery`: here operators mean
 * nothing.
 */
export interface RankedEngine {
  /** See {@link Provenance.engine}. */
  readonly id: string;
  /** See {@link Provenance.label}. */
  readonly label: string;
  /**
   * @throws SearchError when there is no answer: `rejected` for a question without a word to rank by, `unsupported` for a library
   * that is too large, `aborted`. A failed ranking is never an empty list.
   */
  rank(question: string, options?: RankOptions): Promise<RankedResult>;
  /** Gives up what is being built, and answers no more. */
  close(): Promise<void>;
}
