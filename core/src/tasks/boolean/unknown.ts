import type { SearchEngine } from '../../search/index.ts';

/** Targets that are remembered for an engine: all topics of a training set. */
const mostRemembered = 20_000;

const counts = new WeakMap<SearchEngine, Map<string, number>>();

/**
 * How many of `relevant` the engine does not hold. Asked once a list of ids and engine: every completion for a topic has the same.
 * @throws SearchError when the engine has no answer
 */
export async function unknownIds(
  engine: SearchEngine,
  relevant: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  const known = counts.get(engine) ?? new Map<string, number>();
  counts.set(engine, known);
  const key = relevant.join(' ');
  const before = known.get(key);
  if (before !== undefined) return before;
  const held = await engine.summaries(relevant, signal === undefined ? {} : { signal });
  const count = Math.max(0, relevant.length - held.length);
  if (known.size >= mostRemembered) known.clear();
  known.set(key, count);
  return count;
}
