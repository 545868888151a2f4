import type { AddOutcome } from '@querent/core/connectors';

/** A record, or a whole file, that could not be imported. */
export interface RejectedRecord {
  readonly file: string;
  /** Counted from 1; 0 where it is about the whole file. */
  readonly line: number;
  readonly reason: string;
}

/** What an import did with records. `deleted`: records that their source took back and that were there. */
export type Outcomes = Record<AddOutcome | 'deleted', number>;

/** Rejections that a summary lists. */
const MAX_LISTED = 1000;

/** What came out of one file. */
export interface FileTally {
  /** Items read, good and bad: where an interrupted import goes on. */
  items: number;
  isDone: boolean;
  readonly outcomes: Outcomes;
  rejected: number;
  /** The first ones. */
  readonly rejections: RejectedRecord[];
}

/** A tally of nothing. */
export function newTally(): FileTally {
  return {
    items: 0,
    isDone: false,
    outcomes: { added: 0, updated: 0, unchanged: 0, merged: 0, deleted: 0 },
    rejected: 0,
    rejections: [],
  };
}

/** Notes a bad record. */
export function reject(tally: FileTally, rejected: RejectedRecord): void {
  tally.rejected++;
  if (tally.rejections.length < MAX_LISTED) tally.rejections.push(rejected);
}

/** Good records of a file. */
export function goodIn({ outcomes }: FileTally): number {
  return outcomes.added + outcomes.updated + outcomes.unchanged + outcomes.merged + outcomes.deleted;
}

/** Adds up the tallies of several files. */
export function total(tallies: readonly FileTally[]): FileTally {
  const sum = newTally();
  for (const tally of tallies) {
    for (const key of Object.keys(sum.outcomes) as (keyof Outcomes)[])
      sum.outcomes[key] += tally.outcomes[key];
    sum.rejected += tally.rejected;
    sum.rejections.push(...tally.rejections.slice(0, MAX_LISTED - sum.rejections.length));
  }
  return sum;
}
