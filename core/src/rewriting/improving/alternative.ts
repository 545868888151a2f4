import type { DocSet } from '../../corpus/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import type { Draft } from '../proposal.ts';
import { exponent, smallest } from './additions.ts';
import type { Candidate } from './candidates.ts';
import { candidatesOf } from './candidates.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { docsOf } from './measuredQuery.ts';
import type { KnownSeeds } from './seeds.ts';
import { plural, records } from './wording.ts';

/** Name of this way of drafting, as proposals show it. */
const alternativeName = 'an alternative for the missed seeds';

/** Alternatives that one query takes. */
const mostClauses = 5;

/** The query and, joined by OR, pairs of terms that find what no addition to a block does. */
export function withAlternative(
  query: MeasuredQuery,
  wanted: readonly number[],
  seeds: KnownSeeds,
  source: CitationSource,
): Draft | undefined {
  if (wanted.length === 0) return undefined;
  const clauses: string[] = [];
  const covered = query.docs.clone();
  const candidates = candidatesOf(wanted, source).filter(({ kind }) => kind !== 'truncation');
  while (clauses.length < mostClauses && wanted.some((doc) => !covered.has(doc))) {
    const open = wanted.filter((doc) => !covered.has(doc));
    const clause = bestClause(open, covered, candidates, Math.max(smallest, 0.01 * query.count));
    if (clause === undefined) break;
    clauses.push(clause.text);
    covered.addAll(clause.docs);
  }
  if (clauses.length === 0) return undefined;
  const { root, text } = query;
  const isOr = root.kind !== 'chain' || root.operators.every(({ operator }) => operator === 'OR');
  const own = isOr ? text.trim() : `(${text.trim()})`;
  const after = docsOf([own, ...clauses].join(' OR '), source);
  if (after === undefined) return undefined;
  const gained = seeds.missed.filter((doc) => after.has(doc));
  return {
    query: [own, ...clauses].join(' OR '),
    origin: 'method',
    source: alternativeName,
    reasoning: [
      `No term added to a block finds ${plural(wanted.length, 'seed')} of the missed ones, so they have ways of their own, joined by OR: ${clauses.join('; ')}.`,
      `It finds ${gained.length} of ${plural(seeds.missed.length, 'missed seed')} and ${records(after.count() - query.count)} more here.`,
      ...seeds.notes(after, source),
    ].join(' '),
  };
}

function bestClause(
  open: readonly number[],
  covered: DocSet,
  candidates: readonly Candidate[],
  scale: number,
): { readonly text: string; readonly docs: DocSet } | undefined {
  let best: { readonly pair: readonly Candidate[]; readonly docs: DocSet } | undefined;
  let merit = 0;
  const judge = (pair: readonly Candidate[], docs: DocSet): void => {
    const gain = open.filter((doc) => docs.has(doc)).length;
    const its = gain / (docs.andNot(covered).count() + scale) ** exponent;
    if (gain > 0 && its > merit) [best, merit] = [{ pair, docs }, its];
  };
  // The terms that most of the open seeds have, rare ones first, are worth pairing.
  const support = (candidate: Candidate): number => open.filter((doc) => candidate.docs.has(doc)).length;
  const sorted = candidates
    .map((candidate) => ({ candidate, its: support(candidate) / Math.log(2 + candidate.count) }))
    .filter(({ its }) => its > 0)
    .sort((a, b) => b.its - a.its || (a.candidate.name < b.candidate.name ? -1 : 1))
    .slice(0, 60)
    .map(({ candidate }) => candidate);
  for (const [i, a] of sorted.entries()) {
    judge([a], a.docs);
    for (const b of sorted.slice(0, i))
      if (!a.name.includes(b.name) && !b.name.includes(a.name)) judge([b, a], a.docs.and(b.docs));
  }
  if (best === undefined) return undefined;
  const written = best.pair.map(({ terms }) =>
    terms.length === 1 ? terms.join('') : `(${terms.join(' OR ')})`,
  );
  return {
    text: written.length === 1 ? (best.pair[0]?.terms.join(' OR ') ?? '') : `(${written.join(' AND ')})`,
    docs: best.docs,
  };
}
