import type { SearchEngine } from '../../search/index.ts';
import { SearchError } from '../../search/index.ts';
import { TextMemory } from '../../text/index.ts';

/** Characters of ids that are remembered for an engine: all topics of a training set. */
const mostRemembered = 20_000_000;

const counts = new WeakMap<SearchEngine, TextMemory<number | null>>();

/**
 * How many of `relevant` the engine does not hold; undefined where it refuses to say. Asked once a list of ids and engine: every completion
 * for a topic has the same.
 * @throws SearchError when the engine has no answer
 */
export async function unknownIds(
  engine: SearchEngine,
  relevant: readonly string[],
  signal?: AbortSignal,
): Promise<number | undefined> {
  const known = counts.get(engine) ?? new TextMemory<number | null>(mostRemembered);
  counts.set(engine, known);
  const key = relevant.join(' ');
  const before = known.get(key);
  if (before !== undefined) return before ?? undefined;
  const count = await missing(engine, relevant, signal);
  known.set(key, count);
  return count ?? undefined;
}

async function missing(
  engine: SearchEngine,
  relevant: readonly string[],
  signal?: AbortSignal,
): Promise<number | null> {
  try {
    const held = await engine.summaries(relevant, signal === undefined ? {} : { signal });
    return Math.max(0, relevant.length - held.length);
  } catch (error) {
    if (error instanceof SearchError && error.code === 'rejected') return null;
    throw error;
  }
}
