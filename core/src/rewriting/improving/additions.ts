import type { CitationSource } from '../deterministic/analysis.ts';
import { blame, roleOf } from './blame.ts';
import type { Candidate } from './candidates.ts';
import { candidatesOf, designCandidatesOf } from './candidates.ts';
import { edited, leavesOf } from './edits.ts';
import type { QueryEdit } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { broughtBy, measureQuery, sitesOf } from './measuredQuery.ts';
import { relatednessTo } from './relatedness.ts';
import type { KnownSeeds } from './seeds.ts';

/** Most terms that are added. */
const mostAdded = 20;
/** A seed that so many blocks lose is not on the query's topic. */
const mostPlaces = 6;
/** Merit is gain / (price + smallest)^exponent: near 1 the cheapest terms win, which are the rarest and catch one seed each. */
export const exponent = 0.4;
export const smallest = 3;
/** Worth of a term that has nothing to do with the block that it is added to, beside 1 for one that certainly has. */
const unrelatedWorth = 0.03;
/** How well a term has to fit its block, 0..1, unless nothing else catches a seed. */
export const leastFit = 0.25;

interface Addition {
  readonly at: number;
  readonly candidate: Candidate;
}

/** What is known of the candidates before any is chosen. */
export interface Pool {
  readonly topical: readonly Candidate[];
  readonly design: readonly Candidate[];
  /** The missed seeds that a candidate finds. */
  readonly finds: ReadonlyMap<Candidate, readonly number[]>;
  /** Share of all seeds that a candidate finds, 0..1. */
  readonly share: ReadonlyMap<Candidate, number>;
  /** How well a candidate fits a block, by the block's first term: as the block was before anything was added to it. */
  readonly related: Map<string, (candidate: Candidate) => number>;
}

/** What could catch the missed seeds. */
export function poolOf(missed: readonly number[], seeds: KnownSeeds, source: CitationSource): Pool {
  const topical = candidatesOf(missed, source);
  const design = designCandidatesOf(missed, source);
  const all = [...topical, ...design];
  return {
    topical,
    design,
    finds: new Map(all.map((one) => [one, missed.filter((doc) => one.docs.has(doc))])),
    share: new Map(all.map((one) => [one, seeds.shareOf(one.docs)])),
    related: new Map(),
  };
}

/** The query with terms added that fit their block at least so well, until they catch no more; the query itself when none does. */
export function addTerms(
  query: MeasuredQuery,
  missed: readonly number[],
  pool: Pool,
  fit: number,
  source: CitationSource,
): MeasuredQuery {
  const chosen: Addition[] = [];
  let now = query;
  while (chosen.length < mostAdded && missed.some((doc) => !now.docs.has(doc))) {
    const best = bestAddition(now, query.count, missed, pool, fit, source);
    if (best === undefined) break;
    const text = edited(now, [{ kind: 'add', at: best.at, terms: newTerms(now, best) }]);
    const next = text === undefined ? undefined : measureQuery(text, source);
    if (next === undefined || next.parts.length <= now.parts.length) break;
    chosen.push(best);
    now = next;
  }
  return withoutIdle(query, now, chosen, missed, source);
}

/** The addition with the best merit; undefined when none brings a seed nearer. */
function bestAddition(
  now: MeasuredQuery,
  count: number,
  missed: readonly number[],
  { topical, design, finds, share, related }: Pool,
  fit: number,
  source: CitationSource,
): Addition | undefined {
  const sites = sitesOf(now).filter((at) => roleOf(now, at) !== 'limit');
  const credits = creditsOf(now, missed, new Set(sites));
  const scale = Math.max(smallest, 0.01 * count);
  let best: Addition | undefined;
  let merit = 0;
  for (const [at, credit] of credits) {
    const isDesign = roleOf(now, at) === 'design';
    const elsewhere = termsBeside(now, at);
    const key = firstTerm(now, at);
    let fits = related.get(key);
    if (fits === undefined) related.set(key, (fits = isDesign ? () => 1 : relatednessTo(now, at, source)));
    for (const candidate of isDesign ? design : topical) {
      let gain = 0;
      for (const doc of finds.get(candidate) ?? []) gain += credit.get(doc) ?? 0;
      // A term of another block would make the two the same.
      if (gain === 0 || candidate.terms.some((term) => elsewhere.has(term.toLowerCase()))) continue;
      const its = fits(candidate);
      if (its < fit) continue;
      const value = gain * (unrelatedWorth + its) * (0.5 + (share.get(candidate) ?? 0));
      if (value / scale ** exponent <= merit) continue;
      const price = broughtBy(now, at, candidate.docs).count();
      const worth = value / (price + scale) ** exponent;
      if (worth > merit) [best, merit] = [{ at, candidate }, worth];
    }
  }
  return best;
}

/** Terms of the query that do not stand in a part, lower case. */
function termsBeside(query: MeasuredQuery, at: number): ReadonlySet<string> {
  const own = new Set(leavesOf(query, at).map(({ range }) => range.start));
  return new Set(
    termTexts(query).filter((text, i) => text !== '' && !own.has(query.parts[i]?.range.start ?? -1)),
  );
}

function firstTerm(query: MeasuredQuery, at: number): string {
  const [first] = leavesOf(query, at).toSorted((a, b) => a.range.start - b.range.start);
  return first === undefined ? '' : query.text.slice(first.range.start, first.range.end).trim();
}

/** By site, the missed seeds that it keeps out, and how much of the way to each it is: 1 where it alone loses the seed. */
function creditsOf(
  query: MeasuredQuery,
  missed: readonly number[],
  sites: ReadonlySet<number>,
): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const credits = new Map<number, Map<number, number>>();
  for (const doc of missed) {
    if (query.docs.has(doc)) continue;
    for (const way of blame(query, doc, sites).ways.filter(({ length }) => length <= mostPlaces))
      for (const at of way) {
        const own = credits.get(at) ?? new Map<number, number>();
        own.set(doc, Math.max(own.get(doc) ?? 0, 1 / way.length));
        credits.set(at, own);
      }
  }
  return credits;
}

/** The candidate's terms that the site does not have yet. */
function newTerms(query: MeasuredQuery, { at, candidate }: Addition): readonly string[] {
  const known = new Set(
    leavesOf(query, at).map((node) =>
      query.text.slice(node.range.start, node.range.end).toLowerCase().replace(/\s+/gu, ' ').trim(),
    ),
  );
  return candidate.terms.filter((term) => !known.has(term.toLowerCase()));
}

/** The query with all chosen terms but those without which as many seeds are caught; the last are tried first. */
function withoutIdle(
  original: MeasuredQuery,
  final: MeasuredQuery,
  chosen: readonly Addition[],
  missed: readonly number[],
  source: CitationSource,
): MeasuredQuery {
  if (missed.every((doc) => final.docs.has(doc) === original.docs.has(doc))) return original;
  let now = final;
  const own = new Set(termTexts(original));
  for (const { candidate } of [...chosen].reverse()) {
    const terms = new Set(candidate.terms.map((term) => term.toLowerCase()));
    const edits = termTexts(now).flatMap((text, at): QueryEdit[] =>
      terms.has(text) && !own.has(text) && now.parts[at]?.role === 'OR' ? [{ kind: 'remove', at }] : [],
    );
    const text = edits.length === 0 ? undefined : edited(now, edits);
    const without = text === undefined ? undefined : measureQuery(text, source);
    if (without === undefined) continue;
    const isAsGood = missed.every((doc) => !now.docs.has(doc) || without.docs.has(doc));
    if (isAsGood && original.docs.isWithin(without.docs)) now = without;
  }
  return now;
}

/** By part: a term as it is written, lower case; empty for blocks. */
function termTexts({ parts, text }: MeasuredQuery): readonly string[] {
  return parts.map(({ kind, range }) =>
    kind === 'leaf' ? text.slice(range.start, range.end).trim().toLowerCase().replace(/\s+/gu, ' ') : '',
  );
}
