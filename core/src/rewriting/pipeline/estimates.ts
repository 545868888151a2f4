import type { ResolvedQuery } from '../../pubmed/index.ts';
import { printResolved } from '../../strategy/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { estimateWorth, isIndexed } from '../deterministic/index.ts';
import type { RewriteRequest } from '../proposal.ts';

/** An engine that estimates itself, because its index is elsewhere, such as on another thread. */
interface EstimatingEngine extends SearchEngine {
  /** Estimated share of what is worth finding that each query finds, 0..1; null where it cannot be said. */
  estimateWorth(
    request: RewriteRequest,
    queries: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (number | null)[]>;
}

/** Estimates of worth for one topic, for engines that can tell. */
export interface Estimator {
  /** In the order of the queries; undefined where it cannot be said. */
  of(queries: readonly ResolvedQuery[]): Promise<readonly (number | undefined)[]>;
}

/** Undefined when the engine cannot tell, or nothing of the topic occurs in its records. */
export function estimatorFor(
  request: RewriteRequest,
  engine: SearchEngine,
  signal: AbortSignal,
): Estimator | undefined {
  if ('estimateWorth' in engine && typeof engine.estimateWorth === 'function') {
    const asking = engine as EstimatingEngine;
    return {
      of: async (queries) => {
        const shares = await asking.estimateWorth(request, queries.map((query) => printResolved(query)), signal); // prettier-ignore
        return shares.map((share) => share ?? undefined);
      },
    };
  }
  if (!isIndexed(engine)) return undefined;
  const estimator = estimateWorth(request, engine);
  if (estimator === undefined) return undefined;
  return { of: async (queries) => queries.map((query) => estimator.ofQuery(printResolved(query))?.share) };
}
