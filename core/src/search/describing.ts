import type { ResolvedQuery } from '../pubmed/index.ts';
import type { Contributions } from './contributions.ts';
import type { SearchEngine, SearchOptions } from './engine.ts';
import { SearchError } from './engine.ts';
import type { Facets } from './facets.ts';
import type { Overlap } from './overlap.ts';

/** An engine that holds its records, so that it can say what those that a query finds are like, and what finds them. */
export interface DescribingEngine extends SearchEngine {
  /** @param options.top so many values of each field at most; 10 unless told otherwise */
  facets(query: ResolvedQuery, options?: SearchOptions & { readonly top?: number }): Promise<Facets>;
  contributions(
    query: ResolvedQuery,
    seeds: readonly string[],
    options?: SearchOptions,
  ): Promise<Contributions>;
  /** @param queries two to four */
  overlap(
    queries: readonly ResolvedQuery[],
    seeds: readonly string[],
    options?: SearchOptions,
  ): Promise<Overlap>;
}

/** Whether `engine` holds its records. */
export function canDescribe(engine: SearchEngine): engine is DescribingEngine {
  return 'facets' in engine && 'contributions' in engine && 'overlap' in engine;
}

/**
 * `engine` as one that describes what it finds.
 * @throws SearchError `unsupported` when it cannot, as PubMed itself.
 */
export function describing(engine: SearchEngine): DescribingEngine {
  if (canDescribe(engine)) return engine;
  throw new SearchError(
    'unsupported',
    `${engine.label} tells how many records a query finds, but not what they are like. Search in a citation library instead.`,
  );
}
