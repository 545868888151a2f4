import { createHash } from 'node:crypto';
import type { Insights, LineInsight } from '@querent/core/features';
import type { MeasuredLine } from '@querent/core/lint';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { canDescribe } from '@querent/core/search';
import type { Contributions, DescribingEngine, Facets, LineContributions } from '@querent/core/search';
import { isUnresolvable, resolveLine, type StrategyDocument } from '@querent/core/strategy';
import type { MeasuredDocument, StrategyMeasuring } from './strategyMeasuring.ts';

/** Time after the last key stroke before contributions are looked for: counts come first. */
const delayMs = 400;
/** Strategies (as they were at one moment), and descriptions, that are remembered. */
const mostAnswers = 200;
/** Lines whose numbers are shown while those of a changed strategy are not there yet. */
const mostLines = 5_000;
const mostFacets = 200;
/** Queries of one document that are not lines of another one; a document with more is no strategy. */
const mostRoots = 100;

/** What is known of the lines of one query, by their keys: part of it is about the query as a whole. */
interface Answer {
  readonly lines: ReadonlyMap<string, LineContributions>;
  readonly told: Pick<Contributions, 'library' | 'provenance'>;
}

/** A line's numbers with what they were asked for. */
interface Known {
  readonly numbers: LineContributions;
  readonly answer: Pick<Contributions, 'library' | 'provenance'>;
  /** Key of the query that `ofWhole` is about. */
  readonly whole: string;
}

/** What a document is asked about: where, as of when, and with which seeds. */
interface Subject {
  readonly engine: DescribingEngine;
  readonly until: string | undefined;
  readonly seeds: readonly string[];
  /** Prefix of everything that is remembered for it. */
  readonly key: string;
}

interface Run {
  readonly strategy: StrategyDocument;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/**
 * What terms and blocks of open documents contribute, and what records found are like: asked in the background of engines that can
 * tell, some time after the last change, and remembered by the whole query: two documents may share a line, and mean different strategies.
 */
export class StrategyInsights {
  readonly #measuring: StrategyMeasuring;
  readonly #isWanted: () => boolean;
  readonly #onKnown: () => void;
  /** By what was asked about it, and the query. */
  readonly #answers = new Map<string, Answer>();
  /** What was found of a line last, in whatever query: what holds within the line holds everywhere. */
  readonly #lastKnown = new Map<string, Known>();
  /** Key of the strategy's own query; empty where there is none. */
  readonly #wholes = new WeakMap<StrategyDocument, string>();
  readonly #roots = new WeakMap<StrategyDocument, readonly ResolvedQuery[]>();
  readonly #facets = new Map<string, Facets>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #runs = new Map<string, Run>();
  readonly #lines = new WeakMap<
    StrategyDocument,
    { readonly revision: string; readonly lines: readonly MeasuredLine[] }
  >();
  readonly #seedHashes = new WeakMap<readonly string[], string>();
  #revision = 0;

  /**
   * @param isWanted whether anybody reads what is found in the background; what a hover asks for is always found
   * @param onKnown is called when something is known that was not before
   */
  constructor(measuring: StrategyMeasuring, isWanted: () => boolean, onKnown: () => void) {
    this.#measuring = measuring;
    this.#isWanted = isWanted;
    this.#onKnown = onKnown;
  }

  /** `document` is open or changed, or its database or seeds are: what it lacks is looked for shortly. */
  schedule(document: MeasuredDocument): void {
    const { uri } = document;
    clearTimeout(this.#timers.get(uri));
    const run = this.#runs.get(uri);
    if (run !== undefined && run.strategy !== document.strategy) run.controller.abort();
    if (document.language === 'ctgov') return;
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri);
        if (this.#isWanted()) void this.#run(document);
      }, delayMs),
    );
  }

  /** What is known of the document's lines at this moment; undefined while nothing is. The same array as long as nothing changes. */
  lines(document: MeasuredDocument): readonly MeasuredLine[] | undefined {
    const subject = this.#subject(document);
    if (subject === undefined) return undefined;
    const { strategy } = document;
    const revision = `${this.#revision} ${subject.key}`;
    const remembered = this.#lines.get(strategy);
    if (remembered?.revision === revision)
      return remembered.lines.length === 0 ? undefined : remembered.lines;
    const isAnythingKnown = this.#lastKnown.size > 0;
    const lines = (isAnythingKnown ? strategy.lines : []).flatMap(({ label }) => {
      const known = this.#line(strategy, subject, label);
      return known === undefined
        ? []
        : [{ label, parts: known.numbers.parts, library: known.answer.library }];
    });
    this.#lines.set(strategy, { revision, lines });
    return lines.length === 0 ? undefined : lines;
  }

  /** Looks up what is known; never waits. */
  view(document: MeasuredDocument): Insights {
    const subject = this.#subject(document);
    const { strategy } = document;
    return {
      line: (label): LineInsight | undefined => {
        const known = subject && this.#line(strategy, subject, label);
        if (known === undefined) return undefined;
        const root = strategy.root && resolveLine(strategy, strategy.root.label);
        const isOfStrategy = root !== undefined && !isUnresolvable(root) && root.key === known.whole;
        return { numbers: known.numbers, isOfStrategy, provenance: known.answer.provenance };
      },
      facets: (query) => subject && this.#facets.get(subject.key + query.key),
    };
  }

  /** Finds out what is not known of the document's lines; settles, never rejects. Nothing to do where the engine cannot tell. */
  async contributionsKnown(document: MeasuredDocument): Promise<void> {
    await this.#run(document);
  }

  /** Finds out what the records of a query are like; settles, never rejects. */
  async facetsKnown(document: MeasuredDocument, query: ResolvedQuery, signal: AbortSignal): Promise<void> {
    const subject = this.#subject(document);
    if (subject === undefined || this.#facets.has(subject.key + query.key)) return;
    const { engine, until, key } = subject;
    try {
      const facets = await engine.facets(query, {
        top: 3,
        signal,
        ...(until === undefined ? {} : { until }),
      });
      this.#facets.set(key + query.key, facets);
      forgetOldest(this.#facets, mostFacets);
    } catch {
      // Why a query cannot be searched is told with its number.
    }
  }

  close(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    this.#runs.get(uri)?.controller.abort();
  }

  dispose(): void {
    for (const uri of [...this.#timers.keys(), ...this.#runs.keys()]) this.close(uri);
  }

  #subject(document: MeasuredDocument): Subject | undefined {
    if (document.language === 'ctgov') return undefined;
    const state = this.#measuring.engineState(document);
    if (state.kind !== 'ready' || state.live || !canDescribe(state.engine)) return undefined;
    const { ids: seeds } = this.#measuring.seeds(document);
    let hash = this.#seedHashes.get(seeds);
    if (hash === undefined) {
      hash = createHash('sha256').update(seeds.join(' ')).digest('base64');
      this.#seedHashes.set(seeds, hash);
    }
    const until = document.strategy.frontMatter?.until;
    return { engine: state.engine, until, seeds, key: `${state.engine.id}|${until ?? ''}|${hash}|` };
  }

  #line(strategy: StrategyDocument, subject: Subject, label: string): Known | undefined {
    const query = resolveLine(strategy, label);
    if (isUnresolvable(query)) return undefined;
    const last = this.#lastKnown.get(subject.key + query.key);
    // With every key the strategy is another one, of which nothing is known yet: no time is spent on what it consists of.
    if (last === undefined || !this.#isAsked(strategy, subject)) return last;
    for (const root of this.#rootsOf(strategy).toReversed()) {
      const answer = this.#answers.get(subject.key + root.key);
      const numbers = answer?.lines.get(query.key);
      if (answer !== undefined && numbers !== undefined)
        return { numbers, answer: answer.told, whole: root.key };
    }
    return last;
  }

  /** Whether the strategy as it is now was asked about. */
  #isAsked(strategy: StrategyDocument, { key }: Subject): boolean {
    let whole = this.#wholes.get(strategy);
    if (whole === undefined) {
      const query = strategy.root && resolveLine(strategy, strategy.root.label);
      this.#wholes.set(strategy, (whole = query === undefined || isUnresolvable(query) ? '' : query.key));
    }
    return whole === '' || this.#answers.has(key + whole);
  }

  #rootsOf(strategy: StrategyDocument): readonly ResolvedQuery[] {
    let roots = this.#roots.get(strategy);
    if (roots === undefined) this.#roots.set(strategy, (roots = rootsOf(strategy)));
    return roots;
  }

  /** One run a document at a time; who asks for the same text joins it. */
  #run(document: MeasuredDocument): Promise<void> {
    const { uri, strategy } = document;
    const running = this.#runs.get(uri);
    if (running?.strategy === strategy && !running.controller.signal.aborted) return running.done;
    running?.controller.abort();
    const controller = new AbortController();
    const done = this.#ask(document, controller.signal).finally(() => {
      if (this.#runs.get(uri)?.controller === controller) this.#runs.delete(uri);
    });
    this.#runs.set(uri, { strategy, controller, done });
    return done;
  }

  async #ask(document: MeasuredDocument, signal: AbortSignal): Promise<void> {
    const subject = this.#subject(document);
    if (subject === undefined) return;
    const { engine, until, seeds, key } = subject;
    let found = false;
    for (const query of this.#rootsOf(document.strategy)) {
      if (this.#answers.has(key + query.key)) continue;
      try {
        const answer = await engine.contributions(query, seeds, {
          signal,
          ...(until === undefined ? {} : { until }),
        });
        const { library, provenance } = answer;
        const lines = new Map(answer.lines.map((numbers) => [numbers.key, numbers]));
        const told = { library, provenance };
        this.#answers.set(key + query.key, { lines, told });
        for (const numbers of answer.lines)
          this.#lastKnown.set(key + numbers.key, {
            numbers: { ...numbers, parts: numbers.parts.map((part) => ({ ...part, ofWhole: undefined })) },
            answer: told,
            whole: query.key,
          });
        found = true;
      } catch {
        // Why a query cannot be searched is told with its number.
      }
      if (signal.aborted) break;
    }
    if (!found) return;
    forgetOldest(this.#answers, mostAnswers);
    forgetOldest(this.#lastKnown, mostLines);
    this.#revision++;
    this.#onKnown();
  }
}

/** The queries of a document that reach all its lines, the strategy last, so that what is known of a line is about the strategy. */
function rootsOf(strategy: StrategyDocument): readonly ResolvedQuery[] {
  const roots: ResolvedQuery[] = [];
  const reached = new Set<string>();
  const reach = (query: ResolvedQuery): void => {
    const work = [query];
    for (let one = work.pop(); one !== undefined; one = work.pop()) {
      if (reached.has(one.key)) continue;
      reached.add(one.key);
      work.push(...one.references.values());
    }
  };
  const lines = strategy.lines.toReversed();
  for (const { label } of strategy.root === undefined ? lines : [strategy.root, ...lines]) {
    const query = resolveLine(strategy, label);
    if (isUnresolvable(query) || reached.has(query.key) || roots.length >= mostRoots) continue;
    roots.push(query);
    reach(query);
  }
  return roots.reverse();
}

function forgetOldest(memory: Map<string, unknown>, most: number): void {
  for (const key of memory.keys()) {
    if (memory.size <= most) return;
    memory.delete(key);
  }
}
