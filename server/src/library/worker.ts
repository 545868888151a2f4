/**
 * The library worker: opens citations and answers queries on a thread of its own, so that the language server's event loop never
 * waits for one. Started by `workerEngine.ts`; see `workerProtocol.ts` for what is said.
 */
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createRankedEngine, rankedSource, type LocalEngine } from '@querent/core/connectors';
import { serializeThesaurus } from '@querent/core/mesh';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { draftQueries, estimateWorth } from '@querent/core/rewriting';
import { SearchError, type RankedEngine, type RankedResult } from '@querent/core/search';
import { runLibraryJob, type LibraryJob } from './libraryJob.ts';
import { cacheFolder } from './cacheFolder.ts';
import { openCitations } from './openCitations.ts';
import { rankedCache } from './rankedCache.ts';
import { sharedSignal } from './sharedSignal.ts';
import type {
  WireError,
  WorkerMessage,
  WorkerMethods,
  WorkerRequest,
  WorkerSettings,
} from './workerProtocol.ts';

/** How often, at most, the file is looked at for changes. */
const checkEveryMs = 1_000;

class LibraryWorker {
  readonly #settings: WorkerSettings;
  readonly #send: (message: WorkerMessage) => void;
  readonly #queries = new Map<number, ResolvedQuery>();
  #engine: LocalEngine | undefined;
  /** Made by the first question, closed with the engine that it reads from. */
  #ranked: RankedEngine | undefined;
  /** Why the file as it is now could not be opened; numbers of what it held before would pass for its own. */
  #failure: WireError | undefined;
  #stamp = '';
  #checkedAt = 0;
  /** Requests are answered one after the other, so that a reload never falls between a check and a search. */
  #queue: Promise<void> = Promise.resolve();

  constructor(settings: WorkerSettings, send: (message: WorkerMessage) => void) {
    this.#settings = settings;
    this.#send = send;
  }

  async open(): Promise<void> {
    this.#stamp = this.#readStamp();
    this.#checkedAt = Date.now();
    const { path, meshPath, headingsAsText, index } = this.#settings;
    const { engine, rejected } = await openCitations(path, meshPath, {
      headingsAsText: headingsAsText === true,
      ...(index === undefined ? {} : { shared: index }),
    });
    const before = this.#engine;
    this.#engine = engine;
    const ranked = this.#ranked;
    this.#ranked = undefined;
    await ranked?.close();
    await before?.close();
    this.#send({
      kind: 'ready',
      engine: { id: engine.id, label: engine.label, rejected, warning: engine.warning },
    });
  }

  async #reopen(): Promise<void> {
    try {
      await this.open();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = wireError(error);
    }
  }

  receive(request: WorkerRequest): void {
    this.#define(request);
    this.#queue = this.#queue.then(() =>
      this.#reply(request.id, async () => {
        const engine = await this.#current(request);
        if (request.method !== 'rank') return this.#answer(engine, request);
        // Ranking builds its index for seconds, in slices: what comes meanwhile goes ahead.
        void this.#reply(request.id, () => this.#rank(engine, request));
        return undefined;
      }),
    );
  }

  /** Sends what `answer` gives; nothing when it is undefined. */
  async #reply(id: number, answer: () => Promise<unknown>): Promise<void> {
    try {
      const result = await answer();
      if (result !== undefined) this.#send({ kind: 'answer', id, result });
    } catch (error) {
      this.#send({ kind: 'error', id, error: wireError(error) });
    }
  }

  #define({ definitions, forget }: WorkerRequest): void {
    if (forget) this.#queries.clear();
    for (const { number, root, references, key } of definitions) {
      const lines = references.flatMap(([label, target]) => {
        const query = this.#queries.get(target);
        return query === undefined ? [] : [[label, query] as const];
      });
      this.#queries.set(number, { root, references: new Map(lines), key });
    }
  }

  /** The engine over the file as it is now. */
  async #current(request: WorkerRequest): Promise<LocalEngine> {
    const signal = sharedSignal(request.cancel);
    if (signal.aborted) throw new SearchError('aborted', 'The search was cancelled.');
    if (request.method === 'reload' || this.#hasChanged()) await this.#reopen();
    if (this.#failure !== undefined) {
      const { code, message, retryable } = this.#failure;
      throw new SearchError(code, message, retryable);
    }
    if (this.#engine === undefined) throw new SearchError('internal', 'The library is not open.');
    return this.#engine;
  }

  async #answer(
    engine: LocalEngine,
    request: Exclude<WorkerRequest, { method: 'rank' }>,
  ): Promise<WorkerMethods[keyof WorkerMethods]['result']> {
    const signal = sharedSignal(request.cancel);
    switch (request.method) {
      case 'count':
        return engine.count(this.#query(request.params.query), { signal, ...until(request.params) });
      case 'search': {
        const { query, limit, offset } = request.params;
        return engine.search(this.#query(query), {
          signal,
          ...until(request.params),
          ...(limit === undefined ? {} : { limit }),
          ...(offset === undefined ? {} : { offset }),
        });
      }
      case 'matching': {
        const { query, ids } = request.params;
        return engine.matching(this.#query(query), ids, { signal, ...until(request.params) });
      }
      case 'summaries':
        return engine.summaries(request.params.ids, { signal });
      case 'facets': {
        const { query, top } = request.params;
        const options = { signal, ...until(request.params), ...(top === undefined ? {} : { top }) };
        return engine.facets(this.#query(query), options);
      }
      case 'contributions': {
        const { query, seeds } = request.params;
        return engine.contributions(this.#query(query), seeds, { signal, ...until(request.params) });
      }
      case 'overlap': {
        const { query, seeds } = request.params;
        const queries = [...this.#query(query).references.values()];
        return engine.overlap(queries, seeds, { signal, ...until(request.params) });
      }
      case 'proposeDrafts':
        return draftQueries(request.params.request, engine);
      case 'estimateWorth': {
        const estimator = estimateWorth(request.params.request, engine);
        return request.params.queries.map((query) => estimator?.ofQuery(query)?.share ?? null);
      }
      case 'records':
        return engine.records(request.params.ids);
      case 'index':
        return engine.indexBytes ?? null;
      case 'thesaurus':
        return engine.thesaurus === undefined ? [] : [...serializeThesaurus(engine.thesaurus)];
      case 'reload':
        return null;
    }
  }

  async #rank(engine: LocalEngine, request: WorkerRequest<'rank'>): Promise<RankedResult> {
    const { id, params, cancel } = request;
    const { path, cachePath = cacheFolder() } = this.#settings;
    const ranked = (this.#ranked ??= createRankedEngine(rankedSource(engine), {
      cache: rankedCache({ folder: cachePath, library: path, engineId: engine.id }),
    }));
    const { question, ...options } = params;
    try {
      return await ranked.rank(question, {
        ...options,
        signal: sharedSignal(cancel),
        onProgress: (progress) => this.#send({ kind: 'progress', id, progress }),
      });
    } catch (error) {
      const now = this.#engine;
      // The file changed while its index was being built: the question is about the new one.
      if (now !== undefined && now !== engine) return this.#rank(now, request);
      throw error;
    }
  }

  #query(number: number): ResolvedQuery {
    const query = this.#queries.get(number);
    if (query === undefined)
      throw new SearchError('internal', `The library worker does not know query ${number}.`, true);
    return query;
  }

  #hasChanged(): boolean {
    const now = Date.now();
    if (now - this.#checkedAt < checkEveryMs) return false;
    this.#checkedAt = now;
    return this.#readStamp() !== this.#stamp;
  }

  /** Size and time of the file; a file that is gone for a moment (being replaced) counts as unchanged. */
  #readStamp(): string {
    try {
      const { size, mtimeMs } = statSync(this.#settings.path);
      return `${size} ${mtimeMs}`;
    } catch {
      return this.#stamp;
    }
  }
}

function until(params: { readonly until?: string }): { until?: string } {
  return params.until === undefined ? {} : { until: params.until };
}

function wireError(error: unknown): WireError {
  if (error instanceof SearchError)
    return { code: error.code, message: error.message, retryable: error.retryable };
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    retryable: false,
  };
}

const port = parentPort;
const task = workerData as WorkerSettings | LibraryJob;
if (port !== null && 'job' in task) void runLibraryJob(task, port);
else if (port !== null) {
  const worker = new LibraryWorker(task as WorkerSettings, (message) => port.postMessage(message));
  worker.open().then(
    () => port.on('message', (request: WorkerRequest) => worker.receive(request)),
    (error: unknown) => port.postMessage({ kind: 'failed', error: wireError(error) } satisfies WorkerMessage),
  );
}
