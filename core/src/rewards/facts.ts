/** How far the answer of a completion could be read: not at all, with an empty query in it, or with a query. */
export type AnswerState = 'unreadable' | 'empty' | 'read';

/**
 * Ways to earn a reward without searching. `injection`: parameters of a request, addresses, markup. `knowledge`: record numbers, authors,
 * journals, trial names instead of topics, or an answer that the question does not hold. `endless`: lists of terms that no person could
 * judge. `nonsense`: what runs and says nothing, such as `SELECT 1`.
 */
export type Loophole = 'injection' | 'knowledge' | 'endless' | 'nonsense';

interface Facts {
  /** Whether the completion has the form that was asked for: each tag once, in order. */
  readonly isWellFormed: boolean;
  readonly answer: AnswerState;
  readonly loopholes: readonly Loophole[];
}

/** What a Boolean query did. */
export interface BooleanFacts extends Facts {
  /** Whether the real parser, and the engine, take the query. False without a query. */
  readonly isValid: boolean;
  /** Relevant records, >= 1. */
  readonly relevant: number;
  /** Relevant records found, 0..relevant; 0 when nothing was asked. */
  readonly found: number;
  /** Records found; 0 when nothing was asked. */
  readonly records: number;
  /** Terms of the query. */
  readonly terms: number;
  /** Records that a team is ready to screen, >= 1. */
  readonly budget: number;
}

/** What a query did that ranks. */
export interface RankedFacts extends Facts {
  /** Whether the query could be ranked by at all. */
  readonly isValid: boolean;
  /** Rank (from 1) of the first record with an answer, or that is relevant; undefined when there is none. */
  readonly rank: number | undefined;
  /** NDCG@k, 0..1; undefined when nothing was ranked. */
  readonly ndcg: number | undefined;
  /** Words of the query. */
  readonly words: number;
}

/** What a statement of SQL did. */
export interface SqlFacts extends Facts {
  /** `syntax`, `refused` and `failed` as the database said; `timeout` when it took too long; `ran` else. */
  readonly execution: 'none' | 'syntax' | 'refused' | 'failed' | 'timeout' | 'ran';
  /** Whether what it gave equals what the trusted statement gives. */
  readonly isCorrect: boolean;
  /** Share of the expected rows that it gave, 0..1, as multisets; 0 when it did not run; 1 where rightly there are none. */
  readonly rowRecall: number;
  /** Share of its rows that were expected, 0..1; 0 when it did not run or gave none; 1 where rightly there are none. */
  readonly rowPrecision: number;
}
