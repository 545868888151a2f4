import type { Pico } from '../strategy/index.ts';
import type { Measurement, SearchEngine } from '../search/index.ts';
import type { Problem } from '../text/index.ts';

/** What a rewriter is asked for. */
export interface RewriteRequest {
  readonly title?: string;
  readonly pico?: Pico;
  /** The query to improve, references written out; undefined when starting from a question alone. */
  readonly query?: string;
  /** Known relevant ids; proposals are measured against them and may learn from them. */
  readonly seeds: readonly string[];
  readonly until?: string;
  /** Most records that a proposal should find; 1,500 unless told otherwise. */
  readonly budget?: number;
  /** The forms wanted, in this order; all unless told otherwise. */
  readonly forms?: readonly ProposalForm[];
  /** What `query` was measured to do, when it was; `proposeRewrites` fills it in for the rewriters. */
  readonly current?: { readonly count: number; readonly seedsFound: number };
}

/** What a proposal is for: `recall` misses least, `readable` has few clauses, `precise` finds few records. */
export type ProposalForm = 'recall' | 'readable' | 'precise';

/** A query as a rewriter gave it, before anyone looked at it. */
export interface Draft {
  readonly query: string;
  /** `method`: the deterministic rewriter; `model`: a language model. */
  readonly origin: 'method' | 'model';
  readonly form?: ProposalForm;
  /** Name of the method or the model. */
  readonly source: string;
  /** Why the query is as it is, in a few sentences. */
  readonly reasoning: string;
}

/** A draft that was parsed, linted and measured: all that is ever shown. */
export interface Proposal extends Draft {
  readonly problems: readonly Problem[];
  readonly measurement: Measurement;
}

/** A draft that was not shown as a proposal, with the honest reason. */
export interface Rejection {
  readonly origin: Draft['origin'];
  readonly source: string;
  /** The text that was rejected: the query where one could be read, else the start of the answer. */
  readonly text: string;
  /** One sentence for people. */
  readonly reason: string;
}

/** The outcome of a rewrite. */
export interface RewriteResult {
  /** The measurement of the query that was there, undefined when there was none or it could not be measured. */
  readonly original: Measurement | undefined;
  /** Best first. */
  readonly proposals: readonly Proposal[];
  readonly rejected: readonly Rejection[];
}

/** Makes drafts; the deterministic rewriter and the model are both one. */
export interface Rewriter {
  /** Name for people, for a rejection when the rewriter fails as a whole. */
  readonly name?: string;
  readonly origin?: Draft['origin'];
  draft(
    request: RewriteRequest,
    engine: SearchEngine,
    signal: AbortSignal,
  ): Promise<{ readonly drafts: readonly Draft[]; readonly rejected: readonly Rejection[] }>;
}
