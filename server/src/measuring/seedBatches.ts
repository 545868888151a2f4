import { foundSeeds, SearchError } from '@querent/core/search';
import type { SearchEngine, SearchQuery } from '@querent/core/search';

/** A query whose count is there, and whose seeds are looked for together with those of others. */
export interface SeedRequest {
  readonly query: SearchQuery;
  /** Fires when nobody wants the answer any longer. */
  readonly signal: AbortSignal;
  /** Whether a person waits for it. */
  isUrgent(): boolean;
  /** Called once, unless the signal fires. */
  settle(found: readonly string[] | SearchError): void;
}

/** What the queries of a batch have in common. */
export interface SeedGroup {
  readonly engine: SearchEngine<SearchQuery>;
  readonly seeds: readonly string[];
  readonly until: string | undefined;
}

/**
 * Looks for the seeds of many queries in one request to engines that can (`matchingAll`). A batch leaves when the counts of its group are all there,
 * or when a person waits for one of its queries; what has come until then goes along. A fault of a batch is the fault of its queries only.
 */
export class SeedBatches {
  readonly #group: SeedGroup;
  /** Queries of the group whose counts are not there yet. */
  #counting = 0;
  #waiting: SeedRequest[] = [];

  constructor(group: SeedGroup) {
    this.#group = group;
  }

  /** Whether nothing of the group is under way but batches that have left. */
  get isIdle(): boolean {
    return this.#counting === 0 && this.#waiting.length === 0;
  }

  /** A query of the group is counted from now on; each is followed by {@link counted}, whatever becomes of it. */
  counting(): void {
    this.#counting++;
  }

  /** A count is there, or there is none to wait for any longer; `request` where seeds have to be looked for. */
  counted(request?: SeedRequest): void {
    this.#counting--;
    if (request !== undefined) this.#waiting.push(request);
    this.leaveIfDue();
  }

  /** Sends what waits when it is time: to be called also when a request becomes urgent. */
  leaveIfDue(): void {
    this.#waiting = this.#waiting.filter(({ signal }) => !signal.aborted);
    if (this.#waiting.length === 0) return;
    if (this.#counting > 0 && !this.#waiting.some((request) => request.isUrgent())) return;
    const batch = this.#waiting;
    this.#waiting = [];
    void this.#send(batch);
  }

  async #send(batch: readonly SeedRequest[]): Promise<void> {
    const { engine, seeds, until } = this.#group;
    const controller = new AbortController();
    const left = (): void => {
      if (batch.every(({ signal }) => signal.aborted)) controller.abort();
    };
    for (const { signal } of batch) signal.addEventListener('abort', left, { once: true });
    const settle = (answers: readonly (readonly string[] | SearchError)[]): void =>
      batch.forEach((request, i) => {
        request.signal.removeEventListener('abort', left);
        if (!request.signal.aborted) request.settle(answers[i] ?? lost());
      });
    try {
      settle(
        await foundSeeds(
          engine,
          batch.map(({ query }) => query),
          seeds,
          {
            signal: controller.signal,
            priority: batch.some((request) => request.isUrgent()) ? 1 : 0,
            ...(until === undefined ? {} : { until }),
          },
        ),
      );
    } catch (cause) {
      const error =
        cause instanceof SearchError
          ? cause
          : new SearchError('internal', cause instanceof Error ? cause.message : String(cause), false, cause);
      settle(batch.map(() => error));
    }
  }
}

function lost(): SearchError {
  return new SearchError('internal', 'The engine gave no answer about the seeds of this line.', true);
}
