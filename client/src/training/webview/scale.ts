/** The arithmetic of the curves: places from numbers, and values that stand beside the axes. */

export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A linear axis over the values, a little wider than they, with round ticks. `limits` are kept where they are given. */
export function axis(
  values: readonly number[],
  from: number,
  to: number,
  { least, most, ticks: wanted = 4 }: { least?: number; most?: number; ticks?: number } = {},
): Axis {
  const finite = values.filter((value) => Number.isFinite(value));
  let low = finite.length === 0 ? 0 : Math.min(...finite);
  let high = finite.length === 0 ? 1 : Math.max(...finite);
  // What hardly differs is one value: below this, differences are those of the arithmetic.
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= Math.max(size * 1e-9, 1e-12))
    [low, high] = size < 1e-9 ? [0, 1] : [low - size * 0.1, high + size * 0.1];
  const room = (high - low) * 0.06;
  low = Math.max(least ?? -Infinity, low - room);
  high = Math.min(most ?? Infinity, high + room);
  if (high <= low) high = low + 1;
  const at = (value: number): number => from + ((value - low) / (high - low)) * (to - from);
  return { at, ticks: ticksBetween(low, high, wanted) };
}

/** Round numbers within: 1, 2 or 5 times a power of ten apart. */
export function ticksBetween(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1)
    ticks.push(Number((i * step).toFixed(Math.min(20, digits + 1))));
  return ticks;
}

/** Means over windows that end at each value: what a curve does, without what single batches do. Null where nothing was measured yet. */
export function smoothed(values: readonly (number | null)[], window: number): (number | null)[] {
  const recent: number[] = [];
  return values.map((value) => {
    if (value === null) return null;
    recent.push(value);
    if (recent.length > window) recent.shift();
    return recent.reduce((sum, one) => sum + one, 0) / recent.length;
  });
}
