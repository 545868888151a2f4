import type { WorldOptions } from '../world/openWorld.ts';
import { ServiceMetrics } from './metrics.ts';
import { failedResult, ScoringPool } from './pool.ts';
import type { PoolResult } from './pool.ts';
import type { Health, Limits } from './protocol.ts';
import { RequestFault } from './protocol.ts';
import type { ReadItem } from './readRequest.ts';
import { asUsualResults, ResultCache, resultKey } from './resultCache.ts';
import type { WrittenItem } from './workerProtocol.ts';
import { ServiceLog } from './serviceLog.ts';
import type { ServiceLogOptions } from './serviceLog.ts';

export interface ServiceOptions {
  readonly world: WorldOptions;
  readonly taskFolders: readonly string[];
  /** Threads, >= 1. */
  readonly workers: number;
  /** Items that each thread has on its way at once. */
  readonly concurrency: number;
  readonly limits: Limits;
  /** Results that are remembered, long ones counted as several; 0 remembers none. */
  readonly cache: number;
  readonly log: Omit<ServiceLogOptions, 'onLost'>;
  /** Share of items whose completion, shortened, goes into the log, 0..1. */
  readonly sampleShare: number;
  /** Version of Querent, for health. */
  readonly version: string;
}

/** The answer to a request, written, and what became of its items. */
export interface ScoredRequest {
  readonly body: string;
  readonly items: number;
  readonly errors: number;
  /** Items whose result was known. */
  readonly cached: number;
}

/** Characters of a completion in the log. */
const longestSample = 2_000;

/** Scores requests: remembers results, scores what is equal once, refuses what is too much. What carries the requests is not its business. */
export class RewardService {
  readonly metrics: ServiceMetrics;
  readonly log: ServiceLog;
  readonly #options: ServiceOptions;
  readonly #pool: ScoringPool;
  readonly #cache: ResultCache<PoolResult>;
  readonly #engines: string;
  readonly #tasks: ReadonlySet<string>;
  readonly #startedAt = performance.now();
  #sampled = 0;
  #isStopping = false;
  #isClosed = false;

  private constructor(
    options: ServiceOptions,
    pool: ScoringPool,
    made: { readonly metrics: ServiceMetrics; readonly log: ServiceLog; cache: ResultCache<PoolResult> },
  ) {
    this.#options = options;
    this.#pool = pool;
    this.metrics = made.metrics;
    this.log = made.log;
    this.#cache = made.cache;
    const { parts, tasks } = pool.identity;
    this.#tasks = new Set(tasks.map(({ id }) => id));
    this.#engines = JSON.stringify(parts.map(({ part, id }) => [part, id]));
  }

  /** Opens the world in all threads. @throws SearchError, CliError when it cannot be opened */
  static async open(options: ServiceOptions): Promise<RewardService> {
    const opened: { pool?: ScoringPool } = {};
    const cache = new ResultCache<PoolResult>(options.cache, (_, { json }) => asUsualResults(json.length));
    const metrics = new ServiceMetrics(() => ({
      waiting: opened.pool?.waiting ?? 0,
      running: opened.pool?.running ?? 0,
      cached: cache.size,
      workers: opened.pool?.alive ?? 0,
    }));
    const log = new ServiceLog({ ...options.log, onLost: (lines) => metrics.logLinesLost.inc(lines) });
    const { world, taskFolders, concurrency, limits } = options;
    opened.pool = await ScoringPool.open({
      worker: { world, taskFolders, itemMs: limits.itemMs },
      workers: options.workers,
      concurrency,
      onEvent: ({ event, message }) => {
        log.write({ level: event === 'worker-reopened' ? 'info' : 'warning', event, message });
        if (event === 'worker-stuck' || event === 'worker-crashed')
          metrics.workerRestarts.inc({ reason: event.slice('worker-'.length) });
      },
    });
    return new RewardService(options, opened.pool, { metrics, log, cache });
  }

  get limits(): Limits {
    return this.#options.limits;
  }

  /**
   * Scores the items of a request; each gets an answer.
   * @param request id of the request, for the log
   * @throws RequestFault when too much waits already, or the service is being stopped; SearchError `aborted`
   */
  async score(items: readonly ReadItem[], request: string, signal: AbortSignal): Promise<ScoredRequest> {
    if (this.#isStopping)
      throw new RequestFault(503, 'stopping', 'The service is being stopped. Ask again when it is there.', 2);
    const day = new Date().toISOString().slice(0, 10);
    const results: (PoolResult | undefined)[] = [];
    /** Items that are to be scored, each with its places in the request. */
    const missing = new Map<string, { readonly item: WrittenItem; readonly places: number[] }>();
    let cached = 0;
    items.forEach((read, place) => {
      if ('error' in read) {
        results[place] = failedResult(this.#pool.identity.measured, read.error);
        return;
      }
      const item = { ...read.item, target: JSON.stringify(read.item.target) };
      const key = resultKey(item, this.#engines, day);
      const known = this.#cache.get(key);
      if (known !== undefined) {
        results[place] = known;
        cached++;
        return;
      }
      const same = missing.get(key);
      if (same === undefined) missing.set(key, { item, places: [place] });
      else same.places.push(place);
    });
    this.#checkRoom(missing.size);
    const entries = [...missing];
    const scored = await this.#pool.score(
      entries.map(([, { item }]) => item),
      signal,
    );
    // The whole request: a client that gets an answer does not ask again.
    if (this.#isClosed)
      throw new RequestFault(
        503,
        'stopping',
        'The service was stopped before all items were scored. Send them again when it is there.',
        2,
      );
    entries.forEach(([key, { item, places }], i) => {
      const result = scored[i];
      if (result === undefined) return;
      for (const place of places) results[place] = result;
      if (result.outcome !== 'error') this.#cache.set(key, result);
      this.metrics.itemSeconds.observe({ task: this.#taskLabel(item.task) }, result.seconds);
      this.metrics.duplicates.inc(places.length - 1);
    });
    this.metrics.cacheHits.inc(cached);
    return { ...this.#answer(items, results, request), cached };
  }

  health(): Health {
    const { parts, tasks, measured } = this.#pool.identity;
    const { fault, waiting, running, alive, restarts } = this.#pool;
    return {
      status: this.#isStopping ? 'stopping' : fault === undefined ? 'ready' : 'failing',
      problem: this.#isStopping ? 'The service is being stopped.' : (fault ?? null),
      engines: parts,
      tasks,
      measured,
      versions: { querent: this.#options.version, node: process.versions.node },
      uptimeSeconds: Math.round((performance.now() - this.#startedAt) / 100) / 10,
      workers: { wanted: this.#options.workers, alive, restarts },
      queue: { waiting, running },
      limits: this.limits,
    };
  }

  /** From now on requests are refused; settles when all that were taken are answered. */
  async drain(): Promise<void> {
    this.#isStopping = true;
    await this.#pool.drain();
  }

  /** Ends the workers; items on their way get an error. */
  async close(): Promise<void> {
    this.#isStopping = true;
    this.#isClosed = true;
    await this.#pool.close();
    await this.log.flush();
  }

  #checkRoom(items: number): void {
    const { queue } = this.limits;
    const { waiting } = this.#pool;
    // A request that is larger than the queue is taken when nothing waits: it could never be taken otherwise.
    if (items === 0 || waiting === 0 || waiting + items <= queue) return;
    throw new RequestFault(
      429,
      'queue-full',
      `${waiting} items wait already, ${items} more are too many (at most ${queue} wait). Ask again in a moment.`,
      1,
    );
  }

  #answer(
    items: readonly ReadItem[],
    results: readonly (PoolResult | undefined)[],
    request: string,
  ): Omit<ScoredRequest, 'cached'> {
    const { measured } = this.#pool.identity;
    let errors = 0;
    const answers = items.map((read, place) => {
      const result = results[place] ?? failedResult(measured, 'The item got no result. Send it again.');
      if (result.outcome === 'error') errors++;
      const task = 'item' in read ? this.#taskLabel(read.item.task) : 'unknown';
      this.metrics.items.inc({ task, outcome: result.outcome });
      if ('item' in read) this.#sample(read.item, result, request);
      return `{"id":${JSON.stringify(read.id)},${result.json.slice(1)}`;
    });
    return { body: `{"items":[${answers.join(',')}]}`, items: items.length, errors };
  }

  /** Names of tasks come from outside: only those that there are become a label. */
  #taskLabel(task: string): string {
    return this.#tasks.has(task) ? task : 'unknown';
  }

  #sample(
    { id, task, completion, context }: Omit<WrittenItem, 'target'>,
    { json }: PoolResult,
    request: string,
  ): void {
    this.#sampled += this.#options.sampleShare;
    if (this.#sampled < 1) return;
    this.#sampled--;
    const { query, reward, components, problem, error } = JSON.parse(json) as Record<string, unknown>;
    this.log.write({
      level: 'info',
      event: 'sample',
      request,
      id,
      task,
      context: context ?? {},
      completion: shortened(completion),
      query: typeof query === 'string' ? shortened(query) : query,
      reward,
      components,
      problem,
      error,
    });
  }
}

function shortened(text: string): string {
  return text.length > longestSample ? `${text.slice(0, longestSample)}… (${text.length} characters)` : text;
}
