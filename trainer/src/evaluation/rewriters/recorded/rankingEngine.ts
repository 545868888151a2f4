import { SearchError } from '@querent/core/search';
import type { RankedEngine } from '@querent/core/search';

/** An engine that answers with a ranking that was made elsewhere, so that it is judged by the same code as every other. */
export function recordedRanking(label: string, ids: readonly string[]): RankedEngine {
  return {
    id: `recorded:${label}`,
    label,
    async rank(_question, { limit = 50, offset = 0, signal } = {}) {
      if (signal?.aborted === true) throw new SearchError('aborted', 'The search was cancelled.');
      const hits = ids.map((id, index) => ({ id, score: ids.length - index }));
      return {
        hits: hits.slice(offset, offset + limit),
        count: ids.length,
        translation: '',
        warnings: [],
        provenance: { engine: `recorded:${label}`, label, at: new Date().toISOString() },
      };
    },
    close: async () => undefined,
  };
}
