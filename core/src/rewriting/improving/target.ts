import { DocSet } from '../../corpus/index.ts';
import type { Analysis, CitationSource } from '../deterministic/analysis.ts';
import { analyse } from '../deterministic/analysis.ts';
import { topDocuments } from '../deterministic/feature.ts';
import type { RewriteRequest } from '../proposal.ts';

/** What is worth finding: the seeds, and the records that fit the topic best. */
export interface Target {
  /** The seeds that are held here. */
  readonly seeds: DocSet;
  /** Undefined where nothing of the topic occurs: then only seeds count. */
  readonly analysis: Analysis | undefined;
  /** Worth of a set of records: 1 for each seed, for others the chance of a record at its rank to be relevant. */
  worthOf(docs: DocSet): number;
}

/** The head of the ranking that counts. */
const head = 3000;

/**
 * Worth of the record at a rank (from 0) beside 1 for a seed: falling as the share of relevant records falls along the ranking, so that what
 * stands far behind counts for little however much of it there is.
 */
function worthAt(rank: number): number {
  return 0.26 / (1 + (rank / 75) ** 1.4);
}

/** What is worth finding for a request, by its seeds and the ranking of the library by its title, PICO or else the query's own words. */
export function targetOf(request: RewriteRequest, source: CitationSource): Target {
  const last = known.get(request);
  if (last?.source === source) return last.target;
  const target = findTarget(request, source);
  known.set(request, { source, target });
  return target;
}

/** Targets by request: one request is answered in several ways. */
const known = new WeakMap<RewriteRequest, { readonly source: CitationSource; readonly target: Target }>();

function findTarget(request: RewriteRequest, source: CitationSource): Target {
  const { index } = source;
  const held = request.seeds.map((id) => index.docOf(id)).filter((doc) => doc !== undefined);
  const seeds = DocSet.of(index.documentCount, held);
  const size = Math.max(10, Math.min(head, Math.ceil(0.25 * index.documentCount)));
  const analysis = analyse(request, source, size);
  const worth = new Float64Array(index.documentCount);
  if (analysis !== undefined)
    topDocuments(analysis.worth, size).forEach((doc, rank) => (worth[doc] = worthAt(rank)));
  for (const doc of held) worth[doc] = 1;
  return {
    seeds,
    analysis,
    worthOf(docs) {
      let sum = 0;
      docs.forEach((doc) => (sum += worth[doc] ?? 0));
      return sum;
    },
  };
}
