import { CitationIndex, evaluate } from '../../../corpus/index.ts';
import type { CitationRecord, EvaluateOptions } from '../../../corpus/index.ts';
import type { Thesaurus } from '../../../mesh/index.ts';
import { nodesOf } from '../../../pubmed/index.ts';
import type { ResolvedQuery } from '../../../pubmed/index.ts';
import { SearchError } from '../../../search/index.ts';

/** What a query is expected to find among the seeds. Never shown to anyone: it only decides what PubMed is asked. */
export interface Prediction {
  readonly found: ReadonlySet<string>;
  /** How likely the prediction is wrong about a seed, beside others: 1 for the surest. */
  readonly doubt: (id: string) => number;
}

/** What the prediction depends on beside the records. */
export interface PredictionOptions {
  readonly thesaurus: Thesaurus | undefined;
  readonly today: string | undefined;
}

/** Two readings of the query differ about the seed. */
const DISPUTED = 200;
/** A part of the query cannot be searched in records, or not well. */
const PARTLY = 8;
/** Mapping is PubMed's own and changes with its tables. */
const MAPPED = 3;

/**
 * Predicts by searching the seeds' records themselves. Records of which there are none are predicted to be missed.
 * Phrases are taken for known to PubMed's phrase index, which knows more than a few records tell; where that matters, the seed is in doubt.
 */
export function predictor(
  records: readonly CitationRecord[],
  { thesaurus, today }: PredictionOptions,
): (query: ResolvedQuery) => Prediction {
  const index = CitationIndex.build(records);
  const options: EvaluateOptions = {
    ...(thesaurus === undefined ? {} : { thesaurus }),
    ...(today === undefined ? {} : { today }),
  };
  const search = (query: ResolvedQuery, more: EvaluateOptions): { found: Set<string>; isPart: boolean } => {
    try {
      const { docs, warnings } = evaluate(index, query, { ...options, ...more });
      const found = new Set([...docs.toArray()].map((doc) => index.idOf(doc)));
      return { found, isPart: warnings.some(({ code }) => code !== 'phrase-not-found') };
    } catch (error) {
      if (error instanceof SearchError) return { found: new Set(), isPart: true };
      throw error;
    }
  };
  return (query) => {
    const { found, isPart } = search(query, { phrasesAreKnown: true });
    const other = search(query, {}).found;
    const isMapped = nodesOf(query.root).some((node) => node.kind === 'term' && node.tag === undefined);
    const general = (isPart ? PARTLY : 1) * (isMapped ? MAPPED : 1);
    return {
      found,
      doubt: (id) => (other.has(id) !== found.has(id) ? DISPUTED : general),
    };
  };
}
