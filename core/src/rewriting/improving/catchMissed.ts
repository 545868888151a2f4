import type { CitationSource } from '../deterministic/analysis.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import { addTerms, exponent, leastFit, poolOf, smallest } from './additions.ts';
import { withAlternative } from './alternative.ts';
import { blocksToDrop } from './dropBlock.ts';
import type { WithoutBlock } from './dropBlock.ts';
import { nameOf } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { measureQuery } from './measuredQuery.ts';
import { knownSeeds } from './seeds.ts';
import type { KnownSeeds } from './seeds.ts';
import { listed, plural, records } from './wording.ts';

/** Names of these ways of drafting, as proposals show them. */
const catchName = 'what the missed seeds have';
const dropName = 'without the block that loses seeds';

/** Missed seeds that are worked for; more of them are the business of a new query. */
const mostMissed = 60;
/** A dropped block may multiply the records by so much where no budget says more. */
const mostTimes = 5;

/**
 * Drafts that find seeds which the query misses: with the fewest and most fitting terms added to the blocks that lose them (the objective
 * method: terms of the missed seeds, chosen by seeds gained a record added); without the block that loses most; with an alternative
 * joined by OR for seeds that no addition catches. No draft loses a seed that is found. Empty when there is no query that can be
 * searched, or no missed seed whose record is held here.
 */
export function catchMissed(request: RewriteRequest, source: CitationSource): readonly Draft[] {
  const query = measureQuery(request.query ?? '', source);
  if (query === undefined) return [];
  const seeds = knownSeeds(request, query, source);
  if (seeds.missed.length === 0) return [];
  const missed = seeds.missed.slice(0, mostMissed);
  const pool = poolOf(missed, seeds, source);
  // First only terms that fit the block that they are added to; what they do not catch may take others, which is said.
  const fitting = addTerms(query, missed, pool, leastFit, source);
  const all = addTerms(fitting, missed, pool, 0, source);
  const drafts = [fitting, all]
    .filter((after, i) => after !== query && (i === 0 || after !== fitting))
    .map((after) => draftOf(query, after, fitting, seeds, source));
  const left = missed.filter((doc) => !all.docs.has(doc));
  return [
    ...drafts.reverse(),
    withoutBlock(query, seeds, request, source),
    request.isBlock === true ? undefined : withAlternative(query, left, seeds, source),
  ].filter((draft) => draft !== undefined);
}

function draftOf(
  before: MeasuredQuery,
  after: MeasuredQuery,
  fitting: MeasuredQuery,
  seeds: KnownSeeds,
  source: CitationSource,
): Draft {
  const gained = seeds.missed.filter((doc) => after.docs.has(doc));
  const strange =
    after === fitting
      ? 0
      : seeds.missed.filter((doc) => after.docs.has(doc) && !fitting.docs.has(doc)).length;
  return {
    query: after.text,
    origin: 'method',
    source: catchName,
    reasoning: [
      `The query that is there, with terms of seeds that it misses added to the blocks that lose them: ${additionsOf(before, after)}.`,
      `It finds ${gained.length} of ${plural(seeds.missed.length, 'missed seed')} and ${records(after.count - before.count)} more here.`,
      ...(strange === 0
        ? []
        : [
            `For ${plural(strange, 'seed')} no term that fits the block was found: judge the terms that catch ${strange === 1 ? 'it' : 'them'}.`,
          ]),
      ...seeds.notes(after.docs, source),
    ].join(' '),
  };
}

/** The terms that are new in `after`, block by block. */
function additionsOf(before: MeasuredQuery, after: MeasuredQuery): string {
  const own = new Map<string, number>();
  const keyOf = (query: MeasuredQuery, at: number): string => {
    const part = query.parts[at];
    return part === undefined
      ? ''
      : query.text.slice(part.range.start, part.range.end).trim().replace(/\s+/gu, ' ');
  };
  before.parts.forEach((part, at) => {
    if (part.kind === 'leaf') own.set(keyOf(before, at), (own.get(keyOf(before, at)) ?? 0) + 1);
  });
  const byBlock = new Map<number, string[]>();
  after.parts.forEach((part, at) => {
    if (part.kind !== 'leaf') return;
    const key = keyOf(after, at);
    const left = own.get(key) ?? 0;
    if (left > 0) own.set(key, left - 1);
    else byBlock.set(part.parent, [...(byBlock.get(part.parent) ?? []), key]);
  });
  return [...byBlock]
    .map(([block, terms]) => `${listed(terms, 8)}${block < 0 ? '' : ` (${nameOf(after, block)})`}`)
    .join('; ');
}

/** The query without the block whose absence finds most missed seeds; undefined when none does at a bearable price. */
function withoutBlock(
  query: MeasuredQuery,
  seeds: KnownSeeds,
  request: RewriteRequest,
  source: CitationSource,
): Draft | undefined {
  if (request.isBlock === true) return undefined;
  const most = Math.max(request.budget ?? 0, mostTimes * query.count);
  let best: WithoutBlock | undefined;
  let caught = 0;
  let merit = 0;
  for (const one of blocksToDrop(query, source)) {
    const seedsGained = seeds.missed.filter((doc) => one.gained.has(doc)).length;
    const its = seedsGained / (one.gained.count() + smallest) ** exponent;
    if (one.after.count <= most && its > merit) [best, caught, merit] = [one, seedsGained, its];
  }
  if (best === undefined) return undefined;
  return {
    query: best.after.text,
    origin: 'method',
    source: dropName,
    reasoning: [
      `The query that is there without ${nameOf(query, best.at)}${best.isNot ? ', which stands behind NOT' : ''} (${kinds[best.role]}): it alone loses ${plural(caught, 'seed')}.`,
      `Without it ${records(best.gained.count())} more are found here.`,
      ...seeds.notes(best.after.docs, source),
    ].join(' '),
  };
}

const kinds = { topic: 'a block of the topic', design: 'a filter for the kind of study', limit: 'a limit' };
