import type { Measurement } from '../../search/index.ts';
import type { Judgement } from '../proposal.ts';

/** What a proposal is compared by. */
export interface Numbers {
  readonly measurement: Pick<Measurement, 'count' | 'found' | 'recall'>;
  /** Goes before `measurement`, see `Judgement`. */
  readonly whole: Pick<Measurement, 'count' | 'found' | 'recall'> | undefined;
  readonly terms: number;
  readonly estimatedWorth: number | undefined;
  readonly usedSeeds?: boolean;
  readonly heldBackRecall?: Judgement['heldBackRecall'];
}

/** Recall that is lower on held-back seeds by less than this may well be chance: of five seeds it is one. */
const tellingLoss = 0.25;

/**
 * How far a query is made to measure for its seeds: quarters of the recall that is lost on seeds held back. What seeds helped to write without it being
 * known counts as one such quarter.
 */
export function quartersLost({ usedSeeds = false, heldBackRecall, measurement }: Numbers): number {
  if (!usedSeeds) return 0;
  if (heldBackRecall === undefined) return 1;
  return Math.max(0, Math.floor(((measurement.recall ?? 0) - heldBackRecall.value) / tellingLoss + 1e-9));
}

/** The measurement that counts: of the whole strategy where a block of it is rewritten. */
export function decisive<T>({
  measurement,
  whole,
}: {
  readonly measurement: T;
  readonly whole: T | undefined;
}): T {
  return whole ?? measurement;
}

/**
 * Whether `a` is at least as good as `b`: as many seeds found in as few records, and where both are equal, in as few terms; without seeds the same of
 * estimated worth. What is more made to measure for its seeds is not as good. A block whose strategy could not be measured is no better than one whose strategy was, whatever it finds alone.
 */
export function isAsGood(a: Numbers, b: Numbers): boolean {
  if ((a.whole === undefined) !== (b.whole === undefined)) return a.whole !== undefined;
  if (quartersLost(a) > quartersLost(b)) return false;
  const [x, y] = [decisive(a), decisive(b)];
  const isKnown = x.recall !== undefined && y.recall !== undefined;
  const gain = isKnown ? x.found.length - y.found.length : difference(a.estimatedWorth, b.estimatedWorth);
  // Where no worth is estimated, nothing can be said.
  if (gain === undefined || gain < 0 || x.count > y.count) return false;
  return gain > 0 || x.count < y.count || a.terms <= b.terms;
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

/** Whether `a` is as good as `b` and `b` not as good as `a` (Pareto dominance in seeds and records, ties to fewer terms). */
export function dominates(a: Numbers, b: Numbers): boolean {
  return isAsGood(a, b) && !isAsGood(b, a);
}

/** Those that no other dominates: the choices that are left when nobody has said what they prefer. */
export function paretoFront<T extends Numbers>(all: readonly T[]): ReadonlySet<T> {
  return new Set(all.filter((one) => !all.some((other) => dominates(other, one))));
}
