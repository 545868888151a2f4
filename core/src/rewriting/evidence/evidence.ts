import type { ResolvedQuery } from '../../pubmed/index.ts';
import { canDescribe } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { contributedEvidence } from './contributed.ts';
import { measuredEvidence } from './measured.ts';

/** What a term contributes. A number that is absent is not known; `problem` says why where that is not plain from the query. */
export interface TermEvidence {
  /** Canonical text. */
  readonly text: string;
  /** Records that it finds by itself. */
  readonly count?: number;
  /** Records that its block finds by it alone; absent of what is not one of several alternatives. */
  readonly adds?: number;
  /** Seeds that it finds by itself. */
  readonly seeds?: number;
  /** Seeds that its block finds by it alone. */
  readonly seedsAdded?: number;
  readonly problem?: string;
}

/** What a block contributes, and its terms. */
export interface BlockEvidence {
  /** For people: its first heading or term. */
  readonly name: string;
  readonly query: string;
  /** Label of the line that it is, where it is one. */
  readonly label?: string;
  /** NOT takes away what it finds. */
  readonly isExcluded?: true;
  readonly count?: number;
  readonly seeds?: number;
  /** Seeds that all other blocks find and this one lets fall. */
  readonly seedsLost?: readonly string[];
  readonly terms: readonly TermEvidence[];
}

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
