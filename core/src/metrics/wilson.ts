/** Two-sided 95 % point of the normal distribution. */
const z95 = 1.959963984540054;

/**
 * Confidence interval of a share of few things: the score interval of Wilson (J Am Stat Assoc 1927; 22:209-212), which Brown, Cai and DasGupta
 * recommend for small numbers (Stat Sci 2001; 16:101-133). It never leaves 0..1 and is no point where all or none were found.
 * @param successes 0..total. @param total >= 1
 * @param z standard normal quantile; that of 95 % unless told otherwise
 * @throws RangeError when there is nothing to take a share of
 */
export function wilsonInterval(successes: number, total: number, z: number = z95): readonly [number, number] {
  if (!(total > 0) || successes < 0 || successes > total)
    throw new RangeError(`${successes} of ${total} is no share.`);
  const share = successes / total;
  const z2 = (z * z) / total;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (z / (1 + z2)) * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total));
  // Exactly 0 and 1 at the ends, where rounding would leave a trace.
  return [
    successes === 0 ? 0 : Math.max(0, centre - half),
    successes === total ? 1 : Math.min(1, centre + half),
  ];
}
