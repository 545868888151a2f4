import type { Thesaurus } from '../../mesh/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { Measurement } from '../../search/index.ts';
import type { Proposal, Rejection } from '../proposal.ts';
import type { Linter } from './repair.ts';

/** How rewriting is limited and watched. */
export interface RewriteOptions {
  /** Cancels everything; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with a line for people on every step. */
  readonly onProgress?: (message: string) => void;
  /** Called after each step with what is measured so far, ranked, and what was rejected so far. */
  readonly onProposals?: (proposals: readonly Proposal[], rejected: readonly Rejection[]) => void;
  /** Most proposals to give, >= 1; default 10. */
  readonly limit?: number;
  /** The lint rules; without them only syntax is judged. */
  readonly lint?: Linter;
  /** The measurement of `request.query` where the caller has it already. */
  readonly original?: Measurement;
  /** MeSH where the engine does not have it at hand: a term that it knows is not unknown. */
  readonly thesaurus?: Thesaurus | undefined;
  /** How often measured faults go back to the rewriters, 0..3; default 0. */
  readonly rounds?: number;
  /** Most time that a rewriter may take, ms; what it has given until then is kept. Default 120,000. */
  readonly patienceMs?: number;
  /** No further round is begun after so many ms; default 180,000. */
  readonly totalMs?: number;
  /** Whether blocks of proposals are put together; default true. */
  readonly combine?: boolean;
  /** Most combinations that are measured; default 24. */
  readonly mostCombinations?: number;
  /** Whether recall on seeds held back is found out, by rewriting anew without them; default true. */
  readonly holdBack?: boolean;
  /** Most time for that, ms; default 20,000. */
  readonly holdBackMs?: number;
  /** Where a block of a strategy is rewritten: the strategy with `query` in its place; undefined when that is no query. */
  readonly whole?: (query: string) => ResolvedQuery | undefined;
}
