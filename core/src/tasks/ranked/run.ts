import type { RankedEngine } from '../../search/index.ts';
import { SearchError } from '../../search/index.ts';
import { RowError } from '../task.ts';
import type { RunOptions } from '../task.ts';
import { need } from '../task.ts';
import type { World } from '../world.ts';
import type { JudgedQuestion } from './loopholes.ts';
import type { RankedOutcome } from './outcome.ts';

/** Ranks that count at most: beyond, the published rewards pay nothing. */
export const mostRanks = 3000;

/**
 * Ranks by a query that was judged. What is wrong with the query is an outcome, also that it has no word to rank by.
 * @throws SearchError when there is no ranking, or it has no answer
 */
export async function runRanked(
  query: string,
  judged: JudgedQuestion,
  world: World,
  depth: number,
  { signal, retriever }: RunOptions,
): Promise<RankedOutcome> {
  const { loopholes, words } = judged;
  const outcome = (problem: string | undefined, ids: readonly string[]): RankedOutcome => ({
    ...{ problem, ids, loopholes, words, depth },
  });
  const engine = engineOf(world, retriever);
  if (judged.problem !== undefined) return outcome(judged.problem, []);
  try {
    const { hits } = await engine.rank(query, {
      limit: depth,
      ...(signal === undefined ? {} : { signal }),
    });
    return outcome(
      undefined,
      hits.map(({ id }) => id),
    );
  } catch (error) {
    if (error instanceof SearchError && error.code === 'rejected') return outcome(error.message, []);
    throw error;
  }
}

function engineOf(world: World, retriever: unknown = 'sparse'): RankedEngine {
  switch (retriever) {
    case 'sparse':
      return need(world.ranking, 'library to rank by words', 'Name one with --corpus.');
    case 'dense':
      return need(
        world.dense,
        'ranking by embeddings',
        'Name a library with --corpus and a model for embeddings, or rank by words.',
      );
    default:
      throw new RowError(`retriever must be sparse or dense, not ${String(retriever).slice(0, 40)}.`);
  }
}
