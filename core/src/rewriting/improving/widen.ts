import type { DocSet } from '../../corpus/index.ts';
import type { TermNode } from '../../pubmed/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import type { Draft } from '../proposal.ts';
import { edited, textOf } from './edits.ts';
import type { QueryEdit } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { broughtBy, docsOf, measureQuery } from './measuredQuery.ts';
import type { Target } from './target.ts';
import type { Variant } from './variants.ts';
import { variantsOf } from './variants.ts';
import { listed, plural, records } from './wording.ts';

/** Name of this way of drafting, as proposals show it. */
const widenName = 'missing synonyms';

/** Most terms that are added beside one term, and in all. */
const mostBeside = 8;
const mostInAll = 30;
/** Terms that are looked at; of a longer strategy those that find most. */
const mostLookedAt = 120;
/** What the last addition has to bring of worth a record, beside the query's own records. */
const leastDensity = 0.1;
/** Merit is gain / price^exponent. */
const exponent = 0.6;
/** Worth of any record that a synonym brings, beside 0.26 for the topic's best: a synonym is right whatever the ranking thinks. */
const worthOfAny = 0.002;

/** A variant of a term, and what it would bring. */
interface Addition extends Variant {
  readonly at: number;
  readonly docs: DocSet;
}

/**
 * The query that is there, with what its ORs lack: forms, spellings and hyphenation, abbreviations and long forms, headings with what is
 * below them, entry terms, truncations, misspellings. Only what finds more records of the library in its place, best gain of worth for
 * its records first, until the budget or, where the query is already beyond it, one half more. Undefined when nothing is missing.
 * @param budget most records that the draft may find
 */
export function widen(
  query: MeasuredQuery,
  source: CitationSource,
  target: Target,
  budget: number,
): Draft | undefined {
  const most = Math.max(budget, 1.5 * query.count);
  const chosen: Addition[] = [];
  let now = query;
  let pool = additionsTo(query, source);
  const beside = new Map<number, number>();
  const own = target.worthOf(query.docs) / Math.max(1, query.count);
  while (chosen.length < mostInAll && pool.length > 0) {
    let best: Addition | undefined;
    let merit = 0;
    const alive: Addition[] = [];
    for (const one of pool) {
      const brought = broughtBy(now, one.at, one.docs);
      const price = brought.count();
      if (price === 0) continue;
      alive.push(one);
      if (now.count + price > most || (beside.get(one.at) ?? 0) >= mostBeside) continue;
      const worth = target.worthOf(brought);
      const isKnown = target.analysis !== undefined || !target.seeds.isEmpty();
      if (isKnown && one.kind !== 'form' && worth < leastDensity * own * price) continue;
      const its = (worth + worthOfAny * price) / price ** exponent;
      if (its > merit) [best, merit] = [one, its];
    }
    if (best === undefined) break;
    chosen.push(best);
    beside.set(best.at, (beside.get(best.at) ?? 0) + best.terms.length);
    // Positions stay those of the query that is there: it is written anew with all that was chosen.
    const next = written(query, chosen, source);
    if (next === undefined) return undefined;
    now = { ...query, docs: next.docs, count: next.count, decisive: decisiveIn(next, query, chosen) };
    pool = alive.filter((one) => one !== best);
  }
  const after = written(query, chosen, source);
  if (chosen.length === 0 || after === undefined) return undefined;
  return {
    query: after.text,
    origin: 'method',
    source: widenName,
    reasoning: reasonFor(query, after, chosen, target),
  };
}

function written(
  query: MeasuredQuery,
  chosen: readonly Addition[],
  source: CitationSource,
): MeasuredQuery | undefined {
  const text = edited(
    query,
    chosen.map(({ at, terms }): QueryEdit => ({ kind: 'add', at, terms })),
  );
  return text === undefined ? undefined : measureQuery(text, source);
}

/** For each term of the old query, the records that depend on it in the new one; its terms stand in the new one in the same order. */
function decisiveIn(
  after: MeasuredQuery,
  before: MeasuredQuery,
  chosen: readonly Addition[],
): MeasuredQuery['decisive'] {
  const added = new Set(chosen.flatMap(({ terms }) => terms.map(keyOf)));
  const leaves = after.parts.flatMap((part, at) =>
    part.kind === 'leaf' && !added.has(keyOf(textOf(after, at))) ? [at] : [],
  );
  let next = 0;
  return before.parts.map((part, at) =>
    part.kind === 'leaf' ? after.decisive[leaves[next++] ?? -1] : before.decisive[at],
  );
}

/** All that might be added, in the order of the query. */
function additionsTo(query: MeasuredQuery, source: CitationSource): readonly Addition[] {
  const present = new Set<string>();
  const terms: { readonly at: number; readonly node: TermNode; readonly count: number }[] = [];
  query.parts.forEach((part, at) => {
    if (part.kind !== 'leaf' || part.node?.kind !== 'term') return;
    present.add(keyOf(textOf(query, at)));
    if (query.isPositive[at] === true && query.decisive[at] !== undefined)
      terms.push({ at, node: part.node, count: query.sets[at]?.count() ?? 0 });
  });
  const looked = new Set([...terms].sort((a, b) => b.count - a.count || a.at - b.at).slice(0, mostLookedAt));
  const found: Addition[] = [];
  for (const term of terms) {
    if (!looked.has(term)) continue;
    const context = query.decisive[term.at];
    const isWide = context === undefined || context.count() > 0.5 * context.size;
    for (const variant of variantsOf(term.node, source, isWide ? undefined : context)) {
      const fresh = variant.terms.filter((one) => !present.has(keyOf(one)));
      const docs = fresh.length === 0 ? undefined : docsOf(fresh.join(' OR '), source);
      if (docs === undefined || docs.isEmpty()) continue;
      for (const one of fresh) present.add(keyOf(one));
      found.push({ ...variant, terms: fresh, at: term.at, docs });
    }
  }
  return found;
}

function keyOf(term: string): string {
  return term.toLowerCase().replaceAll('"', '').replace(/\s+/gu, ' ').trim();
}

function reasonFor(
  before: MeasuredQuery,
  after: MeasuredQuery,
  chosen: readonly Addition[],
  target: Target,
): string {
  const terms = chosen.flatMap((one) => one.terms);
  const notes = chosen.map(({ note }) => note).filter((note) => note !== undefined);
  const seeds = after.docs.countCommon(target.seeds) - before.docs.countCommon(target.seeds);
  return [
    `The query that is there, with ${terms.length === 1 ? 'a term' : `${terms.length} terms`} that its ORs lack and that ${terms.length === 1 ? 'finds' : 'find'} more records here: ${listed(terms, 12)}.`,
    `Together they bring ${records(after.count - before.count)}${seeds > 0 ? `, ${plural(seeds, 'missed seed')} among them` : ''}.`,
    ...(notes.length === 0 ? [] : [`${listed(notes, 4)}.`]),
  ].join(' ');
}
