import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurements, MeasurementView, TrialsMeasurements } from '@querent/core/features';
import type { Thesaurus } from '@querent/core/mesh';
import type { Measurement, SearchEngine, SearchQuery } from '@querent/core/search';
import { SearchError } from '@querent/core/search';
import type { StrategyDocument } from '@querent/core/strategy';
import { documentQuery } from './documentQuery.ts';
import type { EngineRegistry, EngineState } from './engineRegistry.ts';
import { engineTarget, isLive, liveDatabase, type EngineTarget } from './engineTarget.ts';
import { MeasurementCache, type MeasurementRequest, type MeasurementState } from './measurementCache.ts';
import { Thesauri, type MeshLines, type ThesaurusState } from './thesauri.ts';
import { registeredSeeds, SeedsReader, type Seeds } from './seeds.ts';
import { trialsInLibrary } from './trialsInLibrary.ts';

/** A document as measuring sees it. */
export interface MeasuredDocument {
  readonly uri: string;
  /** The search language of its lines; PubMed's by default. */
  readonly language?: 'pubmed' | 'ctgov';
  readonly strategy: StrategyDocument;
}

/** Settings that measuring depends on. */
export interface MeasuringSettings {
  readonly libraryPath: string;
  readonly measureWhileTyping: boolean;
  /** The file of MeSH for documents whose database brings none; undefined without one. */
  readonly meshPath: string | undefined;
  /** Whether documents may name files of other machines. */
  readonly networkPaths: boolean;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called at the start, whenever something is known, and at the end. */
  readonly onProgress?: (progress: RunProgress) => void;
}

/** How far a run is, in lines that hold a query. Of live databases seeds are looked for last, for all lines together. */
export interface RunProgress {
  /** Lines whose number of records is known, or that have failed. */
  readonly counted: number;
  /** Lines that are done, or have failed. */
  readonly measured: number;
  readonly total: number;
}

/** What a run found, in the order of the lines. */
export interface StrategyRun {
  readonly lines: readonly { readonly label: string; readonly outcome: Measurement | SearchError }[];
}

/** What is known of a document's queries, in whatever language they are. */
export interface DocumentMeasurements extends Measurements, TrialsMeasurements {
  query(query: SearchQuery): MeasurementView;
}

/** Time after the last key stroke before lines are measured: local engines answer fast, live ones cost somebody money. */
const localDelayMs = 20;
const liveDelayMs = 1_000;

/**
 * Knows for every open document where it is asked, with which seeds, and what its lines found. Latest wins: a change of
 * a document cancels what the change made needless.
 */
export class StrategyMeasuring {
  readonly #registry: EngineRegistry;
  readonly #cache: MeasurementCache;
  readonly #settings: () => MeasuringSettings;
  readonly #seeds = new SeedsReader();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Texts of documents whose live measurement was asked for explicitly; after the next change it must be asked for again. */
  readonly #asked = new Map<string, StrategyDocument>();
  readonly #thesauri: Thesauri;
  /** Targets in use by somebody who is no document. */
  readonly #lent = new Set<{ readonly target: EngineTarget }>();
  /** Told whenever a count or a measurement is there. */
  readonly #listeners = new Set<() => void>();
  #folders: readonly string[] = [];

  constructor(
    registry: EngineRegistry,
    settings: () => MeasuringSettings,
    /** `isAll`: nothing that these documents want is outstanding. */
    onMeasured: (uris: ReadonlySet<string>, isAll: boolean) => void,
    onThesaurus: () => void,
    readMesh: (path: string) => Promise<MeshLines>,
  ) {
    this.#thesauri = new Thesauri(readMesh, onThesaurus);
    this.#registry = registry;
    this.#settings = settings;
    this.#cache = new MeasurementCache((uris, isAll) => {
      for (const listener of this.#listeners) listener();
      onMeasured(uris, isAll);
    });
  }

  /** Folders of the workspace as paths. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Where `document` is asked. */
  target(document: MeasuredDocument): EngineTarget {
    return engineTarget(document.strategy.frontMatter?.database, {
      directory: directoryOf(document.uri),
      workspaceFolders: this.#folders,
      libraryPath: this.#settings().libraryPath,
      networkPaths: this.#settings().networkPaths,
      ...(document.language === undefined ? {} : { language: document.language }),
    });
  }

  /** How it stands with the document's engine, which takes queries of the document's language; starts opening it. */
  engineState(document: MeasuredDocument): EngineState {
    const target = this.target(document);
    const state = this.#registry.state(target);
    return state.kind === 'ready' ? { ...state, engine: inLanguage(document, target, state.engine) } : state;
  }

  /** The MeSH that the document's engine has, else the one that the settings name; as far as it is loaded. */
  thesaurus(document: MeasuredDocument): ThesaurusState {
    const state = this.engineState(document);
    if (state.kind === 'loading') return { thesaurus: undefined, loading: true };
    if (state.kind === 'ready') {
      const own = this.#thesauri.of(state.engine);
      if (own.loading || own.thesaurus !== undefined) return own;
    }
    const { meshPath } = this.#settings();
    return meshPath === undefined
      ? { thesaurus: undefined, loading: false }
      : this.#thesauri.ofFile(meshPath);
  }

  /** Settles, never rejects, when the document's MeSH is loaded or known not to be there. */
  async thesaurusLoaded(document: MeasuredDocument): Promise<void> {
    const { meshPath } = this.#settings();
    try {
      const engine = await this.engine(document);
      await this.#thesauri.loaded(engine);
      if (this.#thesauri.of(engine).thesaurus !== undefined) return;
    } catch {
      // No engine, no MeSH of its own.
    }
    if (meshPath !== undefined) await this.#thesauri.loaded(meshPath);
  }

  /** @throws SearchError with a message for people. */
  async engine(document: MeasuredDocument): Promise<SearchEngine> {
    const target = this.target(document);
    return inLanguage(document, target, await this.#registry.engine(target));
  }

  /**
   * The engine of a target that no document need name; it is kept, whatever documents are open, until it is given back.
   * @throws SearchError with a message for people.
   */
  async lend(
    target: EngineTarget,
  ): Promise<{ readonly engine: SearchEngine; readonly giveBack: () => void }> {
    const entry = { target };
    this.#lent.add(entry);
    try {
      return { engine: await this.#registry.engine(target), giveBack: () => void this.#lent.delete(entry) };
    } catch (error) {
      this.#lent.delete(entry);
      throw error;
    }
  }

  /** The MeSH of an engine, else the one that the settings name, when it is loaded; undefined where there is none. */
  async thesaurusOf(engine: SearchEngine | undefined): Promise<Thesaurus | undefined> {
    if (engine !== undefined) {
      await this.#thesauri.loaded(engine);
      const { thesaurus } = this.#thesauri.of(engine);
      if (thesaurus !== undefined) return thesaurus;
    }
    const { meshPath } = this.#settings();
    if (meshPath === undefined) return undefined;
    await this.#thesauri.loaded(meshPath);
    return this.#thesauri.ofFile(meshPath).thesaurus;
  }

  seeds(document: MeasuredDocument): Seeds {
    const { frontMatter } = document.strategy;
    const { networkPaths } = this.#settings();
    const seeds = this.#seeds.read(frontMatter, directoryOf(document.uri), this.#folders, networkPaths);
    if (seeds.file !== undefined) this.#registry.watch(seeds.file);
    const isRegistry = document.language === 'ctgov' && liveDatabase(frontMatter?.database) === 'ctgov';
    return isRegistry ? registeredSeeds(seeds) : seeds;
  }

  /** What is known of the document's queries at this moment; the files are looked at once, not once a query. */
  view(document: MeasuredDocument): DocumentMeasurements {
    const engine = this.engineState(document);
    const seeds = this.seeds(document).ids;
    const isLivePending = isLive(document.strategy.frontMatter?.database);
    const look = (query: SearchQuery, asked: boolean): MeasurementView => {
      if (engine.kind === 'none' || engine.kind === 'error') return engine;
      // Opening a live database is no reason to ask it, either.
      if (engine.kind === 'loading')
        return isLivePending && !asked ? { kind: 'unasked' } : { kind: 'pending' };
      const state = this.#cache.peek(request(document, query, engine.engine, seeds));
      if (state === undefined) return engine.live && !asked ? { kind: 'unasked' } : { kind: 'pending' };
      return state.kind === 'error' ? { kind: 'error', message: state.error.message } : state;
    };
    const line = (label: string): MeasurementView => {
      const resolved = documentQuery(document, label);
      return 'problem' in resolved
        ? { kind: 'error', message: resolved.problem }
        : look(resolved, this.#measuresLive(document));
    };
    // Who had the lines of this text asked for may look at their parts, too; before that nobody's service is asked for a look.
    return { line, query: (query) => look(query, this.#measuresLive(document)) };
  }

  /**
   * Measures now, ahead of everything that waits; joins a measurement in flight.
   * @throws SearchError
   */
  async measure(document: MeasuredDocument, query: SearchQuery, signal?: AbortSignal): Promise<Measurement> {
    const engine = await this.engine(document);
    if (signal?.aborted) throw new SearchError('aborted', 'The measurement was cancelled.');
    return this.#cache.now(request(document, query, engine, this.seeds(document).ids), signal);
  }

  /** `document` is open or changed: its lines will be measured shortly, and only these. */
  schedule(document: MeasuredDocument): void {
    clearTimeout(this.#timers.get(document.uri));
    // Said by the text alone: no file is looked at with every key.
    const live = isLive(document.strategy.frontMatter?.database);
    const timer = setTimeout(
      () => {
        this.#timers.delete(document.uri);
        this.#wantLines(document);
      },
      live ? liveDelayMs : localDelayMs,
    );
    this.#timers.set(document.uri, timer);
  }

  /**
   * Forgets what `document` found, tries engines again that failed, and asks also when its database is live. An engine that keeps its answers asks
   * anew where numbers were to be seen; who sees none yet is served with those of today.
   */
  again(document: MeasuredDocument): void {
    const state = this.engineState(document);
    if (state.kind === 'ready' && this.#isAnySettled(document, state.engine)) askAgain(state.engine);
    this.#cache.forget(document.uri);
    this.#registry.retry();
    this.#registry.checkFiles();
    this.#asked.set(document.uri, document.strategy);
    clearTimeout(this.#timers.get(document.uri));
    this.#timers.delete(document.uri);
    this.#wantLines(document);
  }

  /**
   * Measures all lines of `document` now, live databases included; what is known is not asked for again, and what stands in line for it joins. A line
   * without an answer does not end it.
   * @throws SearchError when there is no engine, `aborted` when `signal` fires; what was measured until then is kept
   */
  async run(document: MeasuredDocument, { signal, onProgress }: RunOptions = {}): Promise<StrategyRun> {
    this.#asked.set(document.uri, document.strategy);
    this.#registry.retry();
    const isCancelled = (): boolean => signal?.aborted === true;
    const engine = await this.engine(document);
    if (isCancelled()) throw new SearchError('aborted', 'The measurement was cancelled.');
    clearTimeout(this.#timers.get(document.uri));
    this.#timers.delete(document.uri);
    const seeds = this.seeds(document).ids;
    const lines = document.strategy.lines.filter(({ queryRange }) => queryRange.end > queryRange.start);
    const requests = lines.map(({ label }) => {
      const resolved = documentQuery(document, label);
      return 'problem' in resolved
        ? new SearchError('rejected', resolved.problem)
        : request(document, resolved, engine, seeds);
    });
    const known = requests.flatMap((one) => (one instanceof SearchError ? [] : [one]));
    this.#cache.retry(known);
    this.#cache.want(document.uri, known);
    const report = (): void => {
      const states = requests.map((one) => (one instanceof SearchError ? undefined : this.#cache.peek(one)));
      onProgress?.({
        counted: states.filter((state) => state === undefined || hasCount(state)).length,
        measured: states.filter((state) => state?.kind !== 'pending').length,
        total: lines.length,
      });
    };
    // Results come in bursts, and every report looks at all lines.
    let soon: NodeJS.Immediate | undefined;
    const listener = (): void => {
      soon ??= setImmediate(() => {
        soon = undefined;
        report();
      });
    };
    this.#listeners.add(listener);
    try {
      report();
      const outcomes = await Promise.all(requests.map((one) => this.#outcome(one, signal)));
      report();
      return {
        lines: lines.map(({ label }, i) => ({ label, outcome: outcomes[i] as Measurement | SearchError })),
      };
    } catch (error) {
      // Who cancels does not want the rest asked for in the background either; a changed text may be asked for meanwhile.
      const isNewest = this.#asked.get(document.uri) === document.strategy;
      if (isCancelled() && isNewest && !this.#settings().measureWhileTyping) {
        this.#asked.delete(document.uri);
        this.#wantLines(document);
      }
      throw error;
    } finally {
      this.#listeners.delete(listener);
      clearImmediate(soon);
    }
  }

  async #outcome(
    one: MeasurementRequest | SearchError,
    signal: AbortSignal | undefined,
  ): Promise<Measurement | SearchError> {
    if (one instanceof SearchError) return one;
    try {
      return await this.#cache.whenSettled(one, signal);
    } catch (error) {
      if (signal?.aborted === true || !(error instanceof SearchError)) throw error;
      return error;
    }
  }

  /** Opens engines of live databases anew; what they found holds. */
  reopenLive(): void {
    this.#registry.reopen('live');
  }

  /** Opens engines anew, and forgets what the old ones found: what they are opened with has changed. */
  reopen(): void {
    this.#cache.forget();
    this.#registry.reopen();
  }

  /** The document at `uri` was closed; `open` tells which remain. */
  close(uri: string, open: () => readonly MeasuredDocument[]): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    this.#asked.delete(uri);
    this.#cache.want(uri, []);
    this.release(open);
  }

  /** Closes, after a while, the engines that none of the `open` documents names any more. */
  release(open: () => readonly MeasuredDocument[]): void {
    this.#registry.release(() => [
      ...open().map((document) => this.target(document)),
      ...[...this.#lent].map(({ target }) => target),
    ]);
  }

  async dispose(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#registry.close();
  }

  #isAnySettled(document: MeasuredDocument, engine: SearchEngine): boolean {
    const seeds = this.seeds(document).ids;
    return document.strategy.lines.some(({ label }) => {
      const resolved = documentQuery(document, label);
      if ('problem' in resolved) return false;
      const state = this.#cache.peek(request(document, resolved, engine, seeds));
      return state !== undefined && state.kind !== 'pending';
    });
  }

  #measuresLive({ uri, strategy }: MeasuredDocument): boolean {
    return this.#settings().measureWhileTyping || this.#asked.get(uri) === strategy;
  }

  #wantLines(document: MeasuredDocument): void {
    const state = this.engineState(document);
    if (state.kind !== 'ready' || (state.live && !this.#measuresLive(document))) {
      this.#cache.want(document.uri, []);
      return;
    }
    const seeds = this.seeds(document).ids;
    const requests: MeasurementRequest[] = [];
    for (const line of document.strategy.lines) {
      const resolved = documentQuery(document, line.label);
      if (!('problem' in resolved)) requests.push(request(document, resolved, state.engine, seeds));
    }
    this.#cache.want(document.uri, requests);
  }
}

/** The engine as the document asks it: expressions of ClinicalTrials.gov are translated for a library. */
function inLanguage(
  { language }: MeasuredDocument,
  target: EngineTarget,
  engine: SearchEngine<SearchQuery>,
): SearchEngine<SearchQuery> {
  return language === 'ctgov' && 'path' in target ? trialsInLibrary(engine) : engine;
}

/** Asks anew from now on, where the engine keeps its answers (`rememberedEngine` of server/src/live, which is loaded with the engine only). */
function askAgain(engine: SearchEngine): void {
  if ('again' in engine) (engine as SearchEngine & { again(): void }).again();
}

function hasCount(state: MeasurementState): boolean {
  return state.kind !== 'pending' || state.count !== undefined;
}

function request(
  document: MeasuredDocument,
  query: SearchQuery,
  engine: SearchEngine<SearchQuery>,
  seeds: readonly string[],
): MeasurementRequest {
  return { query, engine, seeds, until: document.strategy.frontMatter?.until };
}

/** The folder of a `file:` address; undefined for every other and for nonsense. */
function directoryOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? dirname(fileURLToPath(uri)) : undefined;
  } catch {
    return undefined;
  }
}
