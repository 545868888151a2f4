import { setTimeout as pause } from 'node:timers/promises';
import type { ScoreItem } from '@querent/core/tasks';
import { SearchError } from '@querent/core/search';
import { paths } from './protocol.ts';
import type { AnsweredItem, FaultResponse, Health, ScoreResponse } from './protocol.ts';

export interface RewardClientOptions {
  /** Address of the service, as its first line tells: `http://127.0.0.1:8765`. */
  readonly url: string;
  /** Milliseconds until a request without an answer counts as failed. Default 120,000. */
  readonly timeoutMs?: number;
  /** Attempts of a request, >= 1. Default 6: with the pauses between them about half a minute, in which a service is started again. */
  readonly attempts?: number;
  /** Pause before the second attempt, in milliseconds; each next one is twice as long. Default 1,000. */
  readonly firstPauseMs?: number;
  /** Items of one request. Default 256. */
  readonly batch?: number;
}

export interface RewardClient {
  /**
   * Scores items; answers come in their order. Requests that fail in passing are sent again: scoring has no side effects, and the same
   * items get the same rewards.
   * @throws SearchError `network` when the service cannot be reached, `rate-limited` when it stays busy, `rejected` when it refuses the
   * request, `aborted`.
   */
  score(items: readonly ScoreItem[], signal?: AbortSignal): Promise<readonly AnsweredItem[]>;
  /** What the service is. @throws SearchError `network`; also when it is not ready */
  health(signal?: AbortSignal): Promise<Health>;
}

/** Statuses that pass: too many requests, and faults of a service (or of what stands before it) that is being started again. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);
const longestPauseMs = 20_000;

/** A client of the reward service. */
export function createRewardClient(options: RewardClientOptions): RewardClient {
  return new HttpRewardClient(options);
}

/** Why an attempt failed, and how long the service wants to be left alone. */
interface Failure {
  readonly error: SearchError;
  readonly waitMs: number;
}

class HttpRewardClient implements RewardClient {
  readonly #options: Required<RewardClientOptions>;

  constructor(options: RewardClientOptions) {
    this.#options = {
      timeoutMs: 120_000,
      attempts: 6,
      firstPauseMs: 1_000,
      batch: 256,
      ...options,
      url: options.url.replace(/\/+$/, ''),
    };
  }

  async score(items: readonly ScoreItem[], signal?: AbortSignal): Promise<readonly AnsweredItem[]> {
    for (const { id, context } of items) checkContext(id, context);
    const answers: AnsweredItem[] = [];
    const { batch } = this.#options;
    for (let start = 0; start < items.length; start += batch)
      answers.push(...(await this.#scoreBatch(items.slice(start, start + batch), signal)));
    return answers;
  }

  async health(signal?: AbortSignal): Promise<Health> {
    return (await this.#ask(paths.health, undefined, signal)) as Health;
  }

  async #scoreBatch(
    items: readonly ScoreItem[],
    signal: AbortSignal | undefined,
  ): Promise<readonly AnsweredItem[]> {
    const answer = await this.#ask(paths.score, JSON.stringify({ items }), signal);
    const { items: answered } = (answer ?? {}) as Partial<ScoreResponse>;
    if (
      !Array.isArray(answered) ||
      answered.length !== items.length ||
      !items.every(({ id }, i) => (answered as ScoreResponse['items'])[i]?.id === id)
    )
      throw new SearchError('network', `${this.#options.url} does not answer as a reward service does.`);
    return answered as ScoreResponse['items'];
  }

  async #ask(path: string, body: string | undefined, signal: AbortSignal | undefined): Promise<unknown> {
    const { attempts, firstPauseMs } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(path, body, signal);
      if ('answer' in outcome) return outcome.answer;
      const { error, waitMs } = outcome;
      if (!error.retryable || attempt >= attempts) throw error;
      const ms = Math.min(longestPauseMs, Math.max(waitMs, firstPauseMs * 2 ** (attempt - 1)));
      await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw aborted();
      });
    }
  }

  async #attempt(
    path: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly answer: unknown } | Failure> {
    if (isAborted(signal)) throw aborted();
    const { url, timeoutMs } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${url}${path}`, {
        ...(body === undefined
          ? {}
          : { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (response.ok) return { answer: await response.json() };
      return await failureOf(response);
    } catch (error) {
      if (isAborted(signal)) throw aborted();
      const reason = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
      const message = `The reward service at ${url} cannot be reached: ${reason}. Is it running?`;
      return { error: new SearchError('network', message, true), waitMs: 0 };
    }
  }
}

async function failureOf(response: Response): Promise<Failure> {
  const { status } = response;
  const fault = (await response.json().catch(() => undefined)) as Partial<FaultResponse> | undefined;
  const message = fault?.error?.message ?? `It answered with HTTP ${status}.`;
  const code = status === 429 ? 'rate-limited' : passing.has(status) ? 'network' : 'rejected';
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return {
    error: new SearchError(code, `The reward service refused: ${message}`, passing.has(status)),
    waitMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
  };
}

/** JSON would make null of NaN, and the service could only guess what was meant. */
function checkContext(id: string, context: ScoreItem['context']): void {
  for (const [key, value] of Object.entries(context ?? {}))
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new SearchError('rejected', `Item ${id}: context.${key} is ${value}. Leave it out.`);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return code ?? message;
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function aborted(): SearchError {
  return new SearchError('aborted', 'Scoring was cancelled.');
}
