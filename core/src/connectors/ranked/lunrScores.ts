import lunr from 'lunr';
import type { RankedClause } from './clauses.ts';
import type { RankedIndex } from './rankedIndex.ts';
import { FIELD, WEIGHT_UNIT } from './rankedIndex.ts';

/** What lunr's index is made of; its published types still have the names of version 2.0. */
interface IndexAttributes {
  readonly invertedIndex: Record<string, unknown>;
  readonly fieldVectors: Record<string, lunr.Vector>;
  readonly tokenSet: lunr.TokenSet;
  readonly fields: readonly string[];
  readonly pipeline: lunr.Pipeline;
}

/** A clause as version 2.3 takes it; `presence` and the list of terms are missing in the published types. */
interface Clause {
  readonly term: string;
  readonly boost: number;
  readonly presence: lunr.Query.presence;
  readonly usePipeline: boolean;
  readonly fields: readonly string[];
  readonly wildcard: lunr.Query.wildcard;
}
const tokenSets = lunr.TokenSet as unknown as { fromArray(sorted: readonly string[]): lunr.TokenSet };

const presences = {
  optional: lunr.Query.presence.OPTIONAL,
  required: lunr.Query.presence.REQUIRED,
  excluded: lunr.Query.presence.PROHIBITED,
} as const;

/** lunr keeps positions and the like per posting; we need none, and one object serves them all. */
const noMetadata: Readonly<Record<string, never>> = Object.freeze({});

/**
 * lunr's scores of `docs`, in their order; -1 for a document that lunr does not find. lunr itself answers, over an index that holds
 * only these documents and the terms of the query, with weights computed over all documents. Clauses go in through lunr's query API with
 * finished terms: its query string syntax (`:`, `~`, `^`, `+`, `*`) is nowhere in play.
 */
export function lunrScores(
  index: RankedIndex,
  clauses: readonly RankedClause[],
  docs: Uint32Array,
): Float64Array {
  const view = new lunr.Index(
    viewOf(index, [...new Set(clauses.map(({ term }) => term))].sort(), docs) as never,
  );
  const found = view.query((query) => {
    for (const { term, weight, presence } of clauses)
      (query as unknown as { clause(clause: Clause): void }).clause({
        term,
        boost: weight,
        presence: presences[presence],
        usePipeline: false,
        fields: [FIELD],
        wildcard: lunr.Query.wildcard.NONE,
      });
  });
  const scores = new Float64Array(docs.length).fill(-1);
  for (const { ref, score } of found) scores[Number(ref)] = score;
  return scores;
}

/** References of documents are their places in `docs`. `terms` are sorted, as lunr's token set wants them. */
function viewOf(index: RankedIndex, terms: readonly string[], docs: Uint32Array): IndexAttributes {
  const { docs: postings, weights } = index.parts;
  const places = new Int32Array(index.documentCount).fill(-1);
  docs.forEach((doc, place) => (places[doc] = place));
  const invertedIndex: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  /** Elements of lunr's vectors: term number and weight in turn, by place. */
  const elements = Array.from(docs, (): number[] => []);
  const known = terms.filter((term) => index.termNumber(term) >= 0);
  known.forEach((term, number) => {
    const matching: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const [start, end] = index.postings(index.termNumber(term));
    for (let i = start; i < end; i++) {
      const place = places[postings[i] ?? 0] ?? -1;
      if (place < 0) continue;
      matching[place] = noMetadata;
      elements[place]?.push(number, (weights[i] ?? 0) / WEIGHT_UNIT);
    }
    invertedIndex[term] = { _index: number, [FIELD]: matching };
  });
  return {
    invertedIndex,
    fieldVectors: Object.fromEntries(
      elements.map((vector, place) => [`${FIELD}/${place}`, new lunr.Vector(vector)]),
    ),
    tokenSet: tokenSets.fromArray(known),
    fields: [FIELD],
    pipeline: new lunr.Pipeline(),
  };
}
