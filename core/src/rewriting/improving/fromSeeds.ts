import type { CitationSource } from '../deterministic/analysis.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import { addTerms, leastFit, poolOf } from './additions.ts';
import type { Candidate } from './candidates.ts';
import { candidatesOf } from './candidates.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { measureQuery } from './measuredQuery.ts';
import { knownSeeds } from './seeds.ts';
import { plural, records } from './wording.ts';

/** Name of this way of drafting, as proposals show it. */
const seedsName = 'objective method on the seeds';

/** With fewer nothing can be told from chance. */
const leastSeeds = 3;
/** Terms that are paired. */
const mostPaired = 40;
/** A pair of terms has to find this share of the seeds to be the start of two blocks. */
const leastOfPair = 0.6;
/** Pairs that overlap more than this say one thing twice. */
const mostOverlap = 0.6;
/** Merit of a pair is seeds found / records^exponent: a pair that finds few records finds few others of the topic. */
const exponent = 0.15;

/**
 * Drafts from seeds alone (Hausner et al., Systematic Reviews 2012; 1: 19, the objective approach): terms that the seeds have far more often than the
 * library; the two of them that find most seeds together with fewest records start two blocks, and each block takes the terms that catch the
 * seeds left, by seeds gained a record added. Where no two groups go together, one block. Empty for fewer than three seeds that are held here,
 * and where there is a topic or a query to go by.
 */
export function fromSeeds(request: RewriteRequest, source: CitationSource): readonly Draft[] {
  const { title = '', query = '', pico } = request;
  const parts = pico === undefined ? [] : [pico.population, pico.intervention, pico.comparison, pico.outcome];
  const hasTopic = [title, query, ...parts].some((text) => text !== undefined && text.trim() !== '');
  if (hasTopic || request.isBlock === true) return [];
  const { index } = source;
  const docs = [...new Set(request.seeds.map((id) => index.docOf(id)).filter((doc) => doc !== undefined))];
  if (docs.length < leastSeeds) return [];
  const candidates = overRepresented(
    docs.sort((a, b) => a - b),
    source,
  );
  const two = bestPair(candidates, docs);
  const [best] = candidates;
  const starts = [
    ...(two === undefined ? [] : [two.map(written).join(' AND ')]),
    ...(best === undefined ? [] : [best.terms.join(' OR ')]),
  ];
  const drafts: Draft[] = [];
  for (const start of starts) {
    const query = measureQuery(start, source);
    if (query === undefined) continue;
    const draft = completed(query, request, source);
    if (draft !== undefined && !drafts.some((other) => other.query === draft.query)) drafts.push(draft);
  }
  return drafts;
}

function completed(query: MeasuredQuery, request: RewriteRequest, source: CitationSource): Draft | undefined {
  const seeds = knownSeeds(request, query, source);
  const pool = poolOf(seeds.missed, seeds, source);
  const after = addTerms(query, seeds.missed, pool, leastFit, source);
  const found = after.docs.countCommon(seeds.docs);
  if (found === 0) return undefined;
  const blocks =
    after.parts[0]?.kind === 'block' && after.parts[0].operator === 'AND' ? 'Two blocks' : 'One block';
  return {
    query: after.text,
    origin: 'method',
    source: seedsName,
    reasoning: [
      `${blocks} of terms that the ${plural(seeds.docs.count(), 'seed')} have more often than other records here, each chosen by the seeds that it gains for the records that it adds.`,
      `It finds ${found} of the seeds and ${records(after.count)}.`,
      ...seeds.notes(after.docs, source),
    ].join(' '),
  };
}

/** Candidates of the seeds by p log(p / q), the share p of the seeds against the share q of all records; most telling first. */
function overRepresented(docs: readonly number[], source: CitationSource): readonly Candidate[] {
  const total = source.index.documentCount;
  return candidatesOf(docs, source)
    .map((candidate) => {
      const share = docs.filter((doc) => candidate.docs.has(doc)).length / docs.length;
      return { candidate, share, measure: share * Math.log((share * total) / candidate.count) };
    })
    .filter(({ share, measure }) => share * docs.length >= 2 && measure > 0)
    .sort((a, b) => b.measure - a.measure || (a.candidate.name < b.candidate.name ? -1 : 1))
    .slice(0, mostPaired)
    .map(({ candidate }) => candidate);
}

function bestPair(
  candidates: readonly Candidate[],
  docs: readonly number[],
): readonly [Candidate, Candidate] | undefined {
  let best: readonly [Candidate, Candidate] | undefined;
  let merit = 0;
  for (const [i, a] of candidates.entries())
    for (const b of candidates.slice(0, i)) {
      const common = a.docs.and(b.docs);
      const count = common.count();
      const found = docs.filter((doc) => common.has(doc)).length;
      if (found < leastOfPair * docs.length || count > mostOverlap * Math.min(a.count, b.count)) continue;
      const its = found / count ** exponent;
      if (its > merit) [best, merit] = [[b, a], its];
    }
  return best;
}

function written({ terms }: Candidate): string {
  return terms.length === 1 ? terms.join('') : `(${terms.join(' OR ')})`;
}
