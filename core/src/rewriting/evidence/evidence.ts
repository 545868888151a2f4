import type { ResolvedQuery } from '../../pubmed/index.ts';
import { canDescribe } from '../../search/index.ts';
import type { BlockEvidence, SearchEngine } from '../../search/index.ts';
import { contributedEvidence } from './contributed.ts';
import { measuredEvidence } from './measured.ts';

/** How evidence is gathered. */
export interface EvidenceOptions {
  readonly signal?: AbortSignal;
  readonly until?: string;
  /** Where each term has to be asked for: at most so many measurements; 60 unless told otherwise. */
  readonly mostMeasurements?: number;
}

/**
 * What each block that `query` joins by AND contributes, and each of its terms: exact where the engine holds its records, measured one by one
 * and within a limit elsewhere, such as at PubMed. Blocks that are lines are followed into those lines.
 * @throws SearchError when nothing of the query can be searched, or the engine has no answer for the whole; the signal's reason when cancelled
 */
export async function evidenceOf(
  query: ResolvedQuery,
  engine: SearchEngine,
  seeds: readonly string[],
  options: EvidenceOptions = {},
): Promise<readonly BlockEvidence[]> {
  options.signal?.throwIfAborted();
  return canDescribe(engine)
    ? contributedEvidence(query, engine, seeds, options)
    : measuredEvidence(query, engine, seeds, options);
}
