/** Two-sided 95 % point of the normal distribution. */
const z95 = 1.959963984540054;

/** How many things there are, judged by what two independent searches found. */
export interface CaptureRecapture {
  /** Different things that the two found, >= 0. */
  readonly found: number;
  /** Estimated number of all things, >= `found`. */
  readonly total: number;
  /** Standard error of `total`. */
  readonly standardError: number;
  /** Confidence interval of `total`; never below what was found. */
  readonly interval: readonly [number, number];
}

/**
 * Estimates a number of things from two searches for them: the nearly unbiased estimator of Chapman (Univ Calif Publ Stat 1951; 1:131-160), its
 * variance after Seber (Biometrika 1970; 57:315-327), and the log-normal interval of Chao (Biometrics 1987; 43:783-791), whose lower end is
 * what has been found at the least.
 *
 * It holds only where the things stay the same meanwhile, each thing is as likely as any other to be found by a search, both searches find
 * independently of each other, and what both found is recognised. Searches that tend to find the same make it too low.
 * @param first number of things that one search found, an integer >= 0. @param second the other. @param both those that both found
 * @param z standard normal quantile; that of 95 % unless told otherwise
 * @throws RangeError when more were found by both than by one
 */
export function captureRecapture(
  first: number,
  second: number,
  both: number,
  z: number = z95,
): CaptureRecapture {
  if (!(both >= 0) || both > first || both > second)
    throw new RangeError(`${both} cannot be in both of ${first} and ${second}.`);
  const found = first + second - both;
  const total = ((first + 1) * (second + 1)) / (both + 1) - 1;
  const variance =
    ((first + 1) * (second + 1) * (first - both) * (second - both)) / ((both + 1) ** 2 * (both + 2));
  const unseen = total - found;
  // Where one search found all that the other did, nothing is estimated to be missing, and nothing of it varies.
  const factor = unseen > 0 ? Math.exp(z * Math.sqrt(Math.log(1 + variance / unseen ** 2))) : 1;
  return {
    found,
    total: Math.max(total, found),
    standardError: Math.sqrt(variance),
    interval: unseen > 0 ? [found + unseen / factor, found + unseen * factor] : [found, found],
  };
}
