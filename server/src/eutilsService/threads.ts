import { Worker } from 'node:worker_threads';
import { SearchError } from '@querent/core/search';
import { isSlow } from './protocol.ts';
import type {
  OpenedData,
  ServiceAnswer,
  ServiceRequest,
  SharedIndexes,
  ThreadJob,
  ThreadMessage,
  ThreadSettings,
} from './protocol.ts';
import { threadPath } from './threadPath.ts';

/** A request that waits for its answer. */
interface Job {
  readonly id: number;
  readonly request: ServiceRequest;
  readonly cancel: SharedArrayBuffer;
  readonly resolve: (answer: ServiceAnswer) => void;
  readonly reject: (error: SearchError) => void;
}

/** A thread and what it works on: one request, and beside it those that wait for the index for ranking. */
interface Place {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
  isReady: boolean;
}

/** Requests that wait for the index for ranking beside the one that a thread works on. */
const mostSlow = 16;

/** How many threads there are, and how they come to be. */
export interface ThreadsOptions {
  /** How many, >= 1. */
  readonly threads: number;
  /** Requests that may wait beside those that are worked on. */
  readonly queue: number;
  /** Starts a thread; the service's own unless told otherwise. */
  readonly start?: (settings: ThreadSettings) => Worker;
}

/** Threads that died one after the other without an answer between them, after which none is started any more. */
const mostDeaths = 5;

/**
 * Threads that answer requests over one index in memory, each one request at a time; the others wait in their order, up to a number of them.
 * A thread that dies costs the request that it worked on, and is replaced.
 */
export class Threads {
  readonly #settings: ThreadSettings;
  readonly #options: ThreadsOptions;
  readonly #places: Place[] = [];
  readonly #waiting: Job[] = [];
  readonly #idle = new Set<() => void>();
  #shared: SharedIndexes = {};
  #nextId = 0;
  #deaths = 0;
  #isClosed = false;

  private constructor(settings: ThreadSettings, options: ThreadsOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /** @throws SearchError `bad-library` */
  static async open(
    settings: ThreadSettings,
    options: ThreadsOptions,
  ): Promise<{ readonly threads: Threads; readonly data: OpenedData }> {
    const pool = new Threads(settings, options);
    try {
      // The first reads the index that the others are given.
      const data = await pool.#start();
      pool.#shared = data.shared;
      await Promise.all(Array.from({ length: options.threads - 1 }, () => pool.#start()));
      return { threads: pool, data };
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Requests that are worked on. */
  get running(): number {
    return this.#places.reduce((sum, { jobs }) => sum + jobs.size, 0);
  }

  /** Whether no more may wait. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#options.queue;
  }

  /** @throws SearchError: `aborted` when the signal fires or the pool is closed, `internal` for faults of the service */
  answer(request: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer> {
    if (signal.aborted || this.#isClosed) return Promise.reject(gone());
    if (this.#places.length === 0) return Promise.reject(noneLeft());
    return new Promise((resolve, reject) => {
      const cancel = new SharedArrayBuffer(4);
      const giveUp = (): void => {
        Atomics.store(new Int32Array(cancel), 0, 1);
        const at = this.#waiting.indexOf(job);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(gone());
      };
      const job: Job = {
        id: this.#nextId++,
        request,
        cancel,
        resolve: (answer) => {
          signal.removeEventListener('abort', giveUp);
          resolve(answer);
        },
        reject: (error) => {
          signal.removeEventListener('abort', giveUp);
          reject(error);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(job);
      this.#dispatch();
    });
  }

  /** Settles when nothing waits and nothing is worked on. */
  async drain(): Promise<void> {
    while (this.waiting + this.running > 0) await new Promise<void>((done) => this.#idle.add(done));
  }

  /** Ends the threads; what is on its way is given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#waiting.splice(0)) job.reject(gone());
    for (const { jobs } of this.#places) for (const job of jobs.values()) job.reject(gone());
    await Promise.all(this.#places.map(({ worker }) => worker.terminate()));
  }

  #start(): Promise<OpenedData> {
    return new Promise((resolve, reject) => {
      const { start = startThread } = this.#options;
      const worker = start({ ...this.#settings, shared: this.#shared });
      const place: Place = { worker, jobs: new Map<number, Job>(), isReady: false };
      this.#places.push(place);
      worker.on('message', (message: ThreadMessage) => {
        switch (message.kind) {
          case 'ready':
            place.isReady = true;
            resolve(message.data);
            this.#dispatch();
            break;
          case 'failed':
            reject(new SearchError(message.error.code, message.error.message));
            break;
          default:
            this.#receive(place, message);
        }
      });
      const lost = (reason: string): void => {
        reject(new SearchError('internal', `A thread of the service stopped at its start: ${reason}.`));
        this.#lose(place, reason);
      };
      worker.on('error', (error) => lost(error.message));
      worker.on('exit', (code) => lost(`exit code ${code}`));
    });
  }

  #receive(place: Place, message: Extract<ThreadMessage, { kind: 'answer' | 'fault' }>): void {
    const job = place.jobs.get(message.id);
    if (job === undefined) return;
    place.jobs.delete(message.id);
    this.#deaths = 0;
    if (message.kind === 'answer') job.resolve(message.answer);
    else {
      const { code, message: words, retryable } = message.error;
      job.reject(new SearchError(code, words, retryable));
    }
    this.#dispatch();
  }

  /** A thread that died is replaced, unless they die one after the other. */
  #lose(place: Place, reason: string): void {
    const at = this.#places.indexOf(place);
    if (at < 0 || this.#isClosed) return;
    this.#places.splice(at, 1);
    const fault = `A thread of the service stopped unexpectedly: ${reason}.`;
    for (const job of place.jobs.values()) job.reject(new SearchError('internal', fault, true));
    place.jobs.clear();
    if (place.isReady && ++this.#deaths <= mostDeaths) this.#start().catch(() => undefined);
    if (this.#places.length === 0) for (const job of this.#waiting.splice(0)) job.reject(noneLeft());
    this.#dispatch();
  }

  #dispatch(): void {
    for (const place of this.#places)
      while (place.isReady) {
        const at = this.#waiting.findIndex((job) => hasRoom(place, job));
        const [job] = at < 0 ? [] : this.#waiting.splice(at, 1);
        if (job === undefined) break;
        place.jobs.set(job.id, job);
        place.worker.postMessage({
          id: job.id,
          request: job.request,
          cancel: job.cancel,
        } satisfies ThreadJob);
      }
    if (this.waiting + this.running > 0) return;
    for (const done of this.#idle) done();
    this.#idle.clear();
  }
}

/** Whether a thread can take a request: one at a time, and some that let others go ahead. */
function hasRoom({ jobs }: Place, job: Job): boolean {
  const slow = [...jobs.values()].filter(({ request }) => isSlow(request)).length;
  return isSlow(job.request) ? slow < mostSlow : jobs.size === slow;
}

function startThread(settings: ThreadSettings): Worker {
  return new Worker(threadPath(), { workerData: settings });
}

function noneLeft(): SearchError {
  return new SearchError('internal', 'No thread of the service is left. Start it again.');
}

function gone(): SearchError {
  return new SearchError('aborted', 'The request was given up.');
}
