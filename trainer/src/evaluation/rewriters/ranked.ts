import { rankedBaselines } from '@querent/core/tasks';
import type { EvaluatedRewriter } from './rewriter.ts';
import { queryOr } from './rewriter.ts';

/** Where the methods for rankings look. */
export type BaselineWorld = Parameters<(typeof rankedBaselines)['rarest']>[1];

/** The methods of the house for tasks that rank: the rarest words of the question, and pseudo-relevance feedback. */
export function rankedRewriter(
  name: string,
  method: 'rarest' | 'deterministic',
  world: BaselineWorld,
): EvaluatedRewriter {
  return {
    name,
    samples: 1,
    identity: { rewriter: method },
    attempt: async ({ text }, _sample, signal) =>
      queryOr(
        text === undefined ? undefined : await rankedBaselines[method](text, world, signal),
        'No word of the question is in the library.',
      ),
  };
}
