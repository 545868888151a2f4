import type { ResolvedQuery } from '../pubmed/index.ts';
import type { Facets, LineContributions, Provenance } from '../search/index.ts';

/** What the parts of a line contribute. */
export interface LineInsight {
  readonly numbers: LineContributions;
  /** Whether `ofWhole` of its parts is about the strategy as it is now. */
  readonly isOfStrategy: boolean;
  readonly provenance: Provenance;
}

/** Where features look up what records found are like and what finds them. Never waits: what is not known yet is undefined. */
export interface Insights {
  line(label: string): LineInsight | undefined;
  facets(query: ResolvedQuery): Facets | undefined;
}
