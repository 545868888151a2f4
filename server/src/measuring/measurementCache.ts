import { createHash } from 'node:crypto';
import { measure, SearchError, type Measurement, type SearchEngine } from '@querent/core/search';
import type { ResolvedQuery } from '@querent/core/pubmed';

/** One thing to measure. */
export interface MeasurementRequest {
  readonly query: ResolvedQuery;
  readonly engine: SearchEngine;
  readonly seeds: readonly string[];
  readonly until: string | undefined;
}

/** What is known of a request. */
export type MeasurementState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'done'; readonly measurement: Measurement }
  | { readonly kind: 'error'; readonly error: SearchError };

interface Entry {
  readonly key: string;
  readonly request: MeasurementRequest;
  readonly controller: AbortController;
  /** Documents that want it at the moment. */
  readonly owners: Set<string>;
  /** Callers of `now` that wait for it. */
  waiters: number;
  state: MeasurementState;
  promise: Promise<Measurement> | undefined;
  /** `performance.now()` of a passing fault, after which it may be tried again. */
  failedAt: number | undefined;
}

const capacity = 5_000;
/** Searches that run at once in one engine. Two keep a worker busy while one answer travels. */
const parallelPerEngine = 2;
/** A passing fault is tried again after this time, when it is still wanted. */
const retryAfterMs = 30_000;

/**
 * Measurements by (canonical query, engine and its data, search date, seeds). Work in flight is shared; what no document
 * wants any longer and nobody waits for is cancelled; the least recently used results go first.
 */
export class MeasurementCache {
  readonly #entries = new Map<string, Entry>();
  readonly #queues = new Map<SearchEngine, { running: number; waiting: Entry[] }>();
  readonly #onSettled: (owners: ReadonlySet<string>, isAll: boolean) => void;
  /** Seeds lists are shared objects per document version, so their hash is computed once. */
  readonly #seedHashes = new WeakMap<readonly string[], string>();

  /** @param onSettled is told whose measurement is there, and whether the owners now have all that they want. */
  constructor(onSettled: (owners: ReadonlySet<string>, isAll: boolean) => void) {
    this.#onSettled = onSettled;
  }

  /** What is known now; starts nothing. */
  peek(request: MeasurementRequest): MeasurementState | undefined {
    return this.#touch(this.#key(request))?.state;
  }

  /**
   * `owner` wants exactly `requests` from now on, in this order. What it wanted before and nobody else does is cancelled.
   */
  want(owner: string, requests: readonly MeasurementRequest[]): void {
    const wanted = new Set<Entry>();
    for (const request of requests) {
      const entry = this.#entry(request);
      entry.owners.add(owner);
      wanted.add(entry);
    }
    for (const entry of [...this.#entries.values()]) {
      if (wanted.has(entry) || !entry.owners.delete(owner)) continue;
      this.#cancelIfUnwanted(entry);
    }
    for (const entry of wanted) this.#start(entry, false);
    this.#evict();
  }

  /**
   * Measures ahead of the queue, or joins the measurement in flight.
   * @throws SearchError, with code `aborted` when `signal` fires.
   */
  async now(request: MeasurementRequest, signal?: AbortSignal): Promise<Measurement> {
    const entry = this.#entry(request);
    entry.waiters++;
    try {
      this.#start(entry, true);
      return await untilAborted(entry.promise ?? Promise.reject(aborted()), signal);
    } finally {
      entry.waiters--;
      this.#cancelIfUnwanted(entry);
    }
  }

  /**
   * Forgets results and failures, those that only other owners want excepted where `owner` is given; what runs is cancelled
   * unless somebody waits for it.
   */
  forget(owner?: string): void {
    for (const entry of [...this.#entries.values()]) {
      const concerns = owner === undefined || entry.owners.size === 0 || entry.owners.has(owner);
      if (concerns && entry.waiters === 0) this.#drop(entry);
    }
  }

  #key({ query, engine, seeds, until }: MeasurementRequest): string {
    let hash = this.#seedHashes.get(seeds);
    if (hash === undefined) {
      hash = createHash('sha256').update(seeds.join(' ')).digest('base64');
      this.#seedHashes.set(seeds, hash);
    }
    return `${query.key}|${engine.id}|${until ?? ''}|${hash}`;
  }

  #touch(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #entry(request: MeasurementRequest): Entry {
    const key = this.#key(request);
    const known = this.#touch(key);
    if (known !== undefined && !isStale(known, request.engine)) return known;
    const entry: Entry = {
      key,
      request,
      controller: new AbortController(),
      owners: known?.owners ?? new Set(),
      waiters: 0,
      state: { kind: 'pending' },
      promise: undefined,
      failedAt: undefined,
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #start(entry: Entry, first: boolean): void {
    const queue = this.#queue(entry.request.engine);
    if (entry.promise !== undefined) {
      const at = first ? queue.waiting.indexOf(entry) : -1;
      if (at > 0) queue.waiting.unshift(...queue.waiting.splice(at, 1));
      return;
    }
    entry.promise = new Promise((resolve, reject) => {
      entry.controller.signal.addEventListener('abort', () => reject(aborted()), { once: true });
      this.#resolvers.set(entry, { resolve, reject });
    });
    entry.promise.catch(() => {}); // Nobody may be waiting; the state tells.
    if (first) queue.waiting.unshift(entry);
    else queue.waiting.push(entry);
    this.#pump(queue);
  }

  readonly #resolvers = new WeakMap<
    Entry,
    { resolve(measurement: Measurement): void; reject(error: SearchError): void }
  >();

  #queue(engine: SearchEngine): { running: number; waiting: Entry[] } {
    let queue = this.#queues.get(engine);
    if (queue === undefined) this.#queues.set(engine, (queue = { running: 0, waiting: [] }));
    return queue;
  }

  #pump(queue: { running: number; waiting: Entry[] }): void {
    while (queue.running < parallelPerEngine) {
      const entry = queue.waiting.shift();
      if (entry === undefined) break;
      if (entry.controller.signal.aborted) continue;
      queue.running++;
      void this.#run(entry).finally(() => {
        queue.running--;
        if (queue.running === 0 && queue.waiting.length === 0) this.#queues.delete(entry.request.engine);
        this.#pump(queue);
      });
    }
  }

  async #run(entry: Entry): Promise<void> {
    const { engine, query, seeds, until } = entry.request;
    const { signal } = entry.controller;
    try {
      const measurement = await measure(engine, query, seeds, { signal, ...(until ? { until } : {}) });
      entry.state = { kind: 'done', measurement };
      this.#resolvers.get(entry)?.resolve(measurement);
    } catch (cause) {
      const error = asSearchError(cause);
      this.#resolvers.get(entry)?.reject(error);
      if (signal.aborted || error.code === 'aborted') {
        if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
        return;
      }
      entry.state = { kind: 'error', error };
      if (error.retryable) entry.failedAt = performance.now();
    }
    this.#onSettled(entry.owners, !this.#isAnyPending(entry.owners));
  }

  #isAnyPending(owners: ReadonlySet<string>): boolean {
    for (const { state, owners: others } of this.#entries.values())
      if (state.kind === 'pending') for (const owner of owners) if (others.has(owner)) return true;
    return false;
  }

  #cancelIfUnwanted(entry: Entry): void {
    if (entry.state.kind === 'pending' && entry.owners.size === 0 && entry.waiters === 0) this.#drop(entry);
  }

  #drop(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    if (entry.state.kind === 'pending') entry.controller.abort();
    const queue = this.#queues.get(entry.request.engine);
    const at = queue?.waiting.indexOf(entry) ?? -1;
    if (at >= 0) queue?.waiting.splice(at, 1);
  }

  #evict(): void {
    if (this.#entries.size <= capacity) return;
    for (const entry of this.#entries.values()) {
      if (this.#entries.size <= capacity) return;
      if (entry.owners.size === 0 && entry.waiters === 0) this.#drop(entry);
    }
  }
}

/** Whether `entry` is of no use to someone who asks `engine`: a passing fault of long ago, or an engine that is closed. */
function isStale(entry: Entry, engine: SearchEngine): boolean {
  if (entry.failedAt !== undefined && performance.now() - entry.failedAt > retryAfterMs) return true;
  return entry.state.kind !== 'done' && entry.request.engine !== engine;
}

function aborted(): SearchError {
  return new SearchError('aborted', 'The measurement was cancelled.');
}

function asSearchError(cause: unknown): SearchError {
  if (cause instanceof SearchError) return cause;
  return new SearchError('internal', cause instanceof Error ? cause.message : String(cause), false, cause);
}

/** Settles as `promise` does, or rejects when `signal` fires first. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) throw aborted();
  let stop = (): void => {};
  const cancelled = new Promise<never>((_, reject) => {
    stop = () => reject(aborted());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, cancelled]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
