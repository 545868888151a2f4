import { parseQuery } from '../../pubmed/index.ts';
import { shapeOf } from '../shape/index.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import type { Aligner } from './align.ts';
import { recipesFor } from './combine.ts';
import type { Recipe } from './combine.ts';
import type { Made, Source } from './entry.ts';
import { decisive, dominates, isAsGood } from './front.ts';
import { rankProposals } from './rank.ts';
import type { Preference, Rankable } from './rank.ts';
import { seedsUsedBy } from './shares.ts';

/** Name of what is put together, as proposals show it. */
export const combinedName = 'blocks put together';

/** A combination that is worth measuring. */
export interface CombinedDraft {
  readonly draft: Draft;
  readonly made: Made;
}

/** Candidates that are looked at; the cheapest of them are measured. */
const mostCandidates = 120;
const mostTerms = 400;

/**
 * Drafts that put blocks of two sources together: of the best sources first, and of those the short ones. With seeds what cannot
 * find more than its parts, and what is wider than a part that finds all, is left out.
 * @param sources best first
 */
export async function combinedDrafts(
  sources: readonly Source[],
  request: RewriteRequest,
  aligner: Aligner,
  most: number,
): Promise<readonly CombinedDraft[]> {
  const candidates: {
    readonly made: Made;
    readonly recipe: Recipe;
    readonly place: number;
    readonly terms: number;
  }[] = [];
  for (const { first, second, place, isInOrder } of pairsOf(sources)) {
    if (candidates.length >= mostCandidates) break;
    const pairs = await aligner.align(first.shape, second.shape);
    for (const recipe of recipesFor(first.shape, second.shape, pairs)) {
      // The OR of two is the same either way.
      if (recipe.id === 'either' && !isInOrder) continue;
      if (!isPromising(recipe, first, second, request.seeds.length)) continue;
      const { root } = parseQuery(recipe.query);
      const terms = root === undefined ? Infinity : shapeOf(root).terms;
      if (terms <= mostTerms)
        candidates.push({ made: { recipe: recipe.id, first, second }, recipe, place, terms });
    }
  }
  candidates.sort((a, b) => a.place - b.place || a.terms - b.terms);
  return candidates.slice(0, most).map(({ made, recipe }) => draftOf(made, recipe, request));
}

interface Pair {
  readonly first: Source;
  readonly second: Source;
  readonly place: number;
  /** Whether the first is the better one. */
  readonly isInOrder: boolean;
}

/** Ordered pairs, those of the best sources first. */
function pairsOf(sources: readonly Source[]): readonly Pair[] {
  return sources
    .flatMap((first, i) =>
      sources.map((second, j) => ({ first, second, place: i + j, isInOrder: i < j, i, j })),
    )
    .filter(({ i, j }) => i !== j)
    .sort((a, b) => a.place - b.place || a.i - b.i);
}

function isPromising({ id, isWider }: Recipe, first: Source, second: Source, seeds: number): boolean {
  if (seeds === 0) return true;
  if (id !== 'either') return !isWider || first.found.length < seeds;
  const both = new Set([...first.found, ...second.found]).size;
  return both > Math.max(first.found.length, second.found.length);
}

function draftOf(made: Made, { query, told }: Recipe, request: RewriteRequest): CombinedDraft {
  const { first, second } = made;
  const used = [first, second].flatMap(({ entry }) =>
    entry === undefined ? [] : seedsUsedBy(entry.proposal, request),
  );
  const sentence = told(quoted(first), quoted(second));
  const draft: Draft = {
    query,
    origin: 'combined',
    source: combinedName,
    reasoning: sentence,
    shownSeeds: [...new Set(used)],
  };
  return { draft, made };
}

function quoted({ name, entry }: Source): string {
  return entry === undefined ? name : `“${name}”`;
}

/** Combinations that are shown. */
const mostShown = 4;

/**
 * The combinations that are worth showing: the best that nothing else, proposal or combination, is as good as. Without seeds only within the budget:
 * beyond it an estimate says nothing.
 */
export function bestCombinations<T extends Rankable>(
  combinations: readonly T[],
  others: readonly T[],
  preference: Preference,
): readonly T[] {
  const { budget = Infinity } = preference;
  const kept: T[] = [];
  for (const one of rankProposals(combinations, preference)) {
    const { recall, count } = decisive(one);
    if (recall === undefined && count > budget) continue;
    if (others.some((other) => isAsGood(other, one)) || kept.some((other) => isAsGood(other, one))) continue;
    if (combinations.some((other) => dominates(other, one))) continue;
    kept.push(one);
    if (kept.length === mostShown) break;
  }
  return kept;
}
