import { DocSet } from '@querent/core/corpus';
import FastBitSet from 'fastbitset';
import { RoaringBitmap32, roaringLibraryInitialize } from 'roaring-wasm';
import { quantile } from '../suite.ts';

/** The sets of a query's terms: blocks joined by AND, terms of a block by OR. */
export type TermSets = readonly (readonly DocSet[])[];

const passes = 5;

/** Median time of the unions and intersections of a query, in ms, with the sets of each library. All count the same, or this throws. */
export async function measureSets(queries: readonly TermSets[]): Promise<Record<string, number>> {
  await roaringLibraryInitialize();
  const expected = queries.map(ours);
  return {
    querent: timed(queries, ours, expected),
    fastbitset: timed(
      queries.map((query) => query.map((block) => block.map((docs) => new FastBitSet(docs.toArray())))),
      fast,
      expected,
    ),
    roaring: timed(
      queries.map((query) => query.map((block) => block.map((docs) => new RoaringBitmap32(docs.toArray())))),
      roaring,
      expected,
    ),
  };
}

function timed<T>(queries: readonly T[], count: (query: T) => number, expected: readonly number[]): number {
  const medians: number[] = [];
  for (let pass = 0; pass <= passes; pass++) {
    const times = queries.map((query, i) => {
      const from = performance.now();
      const found = count(query);
      const took = performance.now() - from;
      if (found !== expected[i]) throw new Error(`Query ${i}: ${found} instead of ${expected[i]}.`);
      return took;
    });
    if (pass > 0) medians.push(quantile(times, 0.5));
  }
  return quantile(medians, 0.5);
}

/** The union of each block, all intersected. */
function combined<S>(
  query: readonly (readonly S[])[],
  unite: (block: readonly S[]) => S,
  intersect: (into: S, other: S) => void,
): S | undefined {
  let result: S | undefined;
  for (const block of query) {
    const union = unite(block);
    if (result === undefined) result = union;
    else intersect(result, union);
  }
  return result;
}

function ours(query: TermSets): number {
  const unite = (block: readonly DocSet[]): DocSet => {
    const [first, ...rest] = block;
    const union = first?.clone() ?? new DocSet(0);
    for (const docs of rest) union.addAll(docs);
    return union;
  };
  return combined(query, unite, (into, other) => void into.keepAll(other))?.count() ?? 0;
}

function fast(query: readonly (readonly FastBitSet[])[]): number {
  const unite = (block: readonly FastBitSet[]): FastBitSet => {
    const [first, ...rest] = block;
    const union = first?.clone() ?? new FastBitSet();
    for (const docs of rest) union.union(docs);
    return union;
  };
  return combined(query, unite, (into, other) => void into.intersection(other))?.size() ?? 0;
}

function roaring(query: readonly (readonly RoaringBitmap32[])[]): number {
  const unite = (block: readonly RoaringBitmap32[]): RoaringBitmap32 => {
    const [first, ...rest] = block;
    const union = first?.clone() ?? new RoaringBitmap32();
    for (const docs of rest) union.orInPlace(docs);
    return union;
  };
  const result = combined(query, unite, (into, other) => {
    into.andInPlace(other);
    other.dispose();
  });
  const count = result?.size ?? 0;
  result?.dispose();
  return count;
}
