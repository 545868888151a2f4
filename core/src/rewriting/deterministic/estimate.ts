import { evaluate } from '../../corpus/index.ts';
import type { DocSet } from '../../corpus/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { RewriteRequest } from '../proposal.ts';
import { sumOf } from './cover.ts';
import { analyse } from './analysis.ts';
import type { CitationSource } from './analysis.ts';
import { expectedF3 } from './chances.ts';

/**
 * What the ranking of the topic, which knows no relevant record but the seeds, says of a set of records. **An estimate for choosing between
 * drafts, never to be shown as recall or F3**: it favours what the same ranking wrote, and its scale is that of libraries of topical candidate sets.
 */
export interface WorthEstimate {
  /** Share of the relevant records that may be expected among those found, 0..1. */
  readonly share: number;
  /** The F3 that may be expected, 0..1. */
  readonly expectedF3: number;
  /** Records found. */
  readonly count: number;
}

/** Estimates for one topic. */
export interface WorthEstimator {
  /** Of a set of the index's documents. */
  ofDocs(docs: DocSet): WorthEstimate;
  /** Of a query; undefined when it cannot be resolved or evaluated here. */
  ofQuery(query: string): WorthEstimate | undefined;
}

/** The head of the ranking that is taken to hold all that is relevant. */
const headSize = 3000;

/**
 * Ranks the library by the topic once, and estimates from it how much of what is worth finding any query catches. The same request on the same
 * library gives the same estimates. Undefined when nothing of the topic occurs in the library.
 */
export function estimateWorth(request: RewriteRequest, source: CitationSource): WorthEstimator | undefined {
  const { index, thesaurus } = source;
  const analysis = analyse(request, source, headSize);
  if (analysis === undefined) return undefined;
  const { chances } = analysis;
  const total = sumOf(chances);
  const ofDocs = (docs: DocSet): WorthEstimate => {
    let caught = 0;
    docs.forEach((doc) => (caught += chances[doc] ?? 0));
    const count = docs.count();
    return { share: total === 0 ? 0 : caught / total, expectedF3: expectedF3(caught, count, total), count };
  };
  return {
    ofDocs,
    ofQuery(query) {
      const resolved = resolveText(query);
      if (isUnresolvable(resolved)) return undefined;
      try {
        return ofDocs(evaluate(index, resolved, thesaurus === undefined ? {} : { thesaurus }).docs);
      } catch {
        return undefined; // Nothing of it can be searched here.
      }
    },
  };
}
