import type { ResolvedQuery } from '../../pubmed/index.ts';
import { canDescribe, SearchError } from '../../search/index.ts';
import type { BlockEvidence, Measurement, SearchEngine } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { defaultBudget } from '../deterministic/index.ts';
import { evidenceOf } from '../evidence/index.ts';
import type { Draft, MeasuredFault, Rewriter, RewriteRequest, RewriteResult } from '../proposal.ts';
import { shapeOf } from '../shape/index.ts';
import { Aligner } from './align.ts';
import { askRewriter } from './asking.ts';
import { Board } from './board.ts';
import type { DraftOrigin } from './board.ts';
import { bestCombinations, combinedDrafts } from './combining.ts';
import type { Entry, Measured, Source } from './entry.ts';
import { nameOf } from './entry.ts';
import { estimatorFor } from './estimates.ts';
import type { Estimator } from './estimates.ts';
import { faultsOf } from './faults.ts';
import { UnknownTerms } from './flags.ts';
import { heldBackRecall } from './heldBack.ts';
import { isWorthJoining, joinedDrafts } from './joining.ts';
import { Measurer } from './measuring.ts';
import type { RewriteOptions } from './options.ts';
import { readableClauses } from './rank.ts';
import { errorsOf } from './repair.ts';
import type { KnownErrors } from './repair.ts';
import { heldSeeds } from './seedRecords.ts';
import { seedsUsedBy } from './shares.ts';
import type { ValidOptions } from './validate.ts';

const defaultPatienceMs = 120_000;
const defaultTotalMs = 180_000;
const defaultHoldBackMs = 20_000;
const defaultCombinations = 24;
const mostRounds = 3;
/** Proposals that blocks are taken from. */
const mostSources = 6;
/** Proposals whose faults go back in a round. */
const leaders = 2;

/**
 * Asks all rewriters side by side; mends, checks and measures what they wrote, puts blocks of the best together, and ranks. A rewriter that fails or
 * does not end becomes a rejection and costs the others nothing; so does a draft that is no query, finds nothing, cannot be measured, repeats
 * another or is no better than the query that is there. Recall is measured against the request's seeds only: without seeds it is undefined, never guessed.
 * @throws the signal's reason when cancelled.
 */
export async function proposeRewrites(
  request: RewriteRequest,
  engine: SearchEngine,
  rewriters: readonly Rewriter[],
  options: RewriteOptions = {},
): Promise<RewriteResult> {
  options.signal?.throwIfAborted();
  return new Rewrite(request, engine, rewriters, options).run();
}

/** One rewrite, from the request to its result. */
class Rewrite {
  readonly #engine: SearchEngine;
  readonly #rewriters: readonly Rewriter[];
  readonly #options: RewriteOptions;
  readonly #signal: AbortSignal;
  readonly #current: ResolvedQuery | undefined;
  readonly #measurer: Measurer;
  readonly #aligner: Aligner;
  readonly #unknown: UnknownTerms;
  readonly #board: Board;
  readonly #joined = new Set<string>();
  readonly #started = performance.now();
  /** Of the query that the person has, also in later rounds. */
  #known: KnownErrors | undefined;
  /** With what is found out before the rewriters are asked. */
  #request: RewriteRequest;
  #original: Measurement | undefined;
  #originalWhole: Measurement | undefined;
  #estimator: Estimator | undefined;

  constructor(
    request: RewriteRequest,
    engine: SearchEngine,
    rewriters: readonly Rewriter[],
    options: RewriteOptions,
  ) {
    this.#request = request;
    this.#engine = engine;
    this.#rewriters = rewriters;
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#current = resolvedQuery(request.query);
    this.#measurer = new Measurer(engine, request, this.#signal, options.whole);
    this.#aligner = new Aligner(engine, this.#signal);
    this.#unknown = new UnknownTerms(engine, options.thesaurus, this.#signal);
    this.#board = new Board({
      request,
      current: this.#current,
      original: () =>
        this.#original === undefined
          ? undefined
          : { measurement: this.#original, whole: this.#originalWhole },
      preference: () => this.#preference(),
      valid: this.#valid(),
      measurer: this.#measurer,
      onChange: () => this.#publish(),
    });
  }

  async run(): Promise<RewriteResult> {
    const { rounds = 0, totalMs = defaultTotalMs } = this.#options;
    this.#progress('Measuring the query that is there');
    const unheldSeeds = await this.#prepare();
    this.#progress('Writing drafts');
    await this.#round(this.#request, 0);
    const led = new Set<string>();
    for (let round = 1; round <= Math.min(rounds, mostRounds); round++) {
      if (performance.now() - this.#started > totalMs) break;
      const leading = this.#shown().filter(({ proposal, resolved }) => proposal.isOnFront && !led.has(resolved.key)); // prettier-ignore
      let asked = 0;
      for (const entry of leading.slice(0, leaders)) {
        led.add(entry.resolved.key);
        const faults = await this.#faultsOf(entry.resolved, entry.proposal);
        if (faults.length === 0) continue;
        asked++;
        this.#progress(`Improving on measured faults, round ${round} of ${Math.min(rounds, mostRounds)}`);
        const { query, measurement } = entry.proposal;
        const used = seedsUsedBy(entry.proposal, this.#request);
        await this.#round({ ...this.#request, query, faults, current: currentOf(measurement) }, round, used);
      }
      const isBetter = this.#shown().some(({ proposal }) => proposal.round === round && proposal.isOnFront);
      if (asked === 0 || !isBetter) break;
    }
    await this.#lookUpTerms();
    await this.#holdBack();
    const proposals = this.#shown().map(({ proposal }) => proposal);
    return {
      original: this.#original,
      originalWhole: this.#originalWhole,
      faults: this.#request.faults ?? [],
      unheldSeeds,
      proposals,
      rejected: this.#board.rejected,
    };
  }

  /** Finds out what the rewriters are told. */
  async #prepare(): Promise<readonly string[]> {
    const { query = '' } = this.#request;
    const held = await heldSeeds(this.#request, this.#engine, this.#signal);
    if (held.records.length > 0) this.#request = { ...this.#request, seedRecords: held.records };
    if (this.#current === undefined) {
      const fault = faultOfText(query);
      if (fault !== undefined) this.#request = { ...this.#request, faults: [fault] };
      return held.unheld;
    }
    const measured = this.#options.original ?? (await this.#measurer.measure(this.#current));
    // Without an answer the proposals are worth showing all the same.
    if (typeof measured === 'string') return held.unheld;
    const whole = await this.#measurer.measureWhole(query);
    this.#original = measured;
    this.#originalWhole = typeof whole === 'string' ? undefined : whole;
    const faults = await this.#faultsOf(this.#current, { measurement: measured, whole: this.#originalWhole });
    this.#request = { ...this.#request, current: currentOf(measured), faults };
    return held.unheld;
  }

  /**
   * Drafts of all rewriters, and what is put together of them.
   * @param used the seeds that helped to write the query of the request: they helped with whatever is made of it
   */
  async #round(request: RewriteRequest, round: number, used: readonly string[] = []): Promise<void> {
    const { patienceMs = defaultPatienceMs, totalMs = defaultTotalMs } = this.#options;
    const left = totalMs - (performance.now() - this.#started);
    const patience = round === 0 ? patienceMs : Math.max(1, Math.min(patienceMs, left));
    const ask = async (rewriter: Rewriter, order: number): Promise<void> => {
      const adding: Promise<void>[] = [];
      const taken: Draft[] = [];
      const onDraft = (draft: Draft): void => {
        // Given while it was written, and once more at the end.
        if (taken.some(({ query, source, form }) => query === draft.query && source === draft.source && form === draft.form)) return; // prettier-ignore
        const nth = taken.filter(({ source, form }) => source === draft.source && form === draft.form).length;
        taken.push(draft);
        const shownSeeds = [...new Set([...seedsUsedBy(draft, request), ...used])];
        const added = this.#board.add(used.length === 0 ? draft : { ...draft, shownSeeds }, { rewriter, order, nth, round }); // prettier-ignore
        added.catch(() => undefined); // Awaited below, unless the rewriter ends the rewrite before.
        adding.push(added);
      };
      const limits = { signal: this.#signal, patienceMs: patience, onDraft };
      const rejected = await askRewriter(rewriter, request, this.#engine, limits);
      // That a method has nothing to say to a better query is no news; that a model failed is.
      this.#board.addRejected(rejected.filter(({ origin }) => round === 0 || origin === 'model'));
      this.#progress(`Measuring ${adding.length} ${adding.length === 1 ? 'draft' : 'drafts'} of ${rewriter.name ?? 'a rewriter'}`); // prettier-ignore
      await Promise.all(adding);
    };
    // Models first: they only wait, while a method that works in this thread keeps it busy.
    const inTurn = this.#rewriters.map((rewriter, order) => ({ rewriter, order }));
    inTurn.sort((a, b) => Number(b.rewriter.origin === 'model') - Number(a.rewriter.origin === 'model'));
    await Promise.all(inTurn.map(({ rewriter, order }) => ask(rewriter, order)));
    this.#signal.throwIfAborted();
    await this.#estimate(this.#board.ranked());
    await this.#combine(round);
    this.#publish();
  }

  /** Measures combinations of the best, and keeps those that nothing beats. */
  async #combine(round: number): Promise<void> {
    const { combine = true, mostCombinations = defaultCombinations } = this.#options;
    const hasSeeds = this.#request.seeds.length > 0;
    // Without seeds and without an estimate nobody could say that a combination is better.
    if (!combine || (!hasSeeds && this.#estimator === undefined)) return;
    await this.#join(round);
    const drafts = await combinedDrafts(this.#sources(), this.#request, this.#aligner, mostCombinations);
    if (drafts.length === 0) return;
    this.#progress(`Putting blocks together: ${drafts.length} combinations`);
    const origin = (at: number): DraftOrigin => ({
      rewriter: undefined,
      nth: 0,
      order: this.#rewriters.length,
      round,
      ...(drafts[at] === undefined ? {} : { made: drafts[at].made }),
    });
    const tried = await Promise.all(
      drafts.map(async ({ draft }, at) => ({ at, entry: await this.#board.tryOut(draft, origin(at)) })),
    );
    await this.#estimate(tried.flatMap(({ entry }) => (entry === undefined ? [] : [entry])));
    const candidates = new Map(
      tried.flatMap(({ at, entry }) =>
        entry === undefined ? [] : [[entry.proposal, { at, entry }] as const],
      ),
    );
    const kept = bestCombinations(
      [...candidates.keys()],
      this.#board.ranked().map(({ proposal }) => proposal),
      this.#preference(),
    );
    for (const proposal of kept) {
      const candidate = candidates.get(proposal);
      if (candidate !== undefined) this.#board.keep(candidate.entry, origin(candidate.at));
    }
  }

  /** Joins a model's drafts with the method's within the budget, where an estimate can tell whether the model is on the topic. */
  async #join(round: number): Promise<void> {
    if (this.#estimator === undefined || this.#request.goal === 'narrow') return;
    const entries = this.#board.ranked();
    const joined = await joinedDrafts(entries, {
      known: this.#joined,
      request: this.#request,
      engine: this.#engine,
      measurer: this.#measurer,
      valid: this.#valid(),
      signal: this.#signal,
    });
    for (const { draft, made } of joined) {
      const origin = { rewriter: undefined, nth: 0, order: this.#rewriters.length, round, made };
      const entry = await this.#board.tryOut(draft, origin);
      if (entry === undefined) continue;
      await this.#estimate([entry]);
      const { form, estimatedWorth = 0 } = entry.proposal;
      const rival = entries.find(({ proposal }) => proposal.origin === 'method' && proposal.form === form);
      const isOnTopic = isWorthJoining(
        estimatedWorth,
        rival?.proposal.estimatedWorth,
        made.first.entry?.proposal.estimatedWorth,
      );
      const isOfForm = form !== 'readable' || entry.proposal.clauses <= readableClauses;
      if (isOnTopic && isOfForm) this.#board.keep(entry, origin);
    }
  }

  /** What combinations are made of, the best first; the query that is there goes with the best. */
  #sources(): readonly Source[] {
    const sources: Source[] = this.#board
      .ranked()
      .filter(({ made }) => made === undefined)
      .slice(0, mostSources)
      .map((entry) => ({
        name: nameOf(entry.proposal),
        shape: entry.shape,
        found: entry.proposal.measurement.found,
        count: entry.proposal.measurement.count,
        entry,
      }));
    if (this.#current !== undefined && this.#original !== undefined && this.#original.count > 0)
      sources.splice(1, 0, {
        name: 'the query that is there',
        shape: shapeOf(this.#current.root),
        found: this.#original.found,
        count: this.#original.count,
        entry: undefined,
      });
    return sources;
  }

  /** What the engine's own ranking says of the entries: without seeds, and where a form is wanted rather than the most seeds. */
  async #estimate(entries: readonly Entry[]): Promise<void> {
    const { seeds, forms = [] } = this.#request;
    if ((seeds.length > 0 && forms.length === 0) || entries.length === 0) return;
    try {
      this.#estimator ??= estimatorFor(this.#request, this.#engine, this.#signal);
      const shares = await this.#estimator?.of(entries.map(({ resolved }) => resolved));
      this.#signal.throwIfAborted();
      for (const [i, entry] of entries.entries())
        entry.proposal = { ...entry.proposal, estimatedWorth: shares?.[i] };
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof SearchError)) throw error;
      this.#estimator = undefined; // The order is then by form.
    }
  }

  /** Flags terms that nobody uses, in what is shown. */
  async #lookUpTerms(): Promise<void> {
    for (const entry of this.#shown()) {
      const flags = await this.#unknown.flagsOf(entry.resolved.root);
      if (flags.length > 0)
        entry.proposal = { ...entry.proposal, flags: [...entry.proposal.flags, ...flags] };
    }
    this.#signal.throwIfAborted();
  }

  /** Recall on seeds held back, in what is shown. */
  async #holdBack(): Promise<void> {
    const { holdBack = true, holdBackMs = defaultHoldBackMs } = this.#options;
    const entries = this.#shown();
    if (!holdBack || this.#request.seeds.length === 0 || entries.length === 0) return;
    this.#publish();
    this.#progress('Testing on seeds held back');
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), holdBackMs);
    const add = (entry: Entry, change: Partial<Entry['proposal']>): void => {
      entry.proposal = { ...entry.proposal, ...change };
    };
    try {
      const shares = await heldBackRecall(entries, {
        request: this.#request,
        engine: this.#engine,
        original: this.#original,
        aligner: this.#aligner,
        valid: this.#valid(),
        signal: AbortSignal.any([this.#signal, limit.signal]),
      });
      for (const [entry, share] of shares) add(entry, { heldBackRecall: share });
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!limit.signal.aborted) throw error;
      const message = `Recall on seeds held back is not known: finding it out took longer than ${Math.round(holdBackMs / 1000)} s.`;
      for (const entry of entries)
        if (entry.proposal.usedSeeds && entry.proposal.heldBackRecall === undefined)
          add(entry, { flags: [...entry.proposal.flags, { kind: 'unmeasured', text: '', message }] });
    } finally {
      clearTimeout(timer);
    }
  }

  async #faultsOf(
    query: ResolvedQuery,
    { measurement, whole }: Pick<Measured, 'measurement' | 'whole'>,
  ): Promise<readonly MeasuredFault[]> {
    let evidence: readonly BlockEvidence[] = [];
    if (canDescribe(this.#engine)) {
      try {
        const { seeds, until } = this.#request;
        const limits = { signal: this.#signal, ...(until === undefined ? {} : { until }) };
        evidence = await evidenceOf(query, this.#engine, seeds, limits);
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!(error instanceof SearchError)) throw error; // Its numbers alone tell something.
      }
    }
    // What a block finds by itself may be as much as it likes.
    const isUnknown = this.#options.whole !== undefined && whole === undefined;
    const budget = isUnknown ? Infinity : (this.#request.budget ?? defaultBudget);
    return faultsOf(measurement, evidence, budget, whole);
  }

  #preference() {
    const { budget, forms, recallFloor, goal } = this.#request;
    return { budget, forms, recallFloor, goal, original: this.#originalWhole ?? this.#original };
  }

  #valid(): ValidOptions {
    const { query = '' } = this.#request;
    const { lint } = this.#options;
    this.#known ??= errorsOf(query, lint);
    return { lint, presentLength: query.length, known: this.#known };
  }

  /** Best first, as many as are wanted. */
  #shown(): readonly Entry[] {
    return this.#board.ranked().slice(0, Math.max(1, this.#options.limit ?? 10));
  }

  #publish(): void {
    const { onProposals } = this.#options;
    onProposals?.(this.#shown().map(({ proposal }) => proposal), this.#board.rejected); // prettier-ignore
  }

  #progress(message: string): void {
    this.#options.onProgress?.(message);
  }
}

function resolvedQuery(query: string | undefined): ResolvedQuery | undefined {
  if (query === undefined || query.trim() === '') return undefined;
  const resolved = resolveText(query);
  return isUnresolvable(resolved) ? undefined : resolved;
}

/** Why the text that is there is no query, where there is a text. */
function faultOfText(query: string): MeasuredFault | undefined {
  if (query.trim() === '') return undefined;
  const resolved = resolveText(query);
  return isUnresolvable(resolved) ? { kind: 'invalid', message: resolved.problem } : undefined;
}

function currentOf({ count, found }: Measurement): NonNullable<RewriteRequest['current']> {
  return { count, seedsFound: found.length };
}
