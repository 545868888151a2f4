import type { CitationIndex, CitationRecord, EvaluateOptions, EvaluationResult } from '../corpus/index.ts';
import { contributions, facets, mostCompared, overlap, valueName } from '../corpus/index.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import type { Contributions, CountResult, Facets, Overlap } from '../search/index.ts';
import { SearchError } from '../search/index.ts';

/** What describing needs of an engine over local records. */
export interface Described {
  readonly index: CitationIndex;
  readonly evaluateOptions: EvaluateOptions;
  evaluate(query: ResolvedQuery): EvaluationResult;
  /** Whole records, in the order of `ids`. */
  records(ids: readonly string[]): readonly CitationRecord[];
  /** The document of an id, also of one that a record had before it was merged with another. */
  docOf(id: string): number | undefined;
  /** What is told with every answer. */
  answer(warnings: EvaluationResult['warnings']): Pick<CountResult, 'warnings' | 'provenance'>;
}

/** What the records that `query` finds are like. */
export function describeFacets(engine: Described, query: ResolvedQuery, top: number): Facets {
  const { docs, warnings } = engine.evaluate(query);
  const { index } = engine;
  const told = facets(index, docs, {
    top,
    name: (kind, key, doc) => {
      const [record] = engine.records([index.idOf(doc)]);
      return record === undefined ? key : valueName(record, kind, key);
    },
  });
  return { ...told, ...engine.answer(warnings) };
}

/** Which parts of `query` contribute what. */
export function describeContributions(
  engine: Described,
  query: ResolvedQuery,
  seeds: readonly string[],
): Contributions {
  const { warnings, ...told } = contributions(engine.index, query, seeds, {
    ...engine.evaluateOptions,
    docOf: (id) => engine.docOf(id),
  });
  return { ...told, ...engine.answer(warnings) };
}

/**
 * What the queries have in common.
 * @throws SearchError `rejected` for fewer than two and more than four
 */
export function describeOverlap(
  engine: Described,
  queries: readonly ResolvedQuery[],
  seeds: readonly string[],
): Overlap {
  if (queries.length < 2 || queries.length > mostCompared)
    throw new SearchError(
      'rejected',
      `Two to ${mostCompared} queries can be compared, not ${queries.length}.`,
    );
  const results = queries.map((query) => engine.evaluate(query));
  const told = overlap(
    results.map(({ docs }) => docs),
    seeds,
    (id) => engine.docOf(id),
  );
  const warnings = new Map(
    results.flatMap((result) => result.warnings.map((warning) => [warning.code + warning.message, warning])),
  );
  return { ...told, ...engine.answer([...warnings.values()]) };
}
