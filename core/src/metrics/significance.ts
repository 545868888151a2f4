import { seededRandom } from './random.ts';
import { mean } from './summary.ts';

/** Two systems compared on the same topics. */
export interface PairedComparison {
  readonly pairs: number;
  /** Mean of first - second. */
  readonly difference: number;
  /** Two-sided: how likely a mean difference at least this far from 0 is when it does not matter which system is which. 0..1 */
  readonly p: number;
  /** Whether all ways to exchange the systems were looked at, or only a sample of them. */
  readonly isExact: boolean;
}

/** So many differing pairs are exchanged in all 2^n ways; of more, a sample. */
const mostExact = 20;

/**
 * Paired randomisation test of the mean difference, two-sided (Fisher, "The Design of Experiments" (1935), section 21). It is the test
 * that Smucker, Allan & Carterette (CIKM 2007) recommend for comparing retrieval systems, and they advise against Wilcoxon's and the sign
 * test, which ask something else; so neither is here. Up to twenty differing pairs exact; above, p = (1 + as far or farther) / (1 + repetitions), which
 * is never 0 (Phipson & Smyth, Stat Appl Genet Mol Biol 2010; 9(1):39). Undefined without pairs.
 * @param first figures of one system, one a topic, failures included
 * @param second figures of the other, in the same order of topics
 * @param options.repetitions samples, >= 1; 100,000 unless told otherwise. @param options.seed see `seededRandom`; 1 unless told otherwise.
 * @throws RangeError when the lists differ in length, and for what is no number
 */
export function pairedRandomisation(
  first: readonly number[],
  second: readonly number[],
  options: { readonly repetitions?: number; readonly seed?: number } = {},
): PairedComparison | undefined {
  if (first.length !== second.length)
    throw new RangeError(
      `A paired test needs two figures a topic: there are ${first.length} of one system and ${second.length} of the other.`,
    );
  const all = first.map((value, i) => value - (second[i] ?? NaN));
  const difference = mean(all);
  if (difference === undefined) return undefined;
  // Every comparison with NaN is false, so that p would be 0.
  if (!Number.isFinite(difference))
    throw new RangeError(
      'A paired test needs figures that are finite: there is what is no number among them.',
    );
  // To exchange equal figures changes nothing.
  const differences = Float64Array.from(all.filter((each) => each !== 0));
  const pairs = all.length;
  if (differences.length <= mostExact) return { pairs, difference, p: exactP(differences), isExact: true };
  const { repetitions = 100_000, seed = 1 } = options;
  return { pairs, difference, p: sampledP(differences, repetitions, seed), isExact: false };
}

/**
 * P values of several comparisons, each raised so that the chance of even one false finding stays below the level at which they are read
 * (Holm, Scandinavian Journal of Statistics 1979; 6(2):65-70). In the order given.
 */
export function holm(ps: readonly number[]): readonly number[] {
  const ascending = ps.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length).fill(1);
  let least = 0;
  ascending.forEach(({ p, at }, rank) => {
    least = Math.min(1, Math.max(least, p * (ps.length - rank)));
    adjusted[at] = least;
  });
  return adjusted;
}

function exactP(differences: Float64Array): number {
  const n = differences.length;
  if (n === 0) return 1;
  const bound = leastFar(differences);
  let far = 0;
  // Sums over the signs, one pair after the other. The first sign is fixed: the other half mirrors this one.
  const add = (sum: number, at: number): void => {
    const value = differences[at];
    if (value === undefined) {
      if (Math.abs(sum) >= bound) far++;
      return;
    }
    add(sum + value, at + 1);
    add(sum - value, at + 1);
  };
  add(differences[0] ?? 0, 1);
  return far / 2 ** (n - 1);
}

function sampledP(differences: Float64Array, repetitions: number, seed: number): number {
  const bound = leastFar(differences);
  const random = seededRandom(seed);
  let far = 0;
  for (let i = 0; i < repetitions; i++) {
    let sum = 0;
    let signs = 0;
    for (let at = 0; at < differences.length; at++) {
      if (at % 32 === 0) signs = random();
      // 1 or -1 by the lowest bit: a branch that nobody can foresee costs more than the product.
      sum += (differences[at] ?? 0) * (1 - ((signs & 1) << 1));
      signs >>>= 1;
    }
    if (Math.abs(sum) >= bound) far++;
  }
  return (1 + far) / (1 + repetitions);
}

/** What a sum must reach to be as far from 0 as the one seen; a little less, since sums of the same numbers in other orders differ. */
function leastFar(differences: Float64Array): number {
  let [sum, size] = [0, 0];
  for (const each of differences) {
    sum += each;
    size += Math.abs(each);
  }
  return Math.abs(sum) - size * 1e-12;
}
