/** The arithmetic of the plot: places from numbers. */

export interface Axis {
  /** Place in pixels. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Records, by their logarithm: a search of 40 and one of 4,000 are both to be seen. A search that finds nothing stands where 1 does. */
export function recordsAxis(counts: readonly number[], left: number, right: number): Axis {
  const logs = counts.map((count) => Math.log10(Math.max(1, count)));
  const least = Math.min(...logs);
  const most = Math.max(...logs);
  const room = Math.max(0.06 * (most - least), 0.12);
  const low = least - room;
  const high = Math.max(most + room, low + 0.7);
  const ticks: number[] = [];
  // Tens only where there are many of them; else what lies between is told, too.
  const factors = high - low > 2.6 ? [1] : [1, 2, 5];
  for (let power = Math.floor(low); power <= high; power += 1)
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= 1 && Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick);
    }
  return {
    at: (value) => left + ((Math.log10(Math.max(1, value)) - low) / (high - low)) * (right - left),
    ticks,
  };
}

/** Recall, 0 to 1, upwards. Starts at a half where everything lies above it, since differences there are what counts. */
export function recallAxis(values: readonly number[], top: number, bottom: number): Axis {
  const low = Math.min(...values) >= 0.6 ? 0.5 : 0;
  const step = low === 0 ? 0.25 : 0.1;
  const ticks: number[] = [];
  for (let value = low; value <= 1 + 1e-9; value += step) ticks.push(Math.round(value * 100) / 100);
  return { at: (value) => bottom - ((value - low) / (1 - low)) * (bottom - top), ticks };
}
