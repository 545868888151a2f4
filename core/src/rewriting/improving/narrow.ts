import type { DocSet } from '../../corpus/index.ts';
import type { TermNode } from '../../pubmed/index.ts';
import { formatCount } from '../../text/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import { generalWords } from '../deterministic/withoutIndex.ts';
import { roleOf } from './blame.ts';
import { edited, narrowedBy, nameOf, textOf } from './edits.ts';
import type { QueryEdit } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { docsOf, lostWithout, measureQuery } from './measuredQuery.ts';
import { prune } from './prune.ts';
import type { Target } from './target.ts';
import { targetOf } from './target.ts';
import { listed, plural, records } from './wording.ts';

/** Name of this way of drafting, as proposals show it. */
const narrowName = 'narrower';

/** A change that makes a query find less. */
interface Move {
  /** For people: `"a"[tiab] in titles only`. */
  readonly what: string;
  /** The term that is changed and what it becomes, where it is one term. */
  readonly from?: string;
  readonly to?: string;
  readonly lost: DocSet;
  apply(): string | undefined;
}

/**
 * How much may be lost, of what is worth finding among what the query finds: three points of the front of records against recall. Seeds
 * found may be lost only where the person's recall floor says so.
 */
const levels = [0.02, 0.08, 0.2];
/** Where a budget is given and not reached, so much may go. */
const mostLost = 0.5;
const mostMoves = 24;
/** Concepts that may be joined by AND. */
const mostConcepts = 2;
/** Words of more than this share of all records are no concept. */
const mostOfWord = 0.03;
/** A move that removes fewer records than this share of them is not worth a change of the query. */
const leastRemoved = 0.01;
/** Loss that is next to none, beside which moves are compared. */
const hardlyAny = 0.004;

/**
 * Drafts that find fewer records at the least loss, on the way from nothing lost to a fifth of the worth: without terms that bring many
 * records and nothing of worth, words in titles only, headings as major topic or not exploded, a further concept of the topic joined by
 * AND. What is worth finding are the seeds and the records that fit the topic best; a block is never joined to anything. No draft finds a
 * record that the query does not. Empty when there is no query that can be searched here, or nothing to gain.
 */
export function narrow(request: RewriteRequest, source: CitationSource): readonly Draft[] {
  const query = measureQuery(request.query ?? '', source);
  if (query === undefined || query.count < 2) return [];
  const target = targetOf(request, source);
  const total = target.worthOf(query.docs);
  const found = query.docs.countCommon(target.seeds);
  if (total === 0) return [];
  const floor = Math.ceil((request.recallFloor ?? 1) * target.seeds.count() - 1e-9);
  const leastSeeds = Math.min(found, request.recallFloor === undefined ? found : floor);
  const drafts: Draft[] = [];
  const done: Move[] = [];
  const start = prune(query, source, false);
  let now = start.query;
  // The budget is the strategy's: a block of it may well find more.
  const budget = request.isBlock === true ? undefined : request.budget;
  const limits = [...levels, ...(budget === undefined ? [] : [mostLost])];
  let shown = query.count;
  for (const [level, limit] of limits.entries()) {
    if (level === levels.length && now.count <= (budget ?? 0)) break;
    const seeds = level === 0 ? found : leastSeeds;
    while (done.length < mostMoves) {
      if (level === levels.length && now.count <= (budget ?? 0)) break;
      const joined = done.filter(({ what }) => what.startsWith('AND ')).length;
      const mayJoin = request.isBlock !== true && joined < mostConcepts;
      const next = step(now, { query, target, total, limit, seeds, source, mayJoin });
      if (next === undefined) break;
      note(done, next.move);
      now = next.query;
    }
    if (now.count > 0.97 * shown || now.docs.isEmpty()) continue;
    const { query: pruned, dropped } = prune(now, source, false);
    now = pruned;
    shown = pruned.count;
    drafts.push(draftOf(query, pruned, [...done], [...start.dropped, ...dropped], target, total));
  }
  return drafts;
}

/** Adds a move; of two that change the same term, what became of it in the end is told. */
function note(done: Move[], move: Move): void {
  const before = done.findIndex(({ to }) => to !== undefined && to === move.from);
  const [first] = before < 0 ? [] : done.splice(before, 1);
  const from = first?.from ?? move.from;
  const what =
    first === undefined || from === undefined ? move.what : move.what.replace(move.from ?? '', from);
  done.push({ ...move, what, ...(from === undefined ? {} : { from }) });
}

interface Circumstances {
  readonly query: MeasuredQuery;
  readonly target: Target;
  readonly total: number;
  readonly limit: number;
  readonly seeds: number;
  readonly source: CitationSource;
  readonly mayJoin: boolean;
}

/** The move that removes most records for what it loses; undefined when none is left within the limits. */
function step(
  now: MeasuredQuery,
  { query, target, total, limit, seeds, source, mayJoin }: Circumstances,
): { readonly move: Move; readonly query: MeasuredQuery } | undefined {
  const lostBefore = total - target.worthOf(now.docs);
  const seedsNow = now.docs.countCommon(target.seeds);
  const ranked: { readonly move: Move; readonly merit: number }[] = [];
  for (const move of movesOf(now, target, source, mayJoin)) {
    const removed = move.lost.count();
    if (removed < Math.max(1, leastRemoved * now.count) || removed >= now.count) continue;
    if (seedsNow - move.lost.countCommon(target.seeds) < seeds) continue;
    const lost = target.worthOf(move.lost) / total;
    if (lostBefore / total + lost > limit) continue;
    ranked.push({ move, merit: removed / now.count / (hardlyAny + lost) });
  }
  ranked.sort((a, b) => b.merit - a.merit || (a.move.what < b.move.what ? -1 : 1));
  for (const { move } of ranked) {
    const text = move.apply();
    const after = text === undefined ? undefined : measureQuery(text, source);
    if (after !== undefined && after.count < now.count && after.docs.isWithin(query.docs))
      return { move, query: after };
  }
  return undefined;
}

function* movesOf(
  now: MeasuredQuery,
  target: Target,
  source: CitationSource,
  mayJoin: boolean,
): Generator<Move> {
  // Where most records have no MeSH, nothing can be said against a heading.
  const hasFewHeadings = 2 * source.index.coverage('mh') < source.index.documentCount;
  for (const [at, part] of now.parts.entries()) {
    if (now.isPositive[at] !== true || now.sets[at] === undefined) continue;
    if (part.kind === 'leaf' && part.node?.kind === 'term') {
      if (part.role === 'OR' && !(isHeading(part.node) && hasFewHeadings)) yield removal(now, at);
      yield* stricter(now, at, part.node, source);
    }
    if (part.kind === 'block' && part.operator === 'OR' && roleOf(now, at) === 'topic')
      yield* titlesOnly(now, at, part.children, source);
  }
  if (mayJoin) yield* concepts(now, target);
}

function isHeading({ tag }: TermNode): boolean {
  return tag?.field === 'mh' || tag?.field === 'majr' || tag?.field === 'pa';
}

function removal(now: MeasuredQuery, at: number): Move {
  return {
    what: `without ${textOf(now, at)}`,
    from: textOf(now, at),
    lost: lostWithout(now, at),
    apply: () => edited(now, [{ kind: 'remove', at }]),
  };
}

/** A term in a narrower field. */
function* stricter(now: MeasuredQuery, at: number, node: TermNode, source: CitationSource): Generator<Move> {
  const written = now.text.slice(node.textRange.start, node.textRange.end);
  const quoted = node.quoted ? `"${written.replaceAll('"', '')}"` : written;
  const ways: readonly (readonly [string, string])[] =
    node.tag?.proximity !== undefined || node.tag?.noExplode === true
      ? []
      : (narrowerFields[node.tag?.field ?? 'all'] ?? []);
  const lost = lostWithout(now, at);
  if (lost.isEmpty()) return;
  for (const [tag, how] of ways) {
    const term = `${quoted}[${tag}]`;
    const docs = docsOf(term, source);
    const own = now.sets[at];
    if (docs === undefined || own === undefined || docs.isEmpty() || !docs.isWithin(own)) continue;
    yield {
      what: `${textOf(now, at)} ${how}`,
      from: textOf(now, at),
      to: term,
      lost: lost.andNot(docs),
      apply: () => edited(now, [{ kind: 'replace', at, text: term }]),
    };
  }
}

/** Tags that find less, by tag, and how people call the change. */
const narrowerFields: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  tiab: [['ti', 'in titles only']],
  tw: [['tiab', 'in titles, abstracts and keywords only']],
  all: [['tiab', 'in titles, abstracts and keywords only']],
  mh: [
    ['majr', 'as major topic only'],
    ['mh:noexp', 'without the headings below it'],
  ],
};

/** All words of a block in titles only: one by one, others of the block would find what one no longer does. */
function* titlesOnly(
  now: MeasuredQuery,
  at: number,
  children: readonly number[],
  source: CitationSource,
): Generator<Move> {
  const edits: QueryEdit[] = [];
  const kept = now.docs.andNot(now.docs);
  for (const child of children) {
    const part = now.parts[child];
    const own = now.sets[child];
    if (own === undefined) continue;
    const node = part?.kind === 'leaf' && part.node?.kind === 'term' ? part.node : undefined;
    if (node?.tag?.field !== 'tiab' || node.tag.proximity !== undefined) {
      kept.addAll(own);
      continue;
    }
    const written = now.text.slice(node.textRange.start, node.textRange.end).replaceAll('"', '');
    const term = node.quoted ? `"${written}"[ti]` : `${written}[ti]`;
    const docs = docsOf(term, source);
    // A phrase that no title has would be taken apart into its words.
    if (docs === undefined || docs.isEmpty() || !docs.isWithin(own)) {
      kept.addAll(own);
      continue;
    }
    edits.push({ kind: 'replace', at: child, text: term });
    kept.addAll(docs);
  }
  if (edits.length < 2) return;
  yield {
    what: `the words of ${nameOf(now, at)} in titles only`,
    lost: lostWithout(now, at).andNot(kept),
    apply: () => edited(now, edits),
  };
}

/** A further concept of the topic, joined by AND: what the title names and the query does not ask for yet. */
function* concepts(now: MeasuredQuery, { analysis }: Target): Generator<Move> {
  const text = now.text.toLowerCase();
  for (const feature of analysis?.features ?? []) {
    const { source, kind, terms, count, docs } = feature;
    // A word is a concept only when it is rather rare: `AND imaging` is no way to search.
    const isConcept = kind === 'concept' || count <= mostOfWord * docs.size;
    if (source !== 'topic' || !isConcept || generalWords.has(feature.name.toLowerCase())) continue;
    if (terms.length === 0 || terms.some((term) => text.includes(term.toLowerCase()))) continue;
    yield {
      what: `AND ${feature.name}`,
      lost: now.docs.andNot(docs),
      apply: () => narrowedBy(now, terms),
    };
  }
}

function draftOf(
  before: MeasuredQuery,
  after: MeasuredQuery,
  done: readonly Move[],
  dropped: readonly string[],
  target: Target,
  total: number,
): Draft {
  const lost = Math.round(100 * (1 - target.worthOf(after.docs) / total));
  const found = before.docs.countCommon(target.seeds);
  const kept = after.docs.countCommon(target.seeds);
  const removed = before.count - after.count;
  return {
    query: after.text,
    origin: 'method',
    source: narrowName,
    reasoning: [
      `The query that is there, made narrower: ${listed(
        done.map(({ what }) => what),
        8,
      )}.`,
      `It leaves out ${records(removed)} of ${formatCount(before.count)} here.`,
      found === 0
        ? ''
        : kept === found
          ? `All ${plural(found, 'seed')} that were found still are.`
          : `It loses ${plural(found - kept, 'seed')} of ${formatCount(found)}.`,
      target.analysis === undefined
        ? ''
        : `${target.seeds.isEmpty() ? 'There are no seeds, so it goes by' : 'Beside the seeds it goes by'} the records that fit the topic's words best: about ${lost} % of their weight is lost.`,
      dropped.length === 0 ? '' : `Terms that found nothing more went too: ${listed(dropped, 5)}.`,
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
  };
}
