import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { Measurement } from '../../search/index.ts';
import type { Draft, Flag, Proposal, Rewriter, RewriteRequest } from '../proposal.ts';
import { shapeOf } from '../shape/index.ts';
import type { QueryShape } from '../shape/index.ts';
import { plainFlags } from './flags.ts';
import { recallOnUnshown, seedRecallOf, seedsUsedBy } from './shares.ts';
import type { ValidDraft } from './validate.ts';

/** A proposal in the making, with where it comes from. */
export interface Entry {
  readonly resolved: ResolvedQuery;
  readonly shape: QueryShape;
  proposal: Proposal;
  /** Who wrote it; undefined of what was put together. */
  readonly rewriter: Rewriter | undefined;
  /** Position of the rewriter: of equal drafts that of the first is shown, whoever was faster. */
  readonly order: number;
  /** Its number among the drafts of the rewriter that have the same source and form, from 0: how it is found when it is written again. */
  readonly nth: number;
  /** How it was put together, and from what. */
  readonly made: Made | undefined;
}

/** See `Recipe`. */
export interface Made {
  readonly recipe: string;
  readonly first: Source;
  readonly second: Source;
}

/** A query that combinations are made of: a proposal, or the one that is there. */
export interface Source {
  readonly name: string;
  readonly shape: QueryShape;
  readonly found: readonly string[];
  readonly count: number;
  /** Undefined of the query that is there. */
  readonly entry: Entry | undefined;
  /** Of a proposal that was written again for fewer records: for so many. */
  readonly budget?: number;
}

/** What was measured of a draft. */
export interface Measured {
  readonly measurement: Measurement;
  readonly whole: Measurement | undefined;
  readonly flags: readonly Flag[];
}

/** A proposal from a draft that was measured; what takes longer to find out is added later. */
export function entryOf(
  { draft, resolved, problems, repairs }: ValidDraft,
  { measurement, whole, flags }: Measured,
  origin: Pick<Entry, 'rewriter' | 'order' | 'nth' | 'made'> & {
    readonly round: number;
    readonly request: RewriteRequest;
  },
): Entry {
  const { round, request, ...rest } = origin;
  const shape = shapeOf(resolved.root);
  const used = seedsUsedBy(draft, request);
  const { made } = rest;
  const proposal: Proposal = {
    ...draft,
    problems,
    measurement,
    whole,
    flags: [...plainFlags(resolved.root, repairs), ...flags],
    seedRecall: seedRecallOf(measurement),
    heldBackRecall: recallOnUnshown(measurement, used),
    usedSeeds: used.length > 0,
    isOnFront: false,
    terms: shape.terms,
    clauses: shape.clauses,
    blocks: shape.blocks.map(({ name, query }) => ({ name, query })),
    parents: made === undefined ? [] : [made.first.name, made.second.name],
    round,
    estimatedWorth: undefined,
  };
  return { resolved, shape, proposal, ...rest };
}

/** For people: who wrote a draft, and in which form. */
export function nameOf({ source, form }: Draft): string {
  return form === undefined ? source : `${source}, ${form}`;
}
