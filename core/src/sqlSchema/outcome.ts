/** A value in a row of SQL's answer. Integers beyond 2^53 come as bigint. */
export type SqlCell = string | number | bigint | Uint8Array | null;

/** What a statement gave. */
export type SqlOutcome =
  | {
      readonly kind: 'rows';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly SqlCell[])[];
      /** There was more than the limit of rows, or of bytes; only the first rows are here. */
      readonly isCut: boolean;
      /** Tables that the statement reads, through views and subqueries too, as the database planned it; none for `SELECT 1`. */
      readonly tables: readonly string[];
    }
  | SqlFailure;

/** Why a statement gave nothing. */
export type SqlFailure =
  /** The statement is wrong, or may not be run here; `message` is the database's own, or ours. */
  | { readonly kind: 'error'; readonly code: 'syntax' | 'refused' | 'failed'; readonly message: string }
  /** It took too long. Says nothing about what it would have given. */
  | { readonly kind: 'timeout'; readonly ms: number };

/** What a person sees of a statement before they rely on it. */
export type SqlPreview =
  | {
      readonly kind: 'rows';
      readonly columns: readonly string[];
      /** The first rows. */
      readonly rows: readonly (readonly SqlCell[])[];
      /** Rows that were counted: all of them where `isCounted`, else at least so many. */
      readonly total: number;
      readonly isCounted: boolean;
      readonly tables: readonly string[];
      /** Milliseconds until the first rows were there, and until the count ended. */
      readonly ms: number;
      readonly countMs: number;
      /** The query plan in sentences, in the order in which the database works; depth 0 is the statement itself. */
      readonly plan: readonly SqlPlanStep[];
    }
  | SqlFailure;

export interface SqlPlanStep {
  readonly depth: number;
  /** One sentence for people. */
  readonly text: string;
  /** What SQLite said. */
  readonly detail: string;
  /** Whether it reads all of a table, sorts, or builds an index for this one statement: what makes large tables slow. */
  readonly isCostly: boolean;
}
