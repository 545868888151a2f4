import { SearchError } from '../../search/index.ts';

/** Requests that are under way, so that closing an engine ends them. (Signals of `AbortSignal.any` on one that lives long leak in Node 20.) */
export class OpenRequests {
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  /** Does `work` with a signal that fires when one of `signals` does, or when all requests are ended. @throws SearchError when they were */
  async run<T>(
    work: (signal: AbortSignal) => Promise<T>,
    ...signals: readonly (AbortSignal | undefined)[]
  ): Promise<T> {
    if (this.#isClosed) throw new SearchError('aborted', 'The engine was closed.');
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    this.#open.add(controller);
    for (const signal of signals) {
      if (signal?.aborted === true) abort();
      signal?.addEventListener('abort', abort, { once: true });
    }
    try {
      return await work(controller.signal);
    } finally {
      this.#open.delete(controller);
      for (const signal of signals) signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends all that are under way, and refuses others. */
  close(): void {
    this.#isClosed = true;
    for (const controller of this.#open) controller.abort();
  }
}
