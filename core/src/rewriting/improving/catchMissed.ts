import type { DocSet } from '../../corpus/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import { blame, roleOf } from './blame.ts';
import type { Candidate } from './candidates.ts';
import { blocksToDrop } from './dropBlock.ts';
import type { WithoutBlock } from './dropBlock.ts';
import { candidatesOf, designCandidatesOf } from './candidates.ts';
import { edited, leavesOf, nameOf } from './edits.ts';
import type { QueryEdit } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { broughtBy, docsOf, measureQuery, sitesOf } from './measuredQuery.ts';
import { relatednessTo } from './relatedness.ts';
import { knownSeeds } from './seeds.ts';
import type { KnownSeeds } from './seeds.ts';
import { listed, plural, records } from './wording.ts';

/** Name of this way of drafting, as proposals show it. */
export const catchName = 'what the missed seeds have';
/** The same, where a block of the query is dropped. */
export const dropName = 'without the block that loses seeds';
/** The same, where an alternative is joined to the query by OR. */
export const alternativeName = 'an alternative for the missed seeds';

/** Most terms that are added. */
const mostAdded = 20;
/** Missed seeds that are worked for; more of them are the business of a new query. */
const mostMissed = 60;
/** Merit is gain / (price + smallest)^exponent: near 1 the cheapest terms win, which are the rarest and catch one seed each. */
const exponent = 0.4;
const smallest = 3;
/** Worth of a term that has nothing to do with the block that it is added to, beside 1 for one that certainly has. */
const unrelatedWorth = 0.03;
/** How well a term has to fit its block, 0..1, unless nothing else catches a seed. */
const leastFit = 0.25;
/** A dropped block may multiply the records by so much where no budget says more. */
const mostTimes = 5;

interface Addition {
  readonly at: number;
  readonly candidate: Candidate;
}

/** What is known of the candidates before any is chosen. */
interface Pool {
  readonly topical: readonly Candidate[];
  readonly design: readonly Candidate[];
  /** The missed seeds that a candidate finds. */
  readonly finds: ReadonlyMap<Candidate, readonly number[]>;
  /** Share of all seeds that a candidate finds, 0..1. */
  readonly share: ReadonlyMap<Candidate, number>;
  /** How well a candidate fits a block, by the block's first term: as the block was before anything was added to it. */
  readonly related: Map<string, (candidate: Candidate) => number>;
}

/**
 * Drafts that find seeds which the query misses: with the fewest and most fitting terms added to the blocks that lose them (the objective
 * method: terms of the missed seeds, chosen by seeds gained a record added); without the block that loses most; with an alternative
 * joined by OR for seeds that no addition catches. No draft loses a seed that is found. Empty when there is no query that can be
 * searched, or no missed seed whose record is held here.
 */
export function catchMissed(request: RewriteRequest, source: CitationSource): readonly Draft[] {
  const query = measureQuery(request.query ?? '', source);
  if (query === undefined) return [];
  const seeds = knownSeeds(request, query.docs, source);
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

function poolOf(missed: readonly number[], seeds: KnownSeeds, source: CitationSource): Pool {
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
function addTerms(
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
    const key = firstTerm(now, at);
    let fits = related.get(key);
    if (fits === undefined) related.set(key, (fits = isDesign ? () => 1 : relatednessTo(now, at, source)));
    for (const candidate of isDesign ? design : topical) {
      let gain = 0;
      for (const doc of finds.get(candidate) ?? []) gain += credit.get(doc) ?? 0;
      if (gain === 0) continue;
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
    for (const way of blame(query, doc, sites).ways)
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

/** The query and, joined by OR, pairs of terms that find what no addition to a block does. */
function withAlternative(
  query: MeasuredQuery,
  left: readonly number[],
  seeds: KnownSeeds,
  source: CitationSource,
): Draft | undefined {
  const wanted = left.slice(0, mostMissed);
  if (wanted.length === 0) return undefined;
  const clauses: string[] = [];
  const covered = query.docs.clone();
  const candidates = candidatesOf(wanted, source).filter(({ kind }) => kind !== 'truncation');
  while (clauses.length < 5 && wanted.some((doc) => !covered.has(doc))) {
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
