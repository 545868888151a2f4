/** The arithmetic mean; undefined of nothing. */
export function mean(values: ArrayLike<number>): number | undefined {
  if (values.length === 0) return undefined;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum / values.length;
}

/** The middle value, or the mean of the middle two; undefined of nothing. */
export function median(values: ArrayLike<number>): number | undefined {
  return quantile(values, 0.5);
}

/**
 * The value below which a `share` (0..1) of the values lies, with straight lines between neighbours: type 7 of Hyndman & Fan, The American
 * Statistician 1996; 50(4):361-365, the default of R and NumPy. Undefined of nothing.
 */
export function quantile(values: ArrayLike<number>, share: number): number | undefined {
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}

/** {@link quantile} of values that are in ascending order already. */
export function quantileOfSorted(sorted: Float64Array, share: number): number | undefined {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (at - Math.floor(at));
}
