import { batchesOfRecords, pagesOfIds, type RecordsEngine } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type { Draft, RewriteRequest } from '@querent/core/rewriting';
import type {
  CitationSummary,
  Contributions,
  CountResult,
  DescribingEngine,
  Facets,
  IdsResult,
  Overlap,
  RankedEngine,
  RankedResult,
  RankOptions,
  SearchOptions,
  SearchWarning,
} from '@querent/core/search';
import type { RejectedRecord } from './buildTally.ts';
import type { EngineIdentity, SharedIndex, WorkerSettings } from './workerProtocol.ts';
import { WorkerThread } from './workerThread.ts';

/** An engine over local records that runs on a thread of its own. */
export interface WorkerEngine extends DescribingEngine, RankedEngine, RecordsEngine {
  /** Records of citation files that could not be read, at most 1,000. */
  readonly rejected: readonly RejectedRecord[];
  /** What is wrong with the file though it can be searched: `index-rebuilt`. */
  readonly warning: SearchWarning | undefined;
  /** The drafts of the deterministic rewriter (`draftQueries`), made in the worker, where the index is. */
  proposeDrafts(request: RewriteRequest, signal?: AbortSignal): Promise<readonly Draft[]>;
  /**
   * How much of what is worth finding each query is estimated to find, 0..1; null where that cannot be said. For choosing between drafts, never to
   * be shown as recall.
   */
  estimateWorth(
    request: RewriteRequest,
    queries: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (number | null)[]>;
  /** Whole records, in the order of `ids`; ids that are not there are left out. */
  records(ids: readonly string[]): Promise<readonly CitationRecord[]>;
  /** MeSH as JSON lines, to be loaded where look-ups must not wait; empty when the engine has none. */
  thesaurusLines(): Promise<readonly string[]>;
  /** Reads the file again; the engine also does so by itself when the file has changed. */
  reload(): Promise<void>;
}

/** Time after which the thread for long work is ended when there is none: it holds MeSH a second time. */
const restMs = 120_000;

/**
 * Opens a library, a citation file or a folder of citation files in a worker thread.
 * @throws SearchError `bad-library` when it cannot be opened.
 */
export async function openWorkerEngine(settings: WorkerSettings): Promise<WorkerEngine> {
  const engine = new ThreadEngine(settings);
  try {
    await engine.open();
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

/**
 * Two threads over one copy of the index: one answers what an editor waits for, the other drafts rewrites, for seconds, and is started
 * when it is first asked.
 */
class ThreadEngine implements WorkerEngine {
  readonly #short: WorkerThread;
  readonly #long: WorkerThread;
  #identity: EngineIdentity = { id: '', label: '', rejected: [], warning: undefined };
  #shared: SharedIndex | undefined;
  #resting: NodeJS.Timeout | undefined;

  constructor(settings: WorkerSettings) {
    const name = (): string => this.#identity.label || settings.path;
    this.#short = new WorkerThread(
      () => settings,
      (engine) => (this.#identity = engine),
      name,
    );
    this.#long = new WorkerThread(
      () => (this.#shared === undefined ? settings : { ...settings, index: this.#shared }),
      () => undefined,
      name,
    );
  }

  get id(): string {
    return this.#identity.id;
  }

  get label(): string {
    return this.#identity.label;
  }

  get rejected(): readonly RejectedRecord[] {
    return this.#identity.rejected;
  }

  get warning(): SearchWarning | undefined {
    return this.#identity.warning;
  }

  open(): Promise<void> {
    return this.#short.open();
  }

  count(query: ResolvedQuery, options: SearchOptions = {}): Promise<CountResult> {
    return this.#short.ask('count', query, limits(options), options.signal);
  }

  search(
    query: ResolvedQuery,
    options: SearchOptions & { readonly limit?: number; readonly offset?: number } = {},
  ): Promise<IdsResult> {
    const { limit, offset } = options;
    const params = {
      ...limits(options),
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
    };
    return this.#short.ask('search', query, params, options.signal);
  }

  matching(
    query: ResolvedQuery,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    return this.#short.ask('matching', query, { ...limits(options), ids }, options.signal);
  }

  summaries(ids: readonly string[], options: SearchOptions = {}): Promise<readonly CitationSummary[]> {
    return this.#short.ask('summaries', undefined, { ids }, options.signal);
  }

  facets(query: ResolvedQuery, options: SearchOptions & { readonly top?: number } = {}): Promise<Facets> {
    const { top } = options;
    const params = { ...limits(options), ...(top === undefined ? {} : { top }) };
    return this.#short.ask('facets', query, params, options.signal);
  }

  contributions(
    query: ResolvedQuery,
    seeds: readonly string[],
    options: SearchOptions = {},
  ): Promise<Contributions> {
    return this.#short.ask('contributions', query, { ...limits(options), seeds }, options.signal);
  }

  overlap(
    queries: readonly ResolvedQuery[],
    seeds: readonly string[],
    options: SearchOptions = {},
  ): Promise<Overlap> {
    return this.#short.ask('overlap', bundle(queries), { ...limits(options), seeds }, options.signal);
  }

  rank(question: string, { signal, onProgress, ...options }: RankOptions = {}): Promise<RankedResult> {
    return this.#short.ask('rank', undefined, { question, ...options }, signal, onProgress);
  }

  proposeDrafts(request: RewriteRequest, signal?: AbortSignal): Promise<readonly Draft[]> {
    return this.#atLength((thread) => thread.ask('proposeDrafts', undefined, { request }, signal));
  }

  estimateWorth(
    request: RewriteRequest,
    queries: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (number | null)[]> {
    return this.#atLength((thread) => thread.ask('estimateWorth', undefined, { request, queries }, signal));
  }

  records(ids: readonly string[]): Promise<readonly CitationRecord[]> {
    return this.#short.ask('records', undefined, { ids }, undefined);
  }

  allIds(query: ResolvedQuery, options: SearchOptions = {}): AsyncIterable<readonly string[]> {
    return pagesOfIds(this, query, options);
  }

  fetchRecords(
    ids: readonly string[],
    options: SearchOptions = {},
  ): AsyncIterable<readonly CitationRecord[]> {
    return batchesOfRecords((some) => this.records(some), ids, options);
  }

  thesaurusLines(): Promise<readonly string[]> {
    return this.#short.ask('thesaurus', undefined, {}, undefined);
  }

  async reload(): Promise<void> {
    await this.#short.ask('reload', undefined, {}, undefined);
  }

  async close(): Promise<void> {
    clearTimeout(this.#resting);
    await Promise.all([this.#short.close(), this.#long.close()]);
  }

  /** Work that takes seconds, on the thread for it. */
  async #atLength<T>(work: (thread: WorkerThread) => Promise<T>): Promise<T> {
    await this.#shareIndex();
    // Records of citation files are in the memory of one thread only.
    const thread = this.#shared === undefined ? this.#short : this.#long;
    try {
      return await work(thread);
    } finally {
      this.#restLater();
    }
  }

  /** What long work is started with: the library's index, in memory that threads share; undefined where there is no library file. */
  async #shareIndex(): Promise<void> {
    if (this.#shared?.engineId === this.#identity.id) return;
    const bytes = await this.#short.ask('index', undefined, {}, undefined);
    this.#shared = bytes === null ? undefined : { bytes, engineId: this.#identity.id };
  }

  #restLater(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#long.rest(), restMs);
    this.#resting.unref();
  }
}

/** Several queries on their way as one, which refers to them. */
function bundle(queries: readonly ResolvedQuery[]): ResolvedQuery {
  return {
    root: { kind: 'reference', range: { start: 0, end: 0 }, label: '0' },
    references: new Map(queries.map((query, i) => [String(i), query])),
    key: `bundle of ${queries.map(({ key }) => key).join(' ')}`,
  };
}

function limits({ until }: SearchOptions): { until?: string } {
  return until === undefined ? {} : { until };
}
