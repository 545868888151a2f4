import { createHash } from 'node:crypto';
import { measure, measurementOf, mustAskForSeeds, SearchError } from '@querent/core/search';
import type {
  CountResult,
  Measurement,
  SearchEngine,
  SearchOptions,
  SearchQuery,
} from '@querent/core/search';
import { SeedBatches } from './seedBatches.ts';
import type { SeedRequest } from './seedBatches.ts';

/** One thing to measure. */
export interface MeasurementRequest {
  /** In the language of the engine. */
  readonly query: SearchQuery;
  readonly engine: SearchEngine<SearchQuery>;
  readonly seeds: readonly string[];
  readonly until: string | undefined;
}

/** What is known of a request. */
export type MeasurementState =
  /** `count` may be there before it is known which seeds are found. */
  | { readonly kind: 'pending'; readonly count?: number }
  | { readonly kind: 'done'; readonly measurement: Measurement }
  | { readonly kind: 'error'; readonly error: SearchError };

interface Entry {
  readonly key: string;
  readonly request: MeasurementRequest;
  readonly controller: AbortController;
  /** Documents that want it at the moment. */
  readonly owners: Set<string>;
  /** Callers of `now` that wait for it: persons. */
  waiters: number;
  /** Callers of `whenSettled` that wait for it. */
  holders: number;
  state: MeasurementState;
  promise: Promise<Measurement> | undefined;
  /** `performance.now()` of a passing fault, or of an older answer in its place, after which it may be tried again. */
  failedAt: number | undefined;
  /** The day on which the measurement was there. */
  settledOn: string | undefined;
}

const capacity = 5_000;
/** Searches that run at once in one engine. Two keep a worker busy while one answer travels. */
const parallelPerEngine = 2;
/** Of a service ten a second may be asked, whose answers take half a second; more would wait at its gate, where nobody can overtake them. */
const parallelPerService = 6;
/** A passing fault is tried again after this time, when it is still wanted. */
const retryAfterMs = 30_000;

interface Queue {
  running: number;
  readonly waiting: Entry[];
  /** By search date and seeds, where the engine looks for the seeds of many queries at once. */
  readonly batches: Map<string, SeedBatches>;
}

/**
 * Measurements by (canonical query, engine and its data, search date, seeds). Work in flight is shared; what no document
 * wants any longer and nobody waits for is cancelled; the least recently used results go first.
 *
 * Engines that look for the seeds of many queries at once are asked for counts one by one, which are told as they come, and for the
 * seeds when all counts are there, or a person waits. The numbers are those of `measure`.
 */
export class MeasurementCache {
  readonly #entries = new Map<string, Entry>();
  readonly #queues = new Map<SearchEngine<SearchQuery>, Queue>();
  readonly #onSettled: (owners: ReadonlySet<string>, isAll: boolean) => void;
  /** Seeds lists are shared objects per document version, so their hash is computed once. */
  readonly #seedHashes = new WeakMap<readonly string[], string>();

  /** @param onSettled is told whose measurement, or count, is there, and whether the owners now have all that they want. */
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
      this.#queues.get(request.engine)?.batches.get(this.#groupKey(request))?.leaveIfDue();
      return await untilAborted(entry.promise ?? Promise.reject(aborted()), signal);
    } finally {
      entry.waiters--;
      this.#cancelIfUnwanted(entry);
    }
  }

  /**
   * Measures in its turn, or joins the measurement in flight; it goes on while somebody waits here, whoever else wants it.
   * @throws SearchError, with code `aborted` when `signal` fires.
   */
  async whenSettled(request: MeasurementRequest, signal?: AbortSignal): Promise<Measurement> {
    const entry = this.#entry(request);
    entry.holders++;
    try {
      this.#start(entry, false);
      return await untilAborted(entry.promise ?? Promise.reject(aborted()), signal);
    } finally {
      entry.holders--;
      this.#cancelIfUnwanted(entry);
    }
  }

  /** Forgets passing faults of `requests`, so that they are tried again at once. */
  retry(requests: readonly MeasurementRequest[]): void {
    for (const request of requests) {
      const entry = this.#entries.get(this.#key(request));
      if (entry?.state.kind === 'error' && entry.state.error.retryable) this.#drop(entry);
    }
  }

  /**
   * Forgets results and failures, those that only other owners want excepted where `owner` is given; what runs is cancelled
   * unless somebody waits for it.
   */
  forget(owner?: string): void {
    for (const entry of [...this.#entries.values()]) {
      const concerns = owner === undefined || entry.owners.size === 0 || entry.owners.has(owner);
      if (concerns && !isAwaited(entry)) this.#drop(entry);
    }
  }

  #key(request: MeasurementRequest): string {
    return `${request.query.key}|${request.engine.id}|${this.#groupKey(request)}`;
  }

  #groupKey({ seeds, until }: MeasurementRequest): string {
    let hash = this.#seedHashes.get(seeds);
    if (hash === undefined) {
      hash = createHash('sha256').update(seeds.join(' ')).digest('base64');
      this.#seedHashes.set(seeds, hash);
    }
    return `${until ?? ''}|${hash}`;
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
      holders: 0,
      state: { kind: 'pending' },
      promise: undefined,
      failedAt: undefined,
      settledOn: undefined,
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #start(entry: Entry, first: boolean): void {
    const { engine } = entry.request;
    if (entry.promise !== undefined) {
      const waiting = this.#queues.get(engine)?.waiting ?? [];
      const at = first ? waiting.indexOf(entry) : -1;
      if (at > 0) waiting.unshift(...waiting.splice(at, 1));
      return;
    }
    const queue = this.#queue(engine);
    entry.promise = new Promise((resolve, reject) => {
      entry.controller.signal.addEventListener('abort', () => reject(aborted()), { once: true });
      this.#resolvers.set(entry, { resolve, reject });
    });
    entry.promise.catch(() => {}); // Nobody may be waiting; the state tells.
    if (first) queue.waiting.unshift(entry);
    else queue.waiting.push(entry);
    this.#batchesOf(entry)?.counting();
    this.#pump(queue);
  }

  readonly #resolvers = new WeakMap<
    Entry,
    { resolve(measurement: Measurement): void; reject(error: SearchError): void }
  >();

  #queue(engine: SearchEngine<SearchQuery>): Queue {
    let queue = this.#queues.get(engine);
    if (queue === undefined)
      this.#queues.set(engine, (queue = { running: 0, waiting: [], batches: new Map() }));
    return queue;
  }

  /** Where the seeds of `entry` are looked for together with others; undefined where each is asked for by itself. */
  #batchesOf({ request }: Entry): SeedBatches | undefined {
    const { engine, seeds, until } = request;
    if (engine.matchingAll === undefined || seeds.length === 0) return undefined;
    const { batches } = this.#queue(engine);
    const key = this.#groupKey(request);
    let own = batches.get(key);
    if (own === undefined) batches.set(key, (own = new SeedBatches({ engine, seeds, until })));
    return own;
  }

  #pump(queue: Queue): void {
    for (let [entry] = queue.waiting; entry !== undefined; [entry] = queue.waiting) {
      const { engine } = entry.request;
      if (queue.running >= (engine.matchingAll === undefined ? parallelPerEngine : parallelPerService)) break;
      queue.waiting.shift();
      queue.running++;
      void this.#run(entry).finally(() => {
        queue.running--;
        this.#pump(queue);
        if (isIdle(queue) && this.#queues.get(engine) === queue) this.#queues.delete(engine);
      });
    }
  }

  async #run(entry: Entry): Promise<void> {
    const { engine, query, seeds, until } = entry.request;
    const batches = this.#batchesOf(entry);
    const options: SearchOptions = {
      signal: entry.controller.signal,
      priority: entry.waiters > 0 ? 1 : 0,
      ...(until === undefined ? {} : { until }),
    };
    // Once, at the latest when it is cancelled: an engine that takes its time to stop keeps nobody waiting.
    let isCounting = true;
    const counted = (request?: SeedRequest): void => {
      if (isCounting) batches?.counted(request);
      isCounting = false;
    };
    entry.controller.signal.addEventListener('abort', () => counted(), { once: true });
    let answer: CountResult | undefined;
    try {
      if (batches === undefined) this.#settle(entry, await measure(engine, query, seeds, options));
      else {
        answer = await engine.count(query, options);
        if (!mustAskForSeeds(answer, seeds)) this.#settle(entry, measurementOf(answer, seeds, []));
      }
    } catch (cause) {
      this.#settle(entry, asSearchError(cause));
    }
    const isWanted = entry.state.kind === 'pending' && !entry.controller.signal.aborted;
    counted(answer !== undefined && isWanted ? this.#seedRequest(entry, answer) : undefined);
  }

  #seedRequest(entry: Entry, answer: CountResult): SeedRequest {
    const { query, seeds } = entry.request;
    entry.state = { kind: 'pending', count: answer.count };
    this.#onSettled(entry.owners, false);
    return {
      query,
      signal: entry.controller.signal,
      isUrgent: () => entry.waiters > 0,
      settle: (found) =>
        this.#settle(entry, found instanceof SearchError ? found : measurementOf(answer, seeds, found)),
    };
  }

  #settle(entry: Entry, outcome: Measurement | SearchError): void {
    const resolver = this.#resolvers.get(entry);
    if (outcome instanceof SearchError) {
      resolver?.reject(outcome);
      if (entry.controller.signal.aborted || outcome.code === 'aborted') {
        if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
        return;
      }
      entry.state = { kind: 'error', error: outcome };
      if (outcome.retryable) entry.failedAt = performance.now();
    } else {
      entry.state = { kind: 'done', measurement: outcome };
      entry.settledOn = today();
      // Numbers of an earlier day stand in for those that could not be had.
      if (outcome.provenance.offline !== undefined) entry.failedAt = performance.now();
      resolver?.resolve(outcome);
    }
    this.#onSettled(entry.owners, !this.#isAnyPending(entry.owners));
  }

  #isAnyPending(owners: ReadonlySet<string>): boolean {
    for (const { state, owners: others } of this.#entries.values())
      if (state.kind === 'pending') for (const owner of owners) if (others.has(owner)) return true;
    return false;
  }

  #cancelIfUnwanted(entry: Entry): void {
    if (entry.state.kind === 'pending' && entry.owners.size === 0 && !isAwaited(entry)) this.#drop(entry);
  }

  #drop(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    if (entry.state.kind === 'pending') entry.controller.abort();
    const queue = this.#queues.get(entry.request.engine);
    const at = queue?.waiting.indexOf(entry) ?? -1;
    if (at < 0) return;
    queue?.waiting.splice(at, 1);
    this.#batchesOf(entry)?.counted();
  }

  #evict(): void {
    if (this.#entries.size <= capacity) return;
    for (const entry of this.#entries.values()) {
      if (this.#entries.size <= capacity) return;
      if (entry.owners.size === 0 && !isAwaited(entry)) this.#drop(entry);
    }
  }
}

function isAwaited({ waiters, holders }: Entry): boolean {
  return waiters > 0 || holders > 0;
}

function isIdle({ running, waiting, batches }: Queue): boolean {
  return running === 0 && waiting.length === 0 && [...batches.values()].every((one) => one.isIdle);
}

/**
 * Whether `entry` is of no use to someone who asks `engine`: a passing fault of long ago, an engine that is closed, or an answer of yesterday where the
 * database changes by the day.
 */
function isStale({ failedAt, settledOn, state, request }: Entry, engine: SearchEngine): boolean {
  if (failedAt !== undefined) return performance.now() - failedAt > retryAfterMs;
  if (state.kind !== 'done') return request.engine !== engine;
  return isAskedDaily(engine) && settledOn !== today();
}

/** Engines that keep their answers for a day: those of services. */
function isAskedDaily(engine: SearchEngine): boolean {
  return 'again' in engine;
}

/** By the machine's own calendar. */
function today(): string {
  return new Date().toDateString();
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
