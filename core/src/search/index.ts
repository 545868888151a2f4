export { checkDay, SearchError } from './engine.ts';
export type {
  CitationSummary,
  CountResult,
  IdsResult,
  Provenance,
  SearchEngine,
  SearchOptions,
  SearchWarning,
} from './engine.ts';
export { measure } from './measurement.ts';
export type { Measurement } from './measurement.ts';
