import type { CitationSource } from '../deterministic/analysis.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import { blocksToDrop } from './dropBlock.ts';
import type { WithoutBlock } from './dropBlock.ts';
import { nameOf } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { measureQuery } from './measuredQuery.ts';
import { prune } from './prune.ts';
import type { Target } from './target.ts';
import { targetOf } from './target.ts';
import { widen } from './widen.ts';
import { listed, plural, records } from './wording.ts';

/** Names of these ways of drafting, as proposals show them. */
const shorterName = 'without idle terms';
const lighterName = 'without a block that costs recall';

/** A dropped block may multiply the records by so much where no budget allows more. */
const mostTimes = 5;
/** What it brings of worth, beside what the query finds, for a block to cost recall. */
const leastGain = 0.25;
/** And for each of its records, beside the query's own. */
const leastDensity = 0.15;

/**
 * Drafts that make the query that is there better: completed with what its ORs lack; without a block of the topic that costs recall
 * (filters for kinds of study and limits are kept); the same with fewer terms. Empty when it cannot be searched here or is fine.
 * @param budget most records that a draft may find, unless the query finds more already
 */
export function improve(request: RewriteRequest, source: CitationSource, budget: number): readonly Draft[] {
  const query = measureQuery(request.query ?? '', source);
  if (query === undefined) return [];
  const target = targetOf(request, source);
  return [
    widen(query, source, target, budget),
    request.isBlock === true ? undefined : lighter(query, target, source, budget),
    shorter(query, request, source),
  ].filter((draft) => draft !== undefined);
}

/** The same records with fewer terms; undefined when every term brings something. */
function shorter(
  query: MeasuredQuery,
  { faults = [] }: RewriteRequest,
  source: CitationSource,
): Draft | undefined {
  // What finds nothing here may find something elsewhere: it goes only where a term was said to add nothing.
  const { query: after, dropped } = prune(
    query,
    source,
    faults.some(({ kind }) => kind === 'adds-nothing'),
  );
  if (dropped.length === 0) return undefined;
  return {
    query: after.text,
    origin: 'method',
    source: shorterName,
    shownSeeds: [],
    reasoning: `The query that is there without ${plural(dropped.length, 'term')} that other terms of the same block find all records of here: ${listed(dropped, 8)}. It finds the same ${records(after.count)}. In PubMed, with more records, such a term may find something more.`,
  };
}

function lighter(
  query: MeasuredQuery,
  target: Target,
  source: CitationSource,
  budget: number,
): Draft | undefined {
  const most = Math.max(budget, mostTimes * query.count);
  const own = target.worthOf(query.docs);
  let best: { readonly one: WithoutBlock; readonly gain: number } | undefined;
  for (const one of blocksToDrop(query, source)) {
    if (one.role !== 'topic' || one.after.count > most) continue;
    const gain = target.worthOf(one.gained);
    const seeds = one.gained.countCommon(target.seeds);
    const isDense = gain / one.gained.count() >= (leastDensity * own) / Math.max(1, query.count);
    if (seeds === 0 && (gain < leastGain * own || !isDense)) continue;
    if (best === undefined || gain > best.gain) best = { one, gain };
  }
  if (best === undefined) return undefined;
  const { at, isNot, after, gained } = best.one;
  const seeds = gained.countCommon(target.seeds);
  return {
    query: after.text,
    origin: 'method',
    source: lighterName,
    reasoning: [
      `The query that is there without ${nameOf(query, at)}${isNot ? ', which stands behind NOT' : ''}: ${
        seeds > 0
          ? `it alone loses ${plural(seeds, 'seed')}`
          : 'it alone keeps out many of the records that fit the topic best'
      }.`,
      `Without it ${records(gained.count())} more are found here.`,
    ].join(' '),
  };
}
