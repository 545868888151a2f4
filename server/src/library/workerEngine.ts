import { Worker } from 'node:worker_threads';
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
  RankingProgress,
  RankOptions,
  SearchOptions,
} from '@querent/core/search';
import { SearchError } from '@querent/core/search';
import type { RejectedRecord } from './buildTally.ts';
import { QuerySender } from './querySender.ts';
import { workerPath } from './workerPath.ts';
import type { EngineIdentity, WorkerMessage, WorkerMethods, WorkerSettings } from './workerProtocol.ts';

/** An engine over local records that runs on a thread of its own. */
export interface WorkerEngine extends DescribingEngine, RankedEngine {
  /** Records of citation files that could not be read, at most 1,000. */
  readonly rejected: readonly RejectedRecord[];
  /** The drafts of the deterministic rewriter (`draftQueries`), made in the worker, where the index is. */
  proposeDrafts(request: RewriteRequest, signal?: AbortSignal): Promise<readonly Draft[]>;
  /** MeSH as JSON lines, to be loaded where look-ups must not wait; empty when the engine has none. */
  thesaurusLines(): Promise<readonly string[]>;
  /** Reads the file again; the engine also does so by itself when the file has changed. */
  reload(): Promise<void>;
}

/** Crashes within `crashWindowMs` after which no new worker is started. */
const mostCrashes = 3;
const crashWindowMs = 5 * 60_000;

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

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: SearchError) => void;
  readonly onProgress: ((progress: RankingProgress) => void) | undefined;
}

/** A running worker, what it was told, and what it owes. */
interface Running {
  readonly worker: Worker;
  readonly sender: QuerySender;
  readonly pending: Map<number, Pending>;
  readonly ready: Promise<void>;
}

class ThreadEngine implements WorkerEngine {
  readonly #settings: WorkerSettings;
  #identity: EngineIdentity = { id: '', label: '', rejected: [] };
  #running: Running | undefined;
  #crashes: number[] = [];
  #nextId = 0;
  #isClosed = false;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
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

  open(): Promise<void> {
    return this.#start().ready;
  }

  count(query: ResolvedQuery, options: SearchOptions = {}): Promise<CountResult> {
    return this.#ask('count', query, limits(options), options.signal);
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
    return this.#ask('search', query, params, options.signal);
  }

  matching(
    query: ResolvedQuery,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    return this.#ask('matching', query, { ...limits(options), ids }, options.signal);
  }

  summaries(ids: readonly string[], options: SearchOptions = {}): Promise<readonly CitationSummary[]> {
    return this.#ask('summaries', undefined, { ids }, options.signal);
  }

  facets(query: ResolvedQuery, options: SearchOptions & { readonly top?: number } = {}): Promise<Facets> {
    const { top } = options;
    const params = { ...limits(options), ...(top === undefined ? {} : { top }) };
    return this.#ask('facets', query, params, options.signal);
  }

  contributions(
    query: ResolvedQuery,
    seeds: readonly string[],
    options: SearchOptions = {},
  ): Promise<Contributions> {
    return this.#ask('contributions', query, { ...limits(options), seeds }, options.signal);
  }

  overlap(
    queries: readonly ResolvedQuery[],
    seeds: readonly string[],
    options: SearchOptions = {},
  ): Promise<Overlap> {
    return this.#ask('overlap', bundle(queries), { ...limits(options), seeds }, options.signal);
  }

  rank(question: string, { signal, onProgress, ...options }: RankOptions = {}): Promise<RankedResult> {
    return this.#ask('rank', undefined, { question, ...options }, signal, onProgress);
  }

  proposeDrafts(request: RewriteRequest, signal?: AbortSignal): Promise<readonly Draft[]> {
    return this.#ask('proposeDrafts', undefined, { request }, signal);
  }

  thesaurusLines(): Promise<readonly string[]> {
    return this.#ask('thesaurus', undefined, {}, undefined);
  }

  async reload(): Promise<void> {
    await this.#ask('reload', undefined, {}, undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    failAll(running, new SearchError('internal', `${this.label || this.#settings.path} was closed.`));
    await running.worker.terminate();
  }

  async #ask<M extends keyof WorkerMethods>(
    method: M,
    query: ResolvedQuery | undefined,
    params: Omit<WorkerMethods[M]['params'], 'query'>,
    signal: AbortSignal | undefined,
    onProgress?: (progress: RankingProgress) => void,
  ): Promise<WorkerMethods[M]['result']> {
    checkAborted(signal);
    const running = this.#start();
    await running.ready;
    checkAborted(signal);
    const prepared =
      query === undefined
        ? { number: undefined, definitions: [], forget: false }
        : running.sender.prepare(query);
    const id = this.#nextId++;
    const cancel = new SharedArrayBuffer(4);
    const request = {
      id,
      method,
      params: prepared.number === undefined ? params : { ...params, query: prepared.number },
      definitions: prepared.definitions,
      forget: prepared.forget,
      cancel,
    };
    const { pending, worker } = running;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        Atomics.store(new Int32Array(cancel), 0, 1);
        pending.get(id)?.reject(cancelled());
      };
      const settle = (): void => {
        signal?.removeEventListener('abort', onAbort);
        pending.delete(id);
        if (pending.size === 0) worker.unref();
      };
      pending.set(id, {
        onProgress,
        resolve: (result) => {
          settle();
          resolve(result as WorkerMethods[M]['result']);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      worker.ref();
      try {
        worker.postMessage(request);
      } catch (error) {
        running.sender.startOver();
        const reason = error instanceof Error ? error.message : String(error);
        pending
          .get(id)
          ?.reject(new SearchError('rejected', `The query is too large to be searched (${reason}).`));
      }
    });
  }

  /** The running worker; a new one when there is none, unless it has crashed too often. */
  #start(): Running {
    if (this.#isClosed) throw new SearchError('internal', `${this.label || this.#settings.path} is closed.`);
    if (this.#running !== undefined) return this.#running;
    const since = Date.now() - crashWindowMs;
    this.#crashes = this.#crashes.filter((at) => at > since);
    if (this.#crashes.length >= mostCrashes)
      throw new SearchError(
        'internal',
        `The search in ${this.#settings.path} stopped ${mostCrashes} times within five minutes and is not started again. ` +
          'Check the file, then restart the language server.',
      );
    const worker = new Worker(workerPath(), { workerData: this.#settings });
    let settleReady: (error?: SearchError) => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => {
      settleReady = (error) => (error === undefined ? resolve() : reject(error));
    });
    ready.catch(() => undefined);
    const running: Running = { worker, sender: new QuerySender(), pending: new Map(), ready };
    this.#running = running;
    const stopped = (error: SearchError): void => {
      if (this.#running === running) this.#running = undefined;
      settleReady(error);
      failAll(running, error);
    };
    worker.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'ready':
          this.#identity = message.engine;
          if (running.pending.size === 0) worker.unref();
          return settleReady();
        case 'failed': {
          const { code, message: text, retryable } = message.error;
          stopped(new SearchError(code, text, retryable));
          return void worker.terminate();
        }
        case 'progress':
          return running.pending.get(message.id)?.onProgress?.(message.progress);
        case 'answer':
          return running.pending.get(message.id)?.resolve(message.result);
        case 'error': {
          const { code, message: text, retryable } = message.error;
          return running.pending.get(message.id)?.reject(new SearchError(code, text, retryable));
        }
      }
    });
    const crashed = (reason: string, cause?: unknown): void => {
      if (this.#running !== running) return;
      this.#crashes.push(Date.now());
      stopped(
        new SearchError(
          'internal',
          `The search in ${this.#settings.path} stopped unexpectedly (${reason}). Try again.`,
          true,
          cause,
        ),
      );
    };
    worker.on('error', (error: Error) => crashed(error.message, error));
    worker.on('exit', (code) => crashed(`exit code ${code}`));
    return running;
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

function failAll(running: Running, error: SearchError): void {
  for (const { reject } of [...running.pending.values()]) reject(error);
}

function limits({ until }: SearchOptions): { until?: string } {
  return until === undefined ? {} : { until };
}

function cancelled(): SearchError {
  return new SearchError('aborted', 'The search was cancelled.');
}

function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled();
}
