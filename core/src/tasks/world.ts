import type { Embedder, RankedEngine, SearchEngine } from '../search/index.ts';
import type { SqlOutcome, SqlSchema } from '../sqlSchema/index.ts';

export type { Embedder } from '../search/index.ts';

/**
 * The places where queries of tasks are run. A service has some of them; a task that needs one which is not there refuses the item with
 * the way out (see {@link need}), and never gives a reward.
 */
export interface World {
  /** Boolean search in citations: publication search. */
  readonly citations?: SearchEngine;
  /** Boolean search in trial registrations. */
  readonly trials?: SearchEngine;
  /** Ranking by words (lunr). */
  readonly ranking?: RankedEngine;
  /** Ranking by similarity of embeddings. */
  readonly dense?: RankedEngine;
  /** The texts of the records that rankings name. */
  readonly passages?: Passages;
  /** Embeddings of texts, for the reward of semantic gain. */
  readonly embedder?: Embedder;
  /** SQL databases by name. */
  readonly databases?: Databases;
}

/** Texts by id. */
export interface Passages {
  /** Title and abstract of each id, in their order; undefined for an id that is not there. */
  texts(ids: readonly string[], signal?: AbortSignal): Promise<readonly (string | undefined)[]>;
}

/** SQLite databases that are only read. */
export interface Databases {
  readonly names: readonly string[];
  /** @throws SearchError `rejected` for a name that is not there, `bad-library` for a file that cannot be read. */
  schema(database: string, signal?: AbortSignal): Promise<SqlSchema>;
  /**
   * Runs one statement that reads, on a copy or a read-only handle, within limits of time and rows.
   * @throws SearchError when the database cannot be asked; what is wrong with the statement is an outcome, no error.
   */
  run(database: string, sql: string, options?: { readonly signal?: AbortSignal }): Promise<SqlOutcome>;
}
