import { failed } from '@querent/core/tasks';
import { SearchError } from '@querent/core/search';
import { badInput } from '@querent/server/terminal';
import type { SharedIndexes } from '../world/openWorld.ts';
import { withoutId } from './workerProtocol.ts';
import type {
  OpenFault,
  RewardWorkerSettings,
  WorkerIdentity,
  WorkerResult,
  WrittenItem,
} from './workerProtocol.ts';
import { WorkerSlot } from './workerSlot.ts';
import type { ItemPlace } from './workerSlot.ts';

/** A scored item without its id. */
export type PoolResult = Omit<WorkerResult, 'index'>;

export interface PoolOptions {
  readonly worker: RewardWorkerSettings;
  /** Threads, >= 1. */
  readonly workers: number;
  /** Items that a thread has on their way at once, >= 1: more than 1 only helps where it waits for others. */
  readonly concurrency: number;
  /** Told of what a person who runs the service should know. */
  readonly onEvent?: (event: PoolEvent) => void;
}

export interface PoolEvent {
  readonly event: 'worker-stuck' | 'worker-crashed' | 'worker-reopened' | 'worker-not-reopened';
  readonly message: string;
}

/** An item that waits for its result. */
interface Job {
  readonly item: WrittenItem;
  readonly settle: (result: PoolResult) => void;
  /** Nobody waits for it any more, or it is settled. */
  isGone: boolean;
  /** Workers that were lost while it was theirs. */
  losses: number;
}

/** A place for a worker. */
interface Place {
  slot: WorkerSlot | undefined;
  /** What waits for its worker, which has the terms of these topics in mind; another one takes it when it has nothing to do itself. */
  readonly waiting: Set<Job>;
  isOpen: boolean;
  /** What its worker works on: by chunk, and by place in the chunk. */
  readonly chunks: Map<number, readonly Job[]>;
  /** Failed attempts to open, one after the other. */
  failures: number;
}

/** Items that go to a worker together: messages cost little then, and what is lost with a worker is little too. */
const mostTogether = 16;
/** An item that is over its time stops by itself; a worker that has not stopped it after so long is stuck. */
const graceMs = 1_000;
/** Characters of a target by which it is told from others when work is shared out. */
const hashed = 256;
const longestPauseMs = 30_000;

/**
 * Worker threads that score items, over one world and one index in memory that they share. An item is taken up once; when its worker is
 * lost it is tried once more, alone. A worker that is stuck is ended and replaced, and so is one that crashed.
 */
export class ScoringPool {
  readonly #options: PoolOptions;
  readonly #places: readonly Place[];
  /** Items whose worker was lost: they go first, each alone, so that the one that is to blame takes no other with it. */
  readonly #again = new Set<Job>();
  readonly #watch: NodeJS.Timeout;
  readonly #drained = new Set<() => void>();
  #identity: WorkerIdentity | undefined;
  #shared: SharedIndexes = {};
  #restarts = 0;
  /** Why no worker can be opened; undefined while one is open, or may be. */
  #fault: string | undefined;
  #isClosed = false;

  private constructor(options: PoolOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.workers }, () => ({
      slot: undefined,
      waiting: new Set<Job>(),
      isOpen: false,
      chunks: new Map<number, readonly Job[]>(),
      failures: 0,
    }));
    const everyMs = Math.min(250, Math.max(10, options.worker.itemMs / 4));
    this.#watch = setInterval(() => this.#lookForStuck(), everyMs);
    this.#watch.unref();
  }

  /**
   * Opens the world in every thread; the first one reads the index that the others are given.
   * @throws SearchError, CliError when it cannot be opened
   */
  static async open(options: PoolOptions): Promise<ScoringPool> {
    const pool = new ScoringPool(options);
    try {
      const [first, ...others] = pool.#places;
      if (first !== undefined) await pool.#openFirst(first);
      await Promise.all(others.map((place) => pool.#openFirst(place)));
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** What the workers have open. */
  get identity(): WorkerIdentity {
    return this.#identity ?? { parts: [], tasks: [], measured: [] };
  }

  /** Why nothing can be scored; undefined when all is well. */
  get fault(): string | undefined {
    return this.#fault;
  }

  get waiting(): number {
    return this.#places.reduce((sum, { waiting }) => sum + waiting.size, this.#again.size);
  }

  get running(): number {
    return this.#places.flatMap(jobsOf).filter(({ isGone }) => !isGone).length;
  }

  get alive(): number {
    return this.#places.filter(({ isOpen }) => isOpen).length;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /**
   * Scores items; results come in their order. A fault of one is its result.
   * @throws SearchError `aborted` when the signal fires, which gives all of them up.
   */
  async score(items: readonly WrittenItem[], signal?: AbortSignal): Promise<readonly PoolResult[]> {
    if (signal?.aborted === true) throw aborted();
    return new Promise((resolve, reject) => {
      const results: PoolResult[] = [];
      let missing = items.length;
      const jobs = items.map((item, i): Job => {
        const settle = (result: PoolResult): void => {
          results[i] = result;
          if (--missing > 0) return;
          signal?.removeEventListener('abort', giveUp);
          resolve(results);
        };
        return { item, settle, isGone: false, losses: 0 };
      });
      const giveUp = (): void => {
        this.#giveUp(jobs);
        reject(aborted());
      };
      if (missing === 0) return resolve(results);
      signal?.addEventListener('abort', giveUp, { once: true });
      for (const job of jobs) this.#homeOf(job).waiting.add(job);
      if (this.#fault !== undefined) this.#failWaiting(this.#fault);
      this.#dispatch();
    });
  }

  /** Settles when nothing waits and nothing runs. */
  async drain(): Promise<void> {
    while (this.waiting + this.running > 0) await new Promise<void>((done) => this.#drained.add(done));
  }

  /** Ends the workers. What is on its way gets an error. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#watch);
    const message = 'The service was stopped before the item was scored. Send it again.';
    this.#failWaiting(message);
    for (const job of this.#places.flatMap(jobsOf)) this.#fail(job, message);
    await Promise.all(this.#places.map(async ({ slot }) => slot?.end()));
  }

  #openFirst(place: Place): Promise<void> {
    return new Promise((resolve, reject) => this.#start(place, resolve, (fault) => reject(errorOf(fault))));
  }

  #start(place: Place, onReady: () => void, onFailed: (fault: OpenFault) => void): void {
    const { worker } = this.#options;
    const slot = new WorkerSlot(
      { ...worker, world: { ...worker.world, shared: this.#shared } },
      {
        onReady: (identity, shared) => {
          const changed = this.#identity === undefined ? undefined : changeOf(this.#identity, identity);
          if (changed !== undefined) {
            void slot.end();
            return onFailed({ kind: 'bad-library', message: changed });
          }
          this.#identity = identity;
          this.#shared = shared;
          this.#fault = undefined;
          place.isOpen = true;
          place.failures = 0;
          onReady();
          this.#dispatch();
        },
        onFailed,
        onResults: (chunk, results, isDone) => this.#receive(place, chunk, results, isDone),
        onCrash: (reason) => {
          if (!place.isOpen)
            return onFailed({ kind: 'internal', message: `A worker stopped at its start: ${reason}.` });
          this.#tell('worker-crashed', `A worker stopped unexpectedly: ${reason}.`);
          this.#lose(
            place,
            place.slot?.running() ?? [],
            `Its worker stopped unexpectedly (${reason}), twice.`,
          );
        },
      },
    );
    place.slot = slot;
  }

  #dispatch(): void {
    if (this.#isClosed) return;
    const open = this.#places.filter(({ isOpen }) => isOpen);
    for (const place of open)
      while (this.#isFree(place)) {
        const [alone] = place.chunks.size === 0 ? take(this.#again, 1) : [];
        const jobs = alone === undefined ? this.#next(place, open.length) : [alone];
        if (jobs.length === 0) break;
        this.#give(place, jobs);
      }
  }

  /** Whether a worker can be given more. What has lost a worker once is alone with its next. */
  #isFree({ chunks, slot }: Place): boolean {
    if (slot === undefined || chunks.size >= this.#options.concurrency) return false;
    return (
      chunks.size === 0 ||
      (this.#again.size === 0 && ![...chunks.values()].flat().some(({ losses }) => losses > 0))
    );
  }

  #give({ slot, chunks }: Place, jobs: readonly Job[]): void {
    try {
      const chunk = slot?.start(jobs.map(({ item }) => item));
      if (chunk !== undefined) chunks.set(chunk, jobs);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      for (const job of jobs) this.#fail(job, `The item cannot be given to a worker: ${reason}.`);
    }
  }

  /** What the worker of `place` is to do next: what waits for one that is gone, for itself, or for the one that has most to do. */
  #next(place: Place, workers: number): Job[] {
    // What waits for a worker that is gone would wait for ever where the others are always busy.
    const orphaned = this.#places.find(({ isOpen, waiting }) => !isOpen && waiting.size > 0);
    const from =
      orphaned ??
      (place.waiting.size > 0
        ? place
        : this.#places.reduce((most, each) => (each.waiting.size > most.waiting.size ? each : most)));
    // Smaller pieces towards the end of a batch, so that all workers end together.
    const share = Math.ceil(this.waiting / (2 * workers));
    // One by one where several are on their way at once: none has to wait for the slowest of others.
    const most = this.#options.concurrency > 1 ? 1 : mostTogether;
    return take(from.waiting, Math.min(most, Math.max(1, share)));
  }

  /** Items with the same target go to the same worker: it has most of their terms in mind. */
  #homeOf({ item: { target } }: Job): Place {
    let hash = 0;
    for (let i = Math.min(target.length, hashed) - 1; i >= 0; i--)
      hash = (Math.imul(hash, 31) + target.charCodeAt(i)) | 0;
    return this.#places[(hash >>> 0) % this.#places.length] as Place;
  }

  #receive({ chunks }: Place, chunk: number, results: readonly WorkerResult[], isDone: boolean): void {
    for (const { index, ...result } of results) {
      const job = chunks.get(chunk)?.[index];
      if (job === undefined || job.isGone) continue;
      job.isGone = true;
      job.settle(result);
    }
    if (!isDone) return;
    chunks.delete(chunk);
    this.#dispatch();
    this.#tellDrained();
  }

  #lookForStuck(): void {
    const { itemMs } = this.#options.worker;
    for (const place of this.#places) {
      const stuck = place.chunks.size === 0 ? [] : (place.slot?.overdue(itemMs + graceMs) ?? []);
      if (stuck.length === 0 || place.slot === undefined) continue;
      this.#tell('worker-stuck', `A worker was stuck for more than ${itemMs} ms and is replaced.`);
      const running = place.slot.running();
      void place.slot.end();
      // Of several items on their way nobody can tell which one is to blame: each is tried alone.
      const [blamed] = running.length === 1 ? stuck : [];
      const message = `It took longer than ${itemMs} ms and could not be stopped; its worker was replaced.`;
      const job = blamed === undefined ? undefined : place.chunks.get(blamed.chunk)?.[blamed.index];
      if (job !== undefined) this.#fail(job, message);
      this.#lose(place, running, message);
    }
  }

  /** The worker of a place is gone: what it had is tried again, once, and another one is started. */
  #lose(place: Place, running: readonly ItemPlace[], message: string): void {
    const jobs = jobsOf(place);
    const begun = new Set(running.map(({ chunk, index }) => place.chunks.get(chunk)?.[index]));
    place.isOpen = false;
    place.slot = undefined;
    place.chunks.clear();
    for (const job of jobs) {
      if (job.isGone) continue;
      // What it had not begun is not to blame; but nothing is tried for ever.
      if (running.length === 0 || begun.has(job)) job.losses++;
      if (job.losses > 1) this.#fail(job, message);
      else this.#again.add(job);
    }
    this.#reopen(place);
    this.#tellDrained();
  }

  #reopen(place: Place): void {
    if (this.#isClosed) return;
    this.#restarts++;
    this.#start(
      place,
      () => this.#tell('worker-reopened', 'Another worker took its place.'),
      ({ message }) => {
        place.slot = undefined;
        const pauseMs = Math.min(longestPauseMs, 1_000 * 2 ** place.failures++);
        this.#tell('worker-not-reopened', `${message} Tried again in ${pauseMs / 1000} s.`);
        if (this.alive === 0) {
          this.#fault = `There is no worker to score items: ${message}`;
          this.#failWaiting(this.#fault);
          this.#tellDrained();
        }
        setTimeout(() => this.#reopen(place), pauseMs).unref();
      },
    );
  }

  #giveUp(jobs: readonly Job[]): void {
    for (const job of jobs) {
      job.isGone = true;
      this.#homeOf(job).waiting.delete(job);
      this.#again.delete(job);
    }
    const own = new Set(jobs);
    for (const { chunks, slot } of this.#places)
      for (const [chunk, taken] of chunks)
        taken.forEach((job, index) => {
          if (own.has(job)) slot?.cancel({ chunk, index });
        });
    this.#tellDrained();
  }

  #failWaiting(message: string): void {
    for (const queue of [this.#again, ...this.#places.map(({ waiting }) => waiting)])
      for (const job of take(queue, Infinity)) this.#fail(job, message);
  }

  #fail(job: Job, message: string): void {
    if (job.isGone) return;
    job.isGone = true;
    job.settle(failedResult(this.identity.measured, message));
  }

  #tell(event: PoolEvent['event'], message: string): void {
    this.#options.onEvent?.({ event, message });
  }

  #tellDrained(): void {
    const waiting = [...this.#drained];
    this.#drained.clear();
    for (const done of waiting) done();
  }
}

/** The result of an item that was not scored, see `failed` of the tasks. */
export function failedResult(measured: readonly string[], message: string): PoolResult {
  return { json: withoutId(failed('', measured, message)), outcome: 'error', seconds: 0 };
}

function jobsOf({ chunks }: Place): readonly Job[] {
  return [...chunks.values()].flat();
}

/** Takes the oldest jobs out, at most so many. */
function take(jobs: Set<Job>, most: number): Job[] {
  const taken: Job[] = [];
  for (const job of jobs) {
    if (taken.length >= most) break;
    taken.push(job);
    jobs.delete(job);
  }
  return taken;
}

/** Whether a worker that was started later has the same world; numbers of two states of a library must not be mixed. */
function changeOf(before: WorkerIdentity, now: WorkerIdentity): string | undefined {
  const changed = before.parts.find((part, i) => part.id !== now.parts[i]?.id);
  if (changed !== undefined)
    return `${changed.label} changed after the service was started. Start the service again.`;
  return JSON.stringify(before.tasks) === JSON.stringify(now.tasks)
    ? undefined
    : 'The tasks changed after the service was started. Start the service again.';
}

function errorOf({ kind, message }: OpenFault): Error {
  return kind === 'input' ? badInput(message) : new SearchError(kind, message);
}

function aborted(): SearchError {
  return new SearchError('aborted', 'The items are not wanted any more.');
}
