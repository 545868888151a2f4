import type { Pico } from '../strategy/index.ts';
import type { Measurement, SearchEngine } from '../search/index.ts';
import type { Problem } from '../text/index.ts';

/**
 * What a rewrite is to bring about. `improve`: a better query on the topic; `catch-missed`: the query that is there, and what finds the seeds that
 * it misses; `narrow`: fewer records at the least loss of seeds.
 */
export type RewriteGoal = 'improve' | 'catch-missed' | 'narrow';

/** The text of a known relevant record, for rewriters that read. */
export interface SeedRecord {
  readonly id: string;
  readonly title: string;
  readonly abstract?: string;
  /** Names of MeSH headings. */
  readonly headings?: readonly string[];
}

/** Something that was measured to be wrong with a query: what goes back to the model and the method. */
export interface MeasuredFault {
  /**
   * `misses-seeds`: known relevant records that it does not find; `block-loses-seeds`: one block that lets them fall; `too-many`: more records than
   * the budget; `finds-nothing`; `adds-nothing`: a term without which the same is found; `invalid`: it cannot be searched.
   */
  readonly kind:
    'misses-seeds' | 'block-loses-seeds' | 'too-many' | 'finds-nothing' | 'adds-nothing' | 'invalid';
  /** The part of the query that is meant, as it is written; absent for the whole. */
  readonly text?: string;
  /** One sentence for people and models, without ids. */
  readonly message: string;
  /** The seeds concerned; never shown to a model. */
  readonly ids?: readonly string[];
}

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
  /** `improve` unless told otherwise. */
  readonly goal?: RewriteGoal;
  /** `query` is one block of a strategy: terms joined by OR, to be completed or pruned. Nothing is ever joined to it by AND. */
  readonly isBlock?: true;
  /** Least share of the seeds that the person wants found, 0..1; proposals that reach it go before those that do not. */
  readonly recallFloor?: number;
  /** What `query` was measured to do wrong; `proposeRewrites` fills it in for the rewriters. */
  readonly faults?: readonly MeasuredFault[];
  /** Texts of seeds, where they are known; `proposeRewrites` fills in what the engine holds. */
  readonly seedRecords?: readonly SeedRecord[];
}

/** What a proposal is for: `recall` misses least, `readable` has few clauses, `precise` finds few records. */
export type ProposalForm = 'recall' | 'readable' | 'precise';

/** `method`: the deterministic rewriter; `model`: a language model; `combined`: blocks of several proposals, put together. */
export type Origin = 'method' | 'model' | 'combined';

/** A query as a rewriter gave it, before anyone looked at it. */
export interface Draft {
  readonly query: string;
  readonly origin: Origin;
  readonly form?: ProposalForm;
  /** Name of the method or the model. */
  readonly source: string;
  /** Why the query is as it is, in a few sentences. */
  readonly reasoning: string;
  /**
   * The seeds that helped to write it: those whose text a model was shown, or might have been shown had the query found others; those that a method
   * learnt from. Where it is absent, all seeds of the request for the method and none for a model.
   */
  readonly shownSeeds?: readonly string[];
}

/** Something in a proposal that a person should look at before trusting it. */
export interface Flag {
  /**
   * `names-people`, `names-records`: an author, a PMID, an identifier, a journal, a title; `unknown-term`: in no record of the engine and in no thesaurus;
   * `unmeasured`: what could not be found out, with the reason; `repaired`: what was mended before it could be searched.
   */
  readonly kind: 'names-people' | 'names-records' | 'unknown-term' | 'unmeasured' | 'repaired';
  /** The part of the query that is meant, as it is written. */
  readonly text: string;
  /** One sentence for people. */
  readonly message: string;
}

/** A share of few things, with what it may be in truth. */
export interface Share {
  readonly found: number;
  readonly total: number;
  /** found / total, 0..1. */
  readonly value: number;
  /** 95 % confidence interval (Wilson score), 0..1. */
  readonly interval: readonly [number, number];
}

/** One of the blocks that a query joins by AND. */
export interface ProposalBlock {
  /** For people: its heading or first term. */
  readonly name: string;
  readonly query: string;
}

/** What is found out about a draft beside its measurement. */
export interface Judgement {
  readonly flags: readonly Flag[];
  /** Recall on all seeds, those that helped to build the query among them; undefined without seeds. */
  readonly seedRecall: Share | undefined;
  /**
   * Recall on seeds that had no part in building the query: those held back in turn from the method, or those that the model was not shown.
   * Undefined without seeds, where seeds did not help (then `seedRecall` is that), or where there are too few to hold any back.
   */
  readonly heldBackRecall: Share | undefined;
  /** Whether seeds helped to build the query. */
  readonly usedSeeds: boolean;
  /** No other proposal finds as many seeds with fewer records, or the same with fewer terms, without losing more on seeds held back. */
  readonly isOnFront: boolean;
  /** Number of terms, and of clauses: blocks joined by AND or alternatives joined by OR at the top. */
  readonly terms: number;
  readonly clauses: number;
  readonly blocks: readonly ProposalBlock[];
  /** Of a combination: names of what it was put together from. */
  readonly parents: readonly string[];
  /** 0 for a first draft; n for one that was made from the measured faults of round n - 1. */
  readonly round: number;
  /** Where a block of a strategy is rewritten: the measurement of the whole strategy with this block in its place. */
  readonly whole: Measurement | undefined;
  /**
   * Without seeds, where the engine can tell: estimated share of what is worth finding that it finds, 0..1, by a ranking of the records by the
   * topic. A guess to compare proposals by, never a recall.
   */
  readonly estimatedWorth: number | undefined;
}

/** A draft that was parsed, linted and measured: all that is ever shown. */
export interface Proposal extends Draft, Judgement {
  readonly problems: readonly Problem[];
  readonly measurement: Measurement;
}

/** A draft that was not shown as a proposal, with the honest reason. */
export interface Rejection {
  readonly origin: Origin;
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
  /** Where a block of a strategy is rewritten: the whole strategy as it is; undefined as `original`. */
  readonly originalWhole: Measurement | undefined;
  /** What the query that is there was measured to do wrong. */
  readonly faults: readonly MeasuredFault[];
  /** Seeds that the engine does not hold, where it tells: no query finds them here. */
  readonly unheldSeeds: readonly string[];
  /** Best first. */
  readonly proposals: readonly Proposal[];
  readonly rejected: readonly Rejection[];
}

/** Makes drafts; the deterministic rewriter and the model are both one. */
export interface Rewriter {
  /** Name for people, for a rejection when the rewriter fails as a whole. */
  readonly name?: string;
  readonly origin?: Origin;
  /**
   * @param onDraft may be called with each draft as soon as it is there, so that it is measured while the next is being written; it is returned at
   * the end all the same. What was given this way is kept where the rewriter fails or takes too long.
   */
  draft(
    request: RewriteRequest,
    engine: SearchEngine,
    signal: AbortSignal,
    onDraft?: (draft: Draft) => void,
  ): Promise<{ readonly drafts: readonly Draft[]; readonly rejected: readonly Rejection[] }>;
}
