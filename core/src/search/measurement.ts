import type { ResolvedQuery } from '../pubmed/index.ts';
import { recall, numberNeededToRead, precision } from '../metrics/index.ts';
import type {
  Provenance,
  SearchEngine,
  SearchOptions,
  SearchQuery,
  SearchWarning,
  TermMapping,
} from './engine.ts';

/** The numbers of one query: what the editor shows, proposals are ranked by and rewards are paid for. */
export interface Measurement {
  /** Records found. */
  readonly count: number;
  /** Seeds found and missed, in the order given. Both empty when there are no seeds. */
  readonly found: readonly string[];
  readonly missed: readonly string[];
  /** Seeds found / seeds, 0..1; undefined without seeds. */
  readonly recall: number | undefined;
  /** Seeds found / records found, 0..1: a lower bound, since unknown relevant records count as irrelevant. */
  readonly precision: number | undefined;
  /** Records to read for one seed, >= 1; undefined when no seed is found or there are none. */
  readonly nnr: number | undefined;
  readonly translation?: string;
  /** See `CountResult.mappings`. */
  readonly mappings?: readonly TermMapping[];
  readonly warnings: readonly SearchWarning[];
  readonly provenance: Provenance;
}

/**
 * Asks `engine` how many records `query` finds and which of the `relevant` ids are among them. **The one measurement of
 * the house**: hover, inlay hints, command line, ranking of proposals, evaluation and reward all call it.
 * @throws SearchError when the engine has no answer.
 */
export async function measure<Query extends SearchQuery = ResolvedQuery>(
  engine: SearchEngine<Query>,
  query: Query,
  relevant: readonly string[],
  options: SearchOptions = {},
): Promise<Measurement> {
  const answer = await engine.count(query, options);
  const hits = new Set(relevant.length > 0 ? await engine.matching(query, relevant, options) : []);
  const found = relevant.filter((id) => hits.has(id));
  const missed = relevant.filter((id) => !hits.has(id));
  return {
    count: answer.count,
    found,
    missed,
    recall: recall(found.length, relevant.length),
    precision: relevant.length > 0 ? precision(found.length, answer.count) : undefined,
    nnr: numberNeededToRead(found.length, answer.count),
    ...(answer.translation === undefined ? {} : { translation: answer.translation }),
    ...(answer.mappings === undefined ? {} : { mappings: answer.mappings }),
    warnings: answer.warnings,
    provenance: answer.provenance,
  };
}
