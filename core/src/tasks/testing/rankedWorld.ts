import { createRankedEngine, memoryEngine, rankedSource } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { World } from '../world.ts';

/** A world that ranks these texts, whose ids are 1, 2, 3 ... */
export function rankedWorld(
  titles: readonly string[],
): World & Required<Pick<World, 'ranking' | 'passages'>> {
  const engine = memoryEngine(titles.map((title, i) => citation({ id: String(i + 1), title })));
  return {
    ranking: createRankedEngine(rankedSource(engine)),
    passages: {
      texts: async (ids) => {
        const byId = new Map(engine.records(ids).map(({ id, title }) => [id, title]));
        return ids.map((id) => byId.get(id));
      },
    },
  };
}

/** What a model is asked to write. */
export function completed(query: string): string {
  return `<think>Let me see.</think><answer>${JSON.stringify({ query })}</answer>`;
}
