/** How numbers are distributed. All undefined but `count` when there are none. */
export interface Distribution {
  readonly count: number;
  readonly mean?: number;
  readonly min?: number;
  readonly lowerQuartile?: number;
  readonly median?: number;
  readonly upperQuartile?: number;
  readonly max?: number;
}

/** Mean, median and quartiles (linear interpolation between ranks, as R's type 7), least and greatest. */
export function distribution(numbers: readonly number[]): Distribution {
  if (numbers.length === 0) return { count: 0 };
  const sorted = Float64Array.from(numbers).sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    return below + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? below) - below);
  };
  return {
    count: sorted.length,
    mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    min: at(0),
    lowerQuartile: at(0.25),
    median: at(0.5),
    upperQuartile: at(0.75),
    max: at(1),
  };
}

/** One column of a histogram: numbers from `from` up to `to`, both included. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Whole numbers >= 0 in classes that double: 0, 1, 2-3, 4-7 ... */
export function doublingBins(numbers: readonly number[]): readonly Bin[] {
  const counts: number[] = [];
  for (const each of numbers) {
    const bin = each < 1 ? 0 : Math.floor(Math.log2(each)) + 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return Array.from(counts, (count: number | undefined, bin) => ({
    from: bin === 0 ? 0 : 2 ** (bin - 1),
    to: bin === 0 ? 0 : 2 ** bin - 1,
    count: count ?? 0,
  }));
}
