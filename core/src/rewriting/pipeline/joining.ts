import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { defaultBudget } from '../deterministic/index.ts';
import type { Draft, ProposalForm, RewriteRequest } from '../proposal.ts';
import { shapeOf } from '../shape/index.ts';
import { recipesFor } from './combine.ts';
import { combinedName } from './combining.ts';
import type { Entry, Made, Source } from './entry.ts';
import { nameOf } from './entry.ts';
import type { Measurer } from './measuring.ts';
import { nearlyAsMuch } from './rank.ts';
import { seedsUsedBy } from './shares.ts';
import type { ValidOptions } from './validate.ts';
import { validateDraft } from './validate.ts';

/** Forms that fill the budget, so that what a model finds has to be made room for. */
const joinedForms: readonly ProposalForm[] = ['readable', 'recall'];
/** A model's drafts that are joined with one of the method's, and times that the method is asked for a smaller one. */
const mostModels = 2;
const mostTries = 4;
/** Smaller ones than this share of the budget leave too little of the method's. */
const leastShare = 0.3;

/** What joining needs. */
export interface JoiningParts {
  /** Pairs that were joined in a round before, and are not again; those of this one are added. */
  readonly known: Set<string>;
  readonly request: RewriteRequest;
  readonly engine: SearchEngine;
  readonly measurer: Measurer;
  readonly valid: ValidOptions;
  readonly signal: AbortSignal;
}

/** A joined draft, measured to be within the budget. */
export interface Joined {
  readonly draft: Draft;
  readonly made: Made;
}

/**
 * The model's best drafts, each joined by OR with one of the method's that was written again for the records that the model's leaves of the budget.
 * What two that know nothing of each other find together misses less than either: this finds all that the model's query finds, and most of what the
 * method's does, in as many records.
 * @param entries measured, the best first
 */
export async function joinedDrafts(
  entries: readonly Entry[],
  parts: JoiningParts,
): Promise<readonly Joined[]> {
  const { forms = joinedForms, budget = defaultBudget } = parts.request;
  const models = entries
    .filter(({ proposal }) => proposal.origin === 'model' && proposal.measurement.count < budget)
    .sort((a, b) => (b.proposal.estimatedWorth ?? 0) - (a.proposal.estimatedWorth ?? 0))
    .slice(0, mostModels);
  const joined: Joined[] = [];
  for (const form of joinedForms.filter((one) => forms.includes(one))) {
    const method = entries.find(({ proposal }) => proposal.origin === 'method' && proposal.form === form);
    if (method === undefined) continue;
    for (const model of models) {
      const pair = `${form} ${model.resolved.key} ${method.resolved.key}`;
      if (parts.known.has(pair)) continue;
      parts.known.add(pair);
      const one = await join(model, method, budget, parts);
      if (one !== undefined) joined.push(one);
    }
  }
  return joined;
}

/** A model's query that is worth less than this alone, 0..1, has not shown that it is on the topic. */
const halfOfIt = 0.5;
/** What is joined with such a one must be worth so much of the method's alone. */
const asMuch = 0.995;

/**
 * Whether a joined query may go before the method's: the room that was made for the model's cost next to nothing, or little where the model's query
 * is worth something alone. All three are estimated worths, 0..1.
 */
export function isWorthJoining(
  joined: number,
  method: number | undefined,
  model: number | undefined,
): boolean {
  if (method === undefined) return false;
  return joined >= method * ((model ?? 0) >= halfOfIt ? nearlyAsMuch : asMuch);
}

async function join(
  model: Entry,
  method: Entry,
  budget: number,
  parts: JoiningParts,
): Promise<Joined | undefined> {
  let smaller = method.proposal as Draft;
  let share = method.proposal.measurement.count;
  for (let tries = 0; ; tries++) {
    const query = parsed(smaller, parts.valid);
    if (query === undefined) return undefined;
    const draft = draftOf(model, method, query, parts.request);
    const valid = validateDraft(draft, parts.valid);
    if ('reason' in valid) return undefined;
    const measurement = await parts.measurer.measure(valid.resolved);
    if (typeof measurement === 'string') return undefined;
    if (measurement.count <= budget) {
      const second = tries === 0 ? sourceOf(method) : { ...sourceOf(method), budget: share };
      const made = { recipe: 'either', first: sourceOf(model), second };
      return { draft, made };
    }
    // The records beyond the budget, and some more: a smaller query lets go of records that the model's finds, too.
    share = Math.floor(Math.min(share, budget) - 1.1 * (measurement.count - budget));
    if (tries >= mostTries || share < leastShare * budget || method.rewriter === undefined) return undefined;
    const { form } = method.proposal;
    const request = forFewer(parts.request, share, form);
    const { drafts } = await method.rewriter.draft(request, parts.engine, parts.signal);
    parts.signal.throwIfAborted();
    const again = drafts.find((one) => one.source === smaller.source && one.form === form);
    if (again === undefined) return undefined;
    smaller = again;
  }
}

/** The request for one form in at most so many records. */
export function forFewer(
  request: RewriteRequest,
  budget: number,
  form: ProposalForm | undefined,
): RewriteRequest {
  return { ...request, budget, ...(form === undefined ? {} : { forms: [form] }) };
}

function parsed(draft: Draft, options: ValidOptions): ResolvedQuery | undefined {
  const valid = validateDraft(draft, options);
  return 'reason' in valid ? undefined : valid.resolved;
}

function draftOf(model: Entry, method: Entry, smaller: ResolvedQuery, request: RewriteRequest): Draft {
  const [either] = recipesFor(shapeOf(smaller.root), model.shape, []);
  const { form } = method.proposal;
  return {
    query: either?.query ?? '',
    origin: 'combined',
    source: combinedName,
    ...(form === undefined ? {} : { form }),
    reasoning: `Finds what “${nameOf(model.proposal)}” finds, and in the records that this leaves of the budget what “${nameOf(method.proposal)}” finds, written again for so many.`,
    shownSeeds: [...new Set([model, method].flatMap(({ proposal }) => [...seedsUsedBy(proposal, request)]))],
  };
}

function sourceOf(entry: Entry): Source {
  const { measurement } = entry.proposal;
  return {
    name: nameOf(entry.proposal),
    shape: entry.shape,
    found: measurement.found,
    count: measurement.count,
    entry,
  };
}
