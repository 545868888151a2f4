import type { Loophole } from '../../rewards/index.ts';
import type { Measurement } from '../../search/index.ts';

/** What became of a Boolean query. */
export type BooleanOutcome = RanQuery | RefusedQuery;

interface Asked {
  readonly loopholes: readonly Loophole[];
  /** Terms of the query. */
  readonly terms: number;
  /** Ids that are known to be relevant, >= 1. */
  readonly relevant: number;
  /** How many of them the engine does not hold: no query can find them, and they count as missed. Undefined where it refuses to say. */
  readonly unknown: number | undefined;
  /** Records that the engine holds, where it knows. */
  readonly held: number | undefined;
}

interface RanQuery extends Asked {
  readonly kind: 'ran';
  readonly measurement: Measurement;
}

/** A query that is wrong: it was not asked, or the engine refused it. */
export interface RefusedQuery extends Asked {
  readonly kind: 'refused';
  readonly problem: string;
}

/** Why the query failed; undefined when it was run, whatever it found. */
export function booleanFailure(outcome: BooleanOutcome): string | undefined {
  return outcome.kind === 'refused' ? outcome.problem : undefined;
}
