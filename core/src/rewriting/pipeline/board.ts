import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { Draft, Proposal, Rejection, Rewriter, RewriteRequest } from '../proposal.ts';
import type { Entry, Made, Measured } from './entry.ts';
import { entryOf } from './entry.ts';
import { clipped } from './faults.ts';
import { paretoFront } from './front.ts';
import type { Measurer } from './measuring.ts';
import type { Preference } from './rank.ts';
import { rankProposals } from './rank.ts';
import type { ValidDraft, ValidOptions } from './validate.ts';
import { validateDraft } from './validate.ts';
import { whyNotWorthShowing } from './worth.ts';

/** Where a draft comes from. */
export interface DraftOrigin {
  readonly rewriter: Rewriter | undefined;
  readonly order: number;
  /** See `Entry`. */
  readonly nth: number;
  readonly round: number;
  readonly made?: Made;
}

/** What the board needs to judge drafts. */
export interface BoardParts {
  readonly request: RewriteRequest;
  readonly current: ResolvedQuery | undefined;
  /** The query that is there; undefined when it is not measured. */
  original(): Pick<Measured, 'measurement' | 'whole'> | undefined;
  readonly preference: () => Preference;
  readonly valid: ValidOptions;
  readonly measurer: Measurer;
  /** Called when there is something new to be shown. */
  onChange(): void;
}

/** A query that is being measured or was, and the draft that it is shown as. */
interface Claim {
  valid: ValidDraft;
  origin: DraftOrigin;
  entry: Entry | undefined;
  /** Undefined while it is being measured. */
  outcome?: Measured | string;
}

/** All drafts of a rewrite: each query once, measured, ranked, or rejected with the reason. */
export class Board {
  readonly #parts: BoardParts;
  readonly #claims = new Map<string, Claim>();
  readonly #rejected: Rejection[] = [];

  constructor(parts: BoardParts) {
    this.#parts = parts;
  }

  get rejected(): readonly Rejection[] {
    return [...this.#rejected];
  }

  addRejected(rejections: readonly Rejection[]): void {
    this.#rejected.push(...rejections);
  }

  /** Checks, measures and adds a draft, or rejects it. */
  async add(draft: Draft, origin: DraftOrigin): Promise<void> {
    const valid = validateDraft(draft, this.#parts.valid);
    if ('reason' in valid) return this.#reject(draft, valid.reason);
    const { key } = valid.resolved;
    if (key === this.#parts.current?.key) {
      // A rewriter that has nothing better in a later round says nothing new.
      if (origin.round === 0) this.#reject(draft, 'It is the query that is there already.');
      return;
    }
    const claim = this.#claims.get(key);
    if (claim !== undefined) return this.#addAgain(claim, valid, draft, origin);
    await this.#measure(key, { valid, origin, entry: undefined });
  }

  /** Measures a draft that was put together, without adding it; undefined when it is there already or has no numbers. */
  async tryOut(draft: Draft, origin: DraftOrigin): Promise<Entry | undefined> {
    const valid = validateDraft(draft, this.#parts.valid);
    if ('reason' in valid || this.#claims.has(valid.resolved.key)) return undefined;
    if (valid.resolved.key === this.#parts.current?.key) return undefined;
    const measured = await this.#parts.measurer.measureBoth(valid.resolved, valid.draft.query);
    if (typeof measured === 'string' || this.#whyNot(measured) !== undefined) return undefined;
    return this.#entry({ valid, origin, entry: undefined }, measured);
  }

  /** Adds what {@link tryOut} gave. */
  keep(entry: Entry, origin: DraftOrigin): void {
    const { proposal: draft, resolved } = entry;
    const valid = { draft, resolved, problems: draft.problems, repairs: [] };
    const { measurement, whole, flags } = draft;
    const outcome = { measurement, whole, flags: flags.filter(({ kind }) => kind === 'unmeasured') };
    this.#claims.set(resolved.key, { valid, origin, entry, outcome });
  }

  /** What is measured, best first. */
  ranked(): readonly Entry[] {
    const entries = [...this.#claims.values()].flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    const front = paretoFront(entries.map(({ proposal }) => proposal));
    const byProposal = new Map<Proposal, Entry>();
    for (const entry of entries) {
      entry.proposal = { ...entry.proposal, isOnFront: front.has(entry.proposal) };
      byProposal.set(entry.proposal, entry);
    }
    return rankProposals([...byProposal.keys()], this.#parts.preference())
      .map((proposal) => byProposal.get(proposal))
      .filter((entry) => entry !== undefined);
  }

  /** The same query by another: shown is that of the rewriter that was asked first, so that speed decides nothing. */
  #addAgain(claim: Claim, valid: ValidDraft, draft: Draft, origin: DraftOrigin): void {
    const { outcome, origin: before } = claim;
    if (origin.round > before.round) return;
    if (typeof outcome === 'string') return this.#reject(draft, outcome);
    const isShown = origin.round === before.round && origin.order < before.order;
    this.#reject(isShown ? claim.valid.draft : draft, 'Another draft is the same query.');
    if (!isShown) return;
    Object.assign(claim, { valid, origin });
    if (outcome !== undefined) claim.entry = this.#entry(claim, outcome);
  }

  async #measure(key: string, claim: Claim): Promise<void> {
    this.#claims.set(key, claim);
    const measured = await this.#parts.measurer.measureBoth(claim.valid.resolved, claim.valid.draft.query);
    const reason = typeof measured === 'string' ? measured : this.#whyNot(measured);
    claim.outcome = reason ?? measured;
    // By now the claim may be another's, see `#addAgain`.
    if (typeof claim.outcome === 'string') return this.#reject(claim.valid.draft, claim.outcome);
    claim.entry = this.#entry(claim, claim.outcome);
    this.#parts.onChange();
  }

  #entry({ valid, origin }: Claim, measured: Measured): Entry {
    const { rewriter, order, nth, round, made } = origin;
    return entryOf(valid, measured, { rewriter, order, nth, round, made, request: this.#parts.request });
  }

  #whyNot(measured: Measured): string | undefined {
    return whyNotWorthShowing(measured, this.#parts.original(), this.#parts.request);
  }

  #reject({ origin, source, query }: Draft, reason: string): void {
    this.#rejected.push({ origin, source, text: clipped(query), reason });
  }
}
