import type { ResolvedQuery } from '../pubmed/index.ts';
import { recall, numberNeededToRead, precision } from '../metrics/index.ts';
import { SearchError } from './engine.ts';
import type {
  CountResult,
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
 * the house**: hover, inlay hints, command line, ranking of proposals, evaluation and reward all call it, for one query or, with
 * {@link measureAll}, for many.
 * @throws SearchError when the engine has no answer.
 */
export async function measure<Query extends SearchQuery = ResolvedQuery>(
  engine: SearchEngine<Query>,
  query: Query,
  relevant: readonly string[],
  options: SearchOptions = {},
): Promise<Measurement> {
  const answer = await engine.count(query, options);
  const found = mustAskForSeeds(answer, relevant) ? await engine.matching(query, relevant, options) : [];
  return measurementOf(answer, relevant, found);
}

/** What is told while many queries are measured; numbers are positions in the list of queries. */
export interface MeasureAllOptions extends SearchOptions {
  /** The count of a query is there; its seeds are not yet. */
  readonly onCount?: (at: number, answer: CountResult) => void;
}

/**
 * Measures many queries in the fewest requests: equal ones once, a count each, and the seeds of all together where the engine has a way
 * for that. The numbers are those of {@link measure}, one by one.
 * @returns in the order of `queries`: the measurement, or why there is none
 * @throws SearchError `aborted` when the signal fires
 */
export async function measureAll<Query extends SearchQuery = ResolvedQuery>(
  engine: SearchEngine<Query>,
  queries: readonly Query[],
  relevant: readonly string[],
  options: MeasureAllOptions = {},
): Promise<readonly (Measurement | SearchError)[]> {
  const { onCount, ...limits } = options;
  const places = new Map<string, number[]>();
  queries.forEach(({ key }, at) => places.set(key, [...(places.get(key) ?? []), at]));
  const distinct = [...places.values()].map(([at = 0]) => ({ at, query: queries[at] as Query }));
  const counts = await Promise.all(
    distinct.map(async ({ query }) => {
      const answer = await attempt(engine.count(query, limits), limits);
      if (!(answer instanceof SearchError))
        for (const at of places.get(query.key) ?? []) onCount?.(at, answer);
      return answer;
    }),
  );
  const asked = distinct.flatMap(({ query }, i) => {
    const answer = counts[i];
    return answer === undefined || answer instanceof SearchError || !mustAskForSeeds(answer, relevant)
      ? []
      : [query];
  });
  const seeds = await foundSeeds(engine, asked, relevant, limits);
  const found = new Map(asked.map((query, i) => [query.key, seeds[i]]));
  const measured = new Map(
    distinct.map(({ query }, i) => {
      const answer = counts[i] as CountResult | SearchError;
      const own = found.get(query.key) ?? [];
      if (answer instanceof SearchError) return [query.key, answer];
      return [query.key, own instanceof SearchError ? own : measurementOf(answer, relevant, own)];
    }),
  );
  return queries.map(({ key }) => measured.get(key) as Measurement | SearchError);
}

/** Whether seeds have to be looked for: not where there are none, nor in an empty result. */
export function mustAskForSeeds(answer: CountResult, relevant: readonly string[]): boolean {
  return relevant.length > 0 && answer.count > 0;
}

/**
 * Which of `ids` each query finds: the part of {@link measureAll} that comes after the counts. A query that the engine rejects costs the others
 * nothing.
 * @returns in the order of `queries`: the ids found, or why that is not known
 * @throws SearchError `aborted` when the signal fires
 */
export async function foundSeeds<Query extends SearchQuery = ResolvedQuery>(
  engine: SearchEngine<Query>,
  queries: readonly Query[],
  ids: readonly string[],
  options: SearchOptions = {},
): Promise<readonly (readonly string[] | SearchError)[]> {
  const [only] = queries;
  if (only === undefined) return [];
  if (queries.length === 1) return [await attempt(engine.matching(only, ids, options), options)];
  if (engine.matchingAll === undefined)
    return Promise.all(queries.map((query) => attempt(engine.matching(query, ids, options), options)));
  const answer = await attempt(engine.matchingAll(queries, ids, options), options);
  if (!(answer instanceof SearchError)) return answer;
  if (answer.code !== 'rejected' && answer.code !== 'unsupported') return queries.map(() => answer);
  // Something is wrong with a query, not with the engine: the others are to have their answer.
  const middle = Math.ceil(queries.length / 2);
  return [
    ...(await foundSeeds(engine, queries.slice(0, middle), ids, options)),
    ...(await foundSeeds(engine, queries.slice(middle), ids, options)),
  ];
}

/** Puts the numbers together; `found` in any order. */
export function measurementOf(
  answer: CountResult,
  relevant: readonly string[],
  foundIds: readonly string[],
): Measurement {
  const hits = new Set(foundIds);
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

/** The answer, or the error as a value; cancelling is no answer about a query. */
async function attempt<T>(work: Promise<T>, { signal }: SearchOptions): Promise<T | SearchError> {
  try {
    return await work;
  } catch (cause) {
    if (signal?.aborted === true) throw new SearchError('aborted', 'The search was cancelled.');
    if (cause instanceof SearchError) return cause;
    throw cause;
  }
}
