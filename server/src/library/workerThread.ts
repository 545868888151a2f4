import { Worker } from 'node:worker_threads';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type { RankingProgress } from '@querent/core/search';
import { SearchError } from '@querent/core/search';
import { QuerySender } from './querySender.ts';
import { workerPath } from './workerPath.ts';
import type { EngineIdentity, WorkerMessage, WorkerMethods, WorkerSettings } from './workerProtocol.ts';

/** Crashes within `crashWindowMs` after which no new worker is started. */
const mostCrashes = 3;
const crashWindowMs = 5 * 60_000;

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
  /** Settles `ready` of a worker that is ended before it is. */
  readonly giveUp: (error: SearchError) => void;
  isOpen: boolean;
}

/** A library worker on a thread of its own: started when it is asked, started again when it died, but not for ever. */
export class WorkerThread {
  readonly #settings: () => WorkerSettings;
  readonly #onReady: (engine: EngineIdentity) => void;
  readonly #name: () => string;
  #running: Running | undefined;
  #crashes: number[] = [];
  #nextId = 0;
  #isClosed = false;

  /**
   * @param settings what a worker is started with, asked at every start.
   * @param onReady told of what the worker opened, also after a change of the file.
   * @param name how messages call it.
   */
  constructor(settings: () => WorkerSettings, onReady: (engine: EngineIdentity) => void, name: () => string) {
    this.#settings = settings;
    this.#onReady = onReady;
    this.#name = name;
  }

  /** Starts the worker; settles when it is ready to answer. */
  open(): Promise<void> {
    return this.#start().ready;
  }

  /** Ends the worker; it is started again when it is asked. What is asked at the moment is answered first. */
  rest(): void {
    const running = this.#running;
    if (running === undefined || !running.isOpen || running.pending.size > 0) return;
    this.#running = undefined;
    void running.worker.terminate();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    const closed = new SearchError('internal', `${this.#name()} was closed.`);
    running.giveUp(closed);
    failAll(running, closed);
    await running.worker.terminate();
  }

  /**
   * Asks the worker; `query` is sent once, whatever is asked of it.
   * @throws SearchError, with code `aborted` when `signal` fires.
   */
  async ask<M extends keyof WorkerMethods>(
    method: M,
    query: ResolvedQuery | undefined,
    params: Omit<WorkerMethods[M]['params'], 'query'>,
    signal: AbortSignal | undefined,
    onProgress?: (progress: RankingProgress) => void,
  ): Promise<WorkerMethods[M]['result']> {
    checkAborted(signal);
    let running = this.#start();
    await running.ready;
    // It may have been sent to rest meanwhile.
    while (running !== this.#running) {
      running = this.#start();
      await running.ready;
    }
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
    if (this.#isClosed) throw new SearchError('internal', `${this.#name()} is closed.`);
    if (this.#running !== undefined) return this.#running;
    const since = Date.now() - crashWindowMs;
    this.#crashes = this.#crashes.filter((at) => at > since);
    if (this.#crashes.length >= mostCrashes)
      throw new SearchError(
        'internal',
        `The search in ${this.#settings().path} stopped ${mostCrashes} times within five minutes and is not started again. ` +
          'Check the file, then restart the language server.',
      );
    const worker = new Worker(workerPath(), { workerData: this.#settings() });
    let settleReady: (error?: SearchError) => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => {
      settleReady = (error) => (error === undefined ? resolve() : reject(error));
    });
    ready.catch(() => undefined);
    const running: Running = {
      worker,
      sender: new QuerySender(),
      pending: new Map(),
      ready,
      giveUp: (error) => settleReady(error),
      isOpen: false,
    };
    this.#running = running;
    const stopped = (error: SearchError): void => {
      if (this.#running === running) this.#running = undefined;
      settleReady(error);
      failAll(running, error);
    };
    worker.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'ready':
          running.isOpen = true;
          this.#onReady(message.engine);
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
          `The search in ${this.#settings().path} stopped unexpectedly (${reason}). Try again.`,
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

function failAll(running: Running, error: SearchError): void {
  for (const { reject } of [...running.pending.values()]) reject(error);
}

function cancelled(): SearchError {
  return new SearchError('aborted', 'The search was cancelled.');
}

function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled();
}
