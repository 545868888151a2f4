import type { Measurement } from '../../search/index.ts';

/** What a proposal is compared by. */
export interface Numbers {
  readonly measurement: Pick<Measurement, 'count' | 'found' | 'recall'>;
  /** Goes before `measurement`, see `Judgement`. */
  readonly whole: Pick<Measurement, 'count' | 'found' | 'recall'> | undefined;
  readonly terms: number;
  readonly estimatedWorth: number | undefined;
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

/** Whether `a` is at least as good as `b` in everything that can be said: seeds found, records, terms; without seeds estimated worth and records. */
export function isAsGood(a: Numbers, b: Numbers): boolean {
  const [x, y] = [decisive(a), decisive(b)];
  if (x.recall !== undefined && y.recall !== undefined)
    return x.found.length >= y.found.length && x.count <= y.count && a.terms <= b.terms;
  // Where no worth is estimated, nothing can be said.
  if (a.estimatedWorth === undefined || b.estimatedWorth === undefined) return false;
  return a.estimatedWorth >= b.estimatedWorth && x.count <= y.count;
}

/** Whether `a` is as good as `b` in everything and better in something (Pareto). */
export function dominates(a: Numbers, b: Numbers): boolean {
  return isAsGood(a, b) && !isAsGood(b, a);
}

/** Those that no other dominates: the choices that are left when nobody has said what they prefer. */
export function paretoFront<T extends Numbers>(all: readonly T[]): ReadonlySet<T> {
  return new Set(all.filter((one) => !all.some((other) => dominates(other, one))));
}
