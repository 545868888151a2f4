import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurements, MeasurementView } from '@querent/core/features';
import type { Measurement, SearchEngine } from '@querent/core/search';
import { SearchError } from '@querent/core/search';
import type { Thesaurus } from '@querent/core/mesh';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { isUnresolvable, resolveLine, type StrategyDocument } from '@querent/core/strategy';
import type { EngineRegistry, EngineState } from './engineRegistry.ts';
import { engineTarget, isLive, type EngineTarget } from './engineTarget.ts';
import { MeasurementCache, type MeasurementRequest } from './measurementCache.ts';
import { Thesauri } from './thesauri.ts';
import { SeedsReader, type Seeds } from './seeds.ts';

/** A document as measuring sees it. */
export interface MeasuredDocument {
  readonly uri: string;
  readonly strategy: StrategyDocument;
}

/** Settings that measuring depends on. */
export interface MeasuringSettings {
  readonly libraryPath: string;
  readonly measureWhileTyping: boolean;
}

/** Time after the last key stroke before lines are measured: local engines answer fast, live ones cost somebody money. */
const localDelayMs = 60;
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
  /** Documents whose live measurement was asked for explicitly. */
  readonly #asked = new Set<string>();
  readonly #thesauri: Thesauri;
  #folders: readonly string[] = [];

  constructor(
    registry: EngineRegistry,
    settings: () => MeasuringSettings,
    onMeasured: (uris: ReadonlySet<string>) => void,
    onThesaurus: () => void,
  ) {
    this.#thesauri = new Thesauri(onThesaurus);
    this.#registry = registry;
    this.#settings = settings;
    this.#cache = new MeasurementCache(onMeasured);
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
    });
  }

  /** How it stands with the document's engine; starts opening it. */
  engineState(document: MeasuredDocument): EngineState {
    return this.#registry.state(this.target(document));
  }

  /** The MeSH that the document's engine has, as far as it is loaded. */
  thesaurus(document: MeasuredDocument): Thesaurus | undefined {
    const state = this.engineState(document);
    return state.kind === 'ready' ? this.#thesauri.of(state.engine) : undefined;
  }

  /** @throws SearchError with a message for people. */
  async engine(document: MeasuredDocument): Promise<SearchEngine> {
    return this.#registry.engine(this.target(document));
  }

  seeds(document: MeasuredDocument): Seeds {
    const seeds = this.#seeds.read(document.strategy.frontMatter, directoryOf(document.uri), this.#folders);
    if (seeds.file !== undefined) this.#registry.watch(seeds.file);
    return seeds;
  }

  /** What is known of the document's queries at this moment; the files are looked at once, not once a query. */
  view(document: MeasuredDocument): Measurements {
    const engine = this.engineState(document);
    const seeds = this.seeds(document).ids;
    const query = (query: ResolvedQuery): MeasurementView => {
      if (engine.kind === 'none' || engine.kind === 'error') return engine;
      if (engine.kind === 'loading') return { kind: 'pending' };
      const state = this.#cache.peek(request(document, query, engine.engine, seeds));
      if (state === undefined)
        return engine.live && !this.#measuresLive(document.uri) ? { kind: 'unasked' } : { kind: 'pending' };
      return state.kind === 'error' ? { kind: 'error', message: state.error.message } : state;
    };
    const line = (label: string): MeasurementView => {
      const resolved = resolveLine(document.strategy, label);
      return isUnresolvable(resolved) ? { kind: 'error', message: resolved.problem } : query(resolved);
    };
    return { line, query };
  }

  /**
   * Measures now, ahead of everything that waits; joins a measurement in flight.
   * @throws SearchError
   */
  async measure(
    document: MeasuredDocument,
    query: ResolvedQuery,
    signal?: AbortSignal,
  ): Promise<Measurement> {
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

  /** Forgets what was measured, tries engines again that failed, and asks live databases for `documents`. */
  again(documents: readonly MeasuredDocument[]): void {
    this.#cache.forget();
    this.#registry.retry();
    this.#registry.checkFiles();
    for (const document of documents) {
      this.#asked.add(document.uri);
      this.#wantLines(document);
    }
  }

  /** The document at `uri` was closed; `open` tells which remain. */
  close(uri: string, open: () => readonly MeasuredDocument[]): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    this.#asked.delete(uri);
    this.#cache.want(uri, []);
    this.#registry.release(() => open().map((document) => this.target(document)));
  }

  async dispose(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#registry.close();
  }

  #measuresLive(uri: string): boolean {
    return this.#settings().measureWhileTyping || this.#asked.has(uri);
  }

  #wantLines(document: MeasuredDocument): void {
    const state = this.engineState(document);
    if (state.kind !== 'ready' || (state.live && !this.#measuresLive(document.uri))) {
      this.#cache.want(document.uri, []);
      return;
    }
    const seeds = this.seeds(document).ids;
    const requests: MeasurementRequest[] = [];
    for (const line of document.strategy.lines) {
      const resolved = resolveLine(document.strategy, line.label);
      if (!isUnresolvable(resolved)) requests.push(request(document, resolved, state.engine, seeds));
    }
    this.#cache.want(document.uri, requests);
    // An explicit request holds for what is written now; after the next change it must be made again.
    if (!this.#settings().measureWhileTyping) this.#asked.delete(document.uri);
  }
}

function request(
  document: MeasuredDocument,
  query: ResolvedQuery,
  engine: SearchEngine,
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
