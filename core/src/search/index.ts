export { checkDay, SearchError } from './engine.ts';
export type {
  CitationSummary,
  CountResult,
  IdsResult,
  Provenance,
  SearchEngine,
  SearchOptions,
  SearchQuery,
  SearchWarning,
  TermMapping,
} from './engine.ts';
export type { Embedder } from './embedder.ts';
export { foundSeeds, measure, measureAll, measurementOf, mustAskForSeeds } from './measurement.ts';
export type { MeasureAllOptions, Measurement } from './measurement.ts';
export { canDescribe, describing } from './describing.ts';
export type { DescribingEngine } from './describing.ts';
export type { Facet, Facets, FacetValue, YearCount, YearFacet } from './facets.ts';
export type {
  Contributions,
  LineContributions,
  PartContribution,
  WholeContribution,
} from './contributions.ts';
export type { Overlap, OverlapPair, OverlapPart } from './overlap.ts';
export type { RankedEngine, RankedHit, RankedResult, RankingProgress, RankOptions } from './ranked.ts';
export type { BlockEvidence, TermEvidence } from './evidence.ts';
