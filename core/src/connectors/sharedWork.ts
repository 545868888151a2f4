import type { RankingProgress } from '../search/index.ts';
import { SearchError } from '../search/index.ts';

/** One who waits for what is being made. */
export interface Waiter {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RankingProgress) => void;
}

/** What a work may ask and tell while it goes on. */
export interface WorkControl {
  /** To be called between steps. @throws SearchError when nobody waits any more, or the engine was closed */
  readonly check: () => void;
  /** Fires when {@link check} would throw, for what is waited for; not for signals of other threads, which have no events. */
  readonly signal: AbortSignal;
  /** Tells all who wait how far it is, a few times a second. */
  readonly tell: (progress: RankingProgress) => void;
}

interface Making<T> {
  readonly result: Promise<T>;
  readonly waiters: Set<Waiter>;
  readonly abort: AbortController;
}

const PROGRESS_EVERY_MS = 100;

/**
 * What is made once for all who need it, begun by the first. When all of them have given up, so is the work; a failure is not kept, so that
 * the next one tries again.
 */
export class SharedWork<T> {
  readonly #label: string;
  readonly #work: (control: WorkControl) => Promise<T>;
  #making: Making<T> | undefined;
  #isClosed = false;

  /** @param label whose it is, for messages */
  constructor(label: string, work: (control: WorkControl) => Promise<T>) {
    this.#label = label;
    this.#work = work;
  }

  /** What was made. @throws SearchError `aborted` as soon as the waiter gives up, whatever others do; what the work throws */
  async get(waiter: Waiter): Promise<T> {
    const { signal } = waiter;
    this.check(signal);
    const making = (this.#making ??= this.#make());
    making.waiters.add(waiter);
    let onAbort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => {
        reject(cancelled());
        if (!isGivenUp(making)) return;
        // Whoever comes now begins anew, rather than to hear that it was cancelled.
        this.#forget(making);
        making.abort.abort();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([making.result, aborted]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      making.waiters.delete(waiter);
    }
  }

  /** @throws SearchError when the engine is closed or `signal` has fired */
  check(signal: { readonly aborted: boolean } | undefined): void {
    if (this.#isClosed) throw new SearchError('internal', `${this.#label} is closed.`, true);
    if (signal?.aborted === true) throw cancelled();
  }

  /** Gives up what is being made; nobody gets it any more. */
  close(): void {
    this.#isClosed = true;
    this.#making?.abort.abort();
    this.#making = undefined;
  }

  #make(): Making<T> {
    const waiters = new Set<Waiter>();
    const abort = new AbortController();
    let toldAt = 0;
    const control: WorkControl = {
      signal: abort.signal,
      check: () => {
        this.check(undefined);
        // Looked at here too: the signal of another thread has no event.
        if (isGivenUp(making)) throw cancelled();
      },
      tell: (progress) => {
        if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
        toldAt = performance.now();
        for (const { onProgress } of waiters) onProgress?.(progress);
      },
    };
    const making: Making<T> = {
      waiters,
      abort,
      result: Promise.resolve()
        .then(() => this.#work(control))
        .catch((error: unknown) => {
          this.#forget(making);
          throw error;
        }),
    };
    // Whoever waits hears of it; when nobody does any more, it is no unhandled rejection.
    making.result.catch(() => undefined);
    return making;
  }

  #forget(making: Making<T>): void {
    if (this.#making === making) this.#making = undefined;
  }
}

function isGivenUp({ waiters }: Making<unknown>): boolean {
  return [...waiters].every(({ signal }) => signal?.aborted === true);
}

function cancelled(): SearchError {
  return new SearchError('aborted', 'The search was cancelled.');
}
