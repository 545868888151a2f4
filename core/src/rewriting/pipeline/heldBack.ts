import { SearchError } from '../../search/index.ts';
import type { Measurement, SearchEngine } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { Draft, Rewriter, RewriteRequest, Share } from '../proposal.ts';
import { shapeOf } from '../shape/index.ts';
import type { QueryShape } from '../shape/index.ts';
import type { Aligner } from './align.ts';
import { recipesFor } from './combine.ts';
import type { Entry, Source } from './entry.ts';
import { forFewer } from './joining.ts';
import { shareOf } from './shares.ts';
import type { ValidOptions } from './validate.ts';
import { validateDraft } from './validate.ts';

/** Folds of the cross-validation, and least seeds for one. */
const mostFolds = 5;
const leastSeeds = 4;

/** What cross-validation needs to know. */
export interface HeldBackParts {
  readonly request: RewriteRequest;
  readonly engine: SearchEngine;
  readonly original: Measurement | undefined;
  readonly aligner: Aligner;
  readonly valid: ValidOptions;
  readonly signal: AbortSignal;
}

/**
 * Recall on seeds that had no part in building the query, for queries whose making can be repeated: those of a method, and what was put together
 * from them. The seeds are dealt into k = min(5, n) folds; for each fold the method writes the same form again without these seeds, and the seeds
 * of the fold that the result finds are counted (cross-validation: Stone, J R Stat Soc B 1974; 36:111-147).
 *
 * What it does not tell: the choice among the proposals, and of what to put together, has still looked at all seeds.
 * @returns for each entry its recall; an entry is left out where a fold gave no such query
 * @throws the signal's reason
 */
export async function heldBackRecall(
  entries: readonly Entry[],
  parts: HeldBackParts,
): Promise<ReadonlyMap<Entry, Share>> {
  const seeds = [...new Set(parts.request.seeds)].sort();
  const repeatable = entries.filter((entry) => isRepeatable(entry));
  if (seeds.length < leastSeeds || repeatable.length === 0) return new Map();
  const folds = Math.min(mostFolds, seeds.length);
  const caught = new Map(repeatable.map((entry) => [entry, 0]));
  for (let k = 0; k < folds && caught.size > 0; k++) {
    const held = seeds.filter((_, i) => i % folds === k);
    const fold = new Fold(held, parts);
    // A method that works in this thread leaves no time for timers and for whoever cancels.
    await new Promise((resolve) => setTimeout(resolve, 0));
    parts.signal.throwIfAborted();
    for (const [entry, before] of [...caught]) {
      const found = await fold.foundBy(entry);
      parts.signal.throwIfAborted();
      if (found === undefined) caught.delete(entry);
      else caught.set(entry, before + found);
    }
  }
  const shares = new Map<Entry, Share>();
  for (const [entry, found] of caught) {
    const share = shareOf(found, seeds.length);
    if (share !== undefined) shares.set(entry, share);
  }
  return shares;
}

/** Whether seeds had a part in it and it can be written again without some of them. */
function isRepeatable({ proposal, rewriter, made }: Entry): boolean {
  if (!proposal.usedSeeds || proposal.round > 0) return false;
  if (made === undefined) return proposal.origin === 'method' && rewriter !== undefined;
  return [made.first, made.second].every(
    ({ entry }) => entry === undefined || !entry.proposal.usedSeeds || isRepeatable(entry),
  );
}

/** The rewrite without some seeds. */
class Fold {
  readonly #held: readonly string[];
  readonly #parts: HeldBackParts;
  readonly #request: RewriteRequest;
  readonly #drafts = new Map<Rewriter, Promise<readonly Draft[]>>();

  constructor(held: readonly string[], parts: HeldBackParts) {
    this.#held = held;
    this.#parts = parts;
    this.#request = without(parts.request, held, parts.original);
  }

  /** How many of the seeds held back the repeated query finds. */
  async foundBy(entry: Entry): Promise<number | undefined> {
    const query = await this.#queryOf(entry);
    const resolved = query === undefined ? undefined : resolveText(query);
    if (resolved === undefined || isUnresolvable(resolved)) return undefined;
    const { engine, signal, request } = this.#parts;
    try {
      const limits = { signal, ...(request.until === undefined ? {} : { until: request.until }) };
      return (await engine.matching(resolved, this.#held, limits)).length;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SearchError) return undefined;
      throw error;
    }
  }

  async #queryOf(entry: Entry, budget?: number): Promise<string | undefined> {
    const { made, rewriter, proposal, nth } = entry;
    if (!proposal.usedSeeds && budget === undefined) return proposal.query;
    if (made !== undefined) return this.#madeAgain(made.recipe, made.first, made.second);
    if (rewriter === undefined) return undefined;
    const drafts = await (budget === undefined
      ? this.#draftsOf(rewriter)
      : this.#write(rewriter, forFewer(this.#request, budget, proposal.form)));
    const again = drafts.filter(({ source, form }) => source === proposal.source && form === proposal.form)[
      nth
    ];
    const valid = again === undefined ? undefined : validateDraft(again, this.#parts.valid);
    return valid === undefined || 'reason' in valid ? undefined : valid.draft.query;
  }

  async #madeAgain(recipe: string, first: Source, second: Source): Promise<string | undefined> {
    const [a, b] = [await this.#shapeOf(first), await this.#shapeOf(second)];
    if (a === undefined || b === undefined) return undefined;
    return recipesFor(a, b, await this.#parts.aligner.align(a, b)).find(({ id }) => id === recipe)?.query;
  }

  async #shapeOf({ entry, shape, budget }: Source): Promise<QueryShape | undefined> {
    if (entry === undefined) return shape;
    const query = await this.#queryOf(entry, budget);
    const resolved = query === undefined ? undefined : resolveText(query);
    return resolved === undefined || isUnresolvable(resolved) ? undefined : shapeOf(resolved.root);
  }

  #draftsOf(rewriter: Rewriter): Promise<readonly Draft[]> {
    const known = this.#drafts.get(rewriter) ?? this.#write(rewriter, this.#request);
    this.#drafts.set(rewriter, known);
    return known;
  }

  async #write(rewriter: Rewriter, request: RewriteRequest): Promise<readonly Draft[]> {
    const { engine, signal } = this.#parts;
    try {
      return (await rewriter.draft(request, engine, signal)).drafts;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error) return []; // The fold has no draft, which is told as not known.
      throw error;
    }
  }
}

/** The request as if the seeds held back were not known. */
function without(
  request: RewriteRequest,
  held: readonly string[],
  original: Measurement | undefined,
): RewriteRequest {
  const isKnown = (id: string): boolean => !held.includes(id);
  const { seedRecords, faults, ...rest } = request;
  return {
    ...rest,
    seeds: request.seeds.filter(isKnown),
    ...(seedRecords === undefined ? {} : { seedRecords: seedRecords.filter(({ id }) => isKnown(id)) }),
    ...(faults === undefined
      ? {}
      : {
          faults: faults
            .map((fault) => (fault.ids === undefined ? fault : { ...fault, ids: fault.ids.filter(isKnown) }))
            .filter(({ ids }) => ids === undefined || ids.length > 0),
        }),
    ...(original === undefined
      ? {}
      : { current: { count: original.count, seedsFound: original.found.filter(isKnown).length } }),
  };
}
