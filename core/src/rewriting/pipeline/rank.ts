import type { Proposal, ProposalForm, RewriteGoal } from '../proposal.ts';
import type { Measurement } from '../../search/index.ts';
import { decisive, quartersLost } from './front.ts';

/** What a person wants of proposals. */
export interface Preference {
  /** Most records. */
  readonly budget?: number | undefined;
  /** Forms wanted, in this order. */
  readonly forms?: readonly ProposalForm[] | undefined;
  /** Least share of the seeds, 0..1. */
  readonly recallFloor?: number | undefined;
  readonly goal?: RewriteGoal | undefined;
  /** The query that is there. */
  readonly original?: Pick<Measurement, 'count' | 'recall'> | undefined;
}

/** What ranking looks at. */
export type Rankable = Pick<
  Proposal,
  'query' | 'origin' | 'form' | 'source' | 'terms' | 'clauses' | 'estimatedWorth' | 'blocks'
> &
  Partial<Pick<Proposal, 'usedSeeds' | 'heldBackRecall'>> & {
    readonly measurement: Pick<Measurement, 'count' | 'found' | 'recall'>;
    readonly whole: Pick<Measurement, 'count' | 'found' | 'recall'> | undefined;
  };

/** A query of so many clauses can be read. */
export const readableClauses = 8;
/**
 * A model's query joined with the method's within the budget is worth at least this share of the method's alone, or the model's is not on the topic. In
 * trials with simulated queries on the 32 review topics (docs/evaluation.md), those on the topic cost up to 2 % of the estimate, those on another topic 6 %
 * and more but where they cost no recall either.
 */
export const nearlyAsMuch = 0.97;
/** Counts that differ by no more than this share are as good as equal. */
const asFew = 0.01;

/**
 * Puts proposals into order, best first. The order is total and does not depend on the order in which they come.
 *
 * With seeds: those that find the share wanted and stay within the budget, then those that find the share, then those within the budget, then the
 * others. Among those that find the share, fewer records go first; among the others, and where no share is wanted, more seeds, then fewer records. Before
 * records are looked at, what is made to measure for the seeds goes behind what finds others as well: by quarters of the recall that is lost on seeds
 * held back, where that is known; what seeds helped to write without it being known counts as one such quarter.
 * Of those that find as many seeds in as many records, within 1 %, the one with fewer terms goes first. To narrow a query, the share wanted is what
 * that query finds. Where forms are wanted and no share, those that find as many seeds are ordered as without seeds.
 *
 * Without seeds nothing is known of recall, and the form says what to expect: within the budget first; the forms wanted, each in its place, drafts
 * without a form (a model's, combinations) behind the first; where no form is wanted readable, recall, without a form, precise; then a higher
 * estimated worth, then fewer records. What is not the method's moves up before the first of the method's that it is better than, see `isBetter`.
 *
 * Blocks whose strategy could not be measured come last: what a block finds alone is no measure of a strategy.
 */
export function rankProposals<T extends Rankable>(
  proposals: readonly T[],
  preference: Preference,
): readonly T[] {
  const measured = proposals.filter(({ whole }) => whole !== undefined);
  if (measured.length > 0 && measured.length < proposals.length) {
    const others = proposals.filter(({ whole }) => whole === undefined);
    return [...rankProposals(measured, preference), ...rankProposals(others, preference)];
  }
  const hasSeeds = proposals.some((proposal) => decisive(proposal).recall !== undefined);
  if (!hasSeeds) return byForm(proposals, preference);
  const wantsForm = (preference.forms ?? []).length > 0 && wantedShare(preference) === 0;
  return wantsForm ? bySeedsAndForm(proposals, preference) : withSeeds(proposals, preference);
}

/** The share of the seeds that is wanted, 0 when none in particular. */
function wantedShare({ recallFloor = 0, goal, original }: Preference): number {
  if (recallFloor > 0) return recallFloor;
  return goal === 'narrow' ? (original?.recall ?? 0) : 0;
}

function withSeeds<T extends Rankable>(proposals: readonly T[], preference: Preference): readonly T[] {
  const floor = wantedShare(preference);
  const budget = preference.budget ?? Infinity;
  const reaches = (one: T): boolean => (decisive(one).recall ?? 0) >= floor - 1e-9;
  const group = (one: T): number => (reaches(one) ? 0 : 2) + (decisive(one).count <= budget ? 0 : 1);
  const seeds = (one: T): number => decisive(one).found.length;
  const records = (one: T): number => decisive(one).count;
  const isTested = proposals.some(({ heldBackRecall }) => heldBackRecall !== undefined);
  const fitted = (one: T): number => (isTested ? quartersLost(one) : 0);
  const ordered = [...proposals].sort((a, b) => {
    const byGroup = group(a) - group(b);
    if (byGroup !== 0) return byGroup;
    const bySeeds = seeds(b) - seeds(a);
    const byRecords = records(a) - records(b);
    const byFit = fitted(a) - fitted(b);
    const byWish = floor > 0 && reaches(a) ? byFit || byRecords || bySeeds : bySeeds || byFit || byRecords;
    return byWish || a.terms - b.terms || byName(a, b);
  });
  return simplerFirst(
    ordered,
    (a, b) =>
      group(a) === group(b) &&
      seeds(a) === seeds(b) &&
      fitted(a) === fitted(b) &&
      records(b) <= records(a) * (1 + asFew),
  );
}

/** Within runs of as good as equals, each held against the first of its run, fewer terms go first. */
function simplerFirst<T extends Rankable>(
  ordered: readonly T[],
  isAsGood: (first: T, other: T) => boolean,
): readonly T[] {
  const result: T[] = [];
  let run: T[] = [];
  const close = (): void => {
    // Sorting is stable: of equal terms the one with fewer records stays first.
    result.push(...run.sort((a, b) => a.terms - b.terms));
    run = [];
  };
  for (const one of ordered) {
    const [first] = run;
    if (first !== undefined && !isAsGood(first, one)) close();
    run.push(one);
  }
  close();
  return result;
}

function bySeedsAndForm<T extends Rankable>(proposals: readonly T[], preference: Preference): readonly T[] {
  const { budget = Infinity } = preference;
  const groups = new Map<string, T[]>();
  const ordered = [...proposals].sort(
    (a, b) =>
      Number(decisive(a).count > budget) - Number(decisive(b).count > budget) ||
      decisive(b).found.length - decisive(a).found.length,
  );
  for (const one of ordered) {
    const { count, found } = decisive(one);
    const key = `${String(count > budget)} ${found.length}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => byForm(group, preference));
}

function byForm<T extends Rankable>(
  proposals: readonly T[],
  { budget = Infinity, forms = [] }: Preference,
): readonly T[] {
  const beyond = (one: T): number => (decisive(one).count > budget ? 1 : 0);
  const ordered = [...proposals].sort(
    (a, b) =>
      beyond(a) - beyond(b) ||
      placeOf(a.form, forms) - placeOf(b.form, forms) ||
      (b.estimatedWorth ?? -1) - (a.estimatedWorth ?? -1) ||
      decisive(a).count - decisive(b).count ||
      a.terms - b.terms ||
      byName(a, b),
  );
  const ranked = ordered.filter(({ origin }) => origin === 'method');
  for (const one of ordered) {
    if (one.origin === 'method') continue;
    const better = ranked.findIndex((other) => other.origin === 'method' && isBetter(one, other, budget));
    const usual = ranked.findIndex((other) => ordered.indexOf(other) > ordered.indexOf(one));
    const places = [better, usual].filter((place) => place >= 0);
    ranked.splice(places.length === 0 ? ranked.length : Math.min(...places), 0, one);
  }
  return ranked;
}

const usualPlaces: Readonly<Record<ProposalForm, number>> = { readable: 0, recall: 1, precise: 3 };
const withoutForm = 2;

function placeOf(form: ProposalForm | undefined, forms: readonly ProposalForm[]): number {
  if (forms.length === 0) return form === undefined ? withoutForm : usualPlaces[form];
  if (form === undefined) return 0.5;
  const wanted = forms.indexOf(form);
  return wanted >= 0 ? wanted : forms.length + usualPlaces[form];
}

/**
 * Whether a proposal that is not the method's is better than one of the method's, by the same estimate: worth more at no more records, and readable
 * where that is. A combination of the same form, which finds all that a model's query finds and most of what the method's does, need be worth nearly as
 * much only: the estimate knows nothing of what the model knows.
 */
function isBetter(one: Rankable, other: Rankable, budget: number): boolean {
  if (one.estimatedWorth === undefined || other.estimatedWorth === undefined) return false;
  if (one.form !== undefined && one.form !== other.form) return false;
  if (other.form === 'readable' && !isReadable(one)) return false;
  if (one.origin === 'combined' && one.form !== undefined)
    return one.estimatedWorth >= nearlyAsMuch * other.estimatedWorth && decisive(one).count <= budget;
  return one.estimatedWorth > other.estimatedWorth && decisive(one).count <= decisive(other).count;
}

/** Few clauses, and no sums of pairs within blocks: `((a AND b) OR (c AND d)) AND e` has two clauses, and nobody reads it. */
function isReadable({ form, clauses, blocks }: Rankable): boolean {
  if (clauses > readableClauses) return false;
  return form === 'readable' || blocks.every(({ query }) => !/ AND /u.test(query.replace(/"[^"]*"/gu, '')));
}

/** So that the order never depends on chance. */
function byName(a: Rankable, b: Rankable): number {
  return compare(originPlaces[a.origin], originPlaces[b.origin]) || compare(a.query, b.query) || compare(a.source, b.source); // prettier-ignore
}

const originPlaces = { method: 0, combined: 1, model: 2 } as const;

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
