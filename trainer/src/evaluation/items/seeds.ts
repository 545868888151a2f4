import { sha256 } from '@querent/core/prompting';

/** Relevant records, some of which are given away. */
export interface DrawnSeeds {
  readonly seeds: readonly string[];
  /** What is left to be found. */
  readonly rest: readonly string[];
}

/**
 * Draws `count` of the relevant ids of a topic. Which ones depends on the seed, the topic and the ids alone, not on the order of ids or
 * topics: those whose SHA-256 with seed and topic is smallest. Undefined when nothing would be left to find.
 */
export function drawSeeds(
  relevant: readonly string[],
  count: number,
  topic: string,
  seed: number,
): DrawnSeeds | undefined {
  if (relevant.length <= count) return undefined;
  const drawn = new Set(
    relevant
      .map((id) => ({ id, hash: sha256(JSON.stringify([seed, topic, id])) }))
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
      .slice(0, count)
      .map(({ id }) => id),
  );
  return { seeds: relevant.filter((id) => drawn.has(id)), rest: relevant.filter((id) => !drawn.has(id)) };
}
