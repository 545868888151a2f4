import pRetry from 'p-retry';
import { SearchError } from '../search/index.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { GivenUp } from './serviceOutage.ts';

/** How often and after which pauses something is tried again. */
export interface RetryOptions {
  /** Tries in all. Default 4. */
  readonly attempts?: number;
  /**
   * Milliseconds before the second try, at least; up to twice as much, at random, so that windows that failed together do not come back
   * together; each next pause is twice as long. Default 1,000.
   */
  readonly firstPauseMs?: number;
  /** A server that wants a longer pause than this (milliseconds) is not waited for: its error is thrown at once. Default 20,000. */
  readonly longestPauseMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

const DEFAULTS = { attempts: 4, firstPauseMs: 1000, longestPauseMs: 20_000 };

/** A fault that passes, and how long the server wants us to wait. */
export class PassingFault extends SearchError {
  /** Milliseconds, where the server says so. */
  readonly waitMs: number | undefined;
  constructor(code: SearchError['code'], message: string, waitMs?: number) {
    super(code, message, true);
    this.waitMs = waitMs;
  }
}

/**
 * Does `work`, and does it again where it fails with a {@link SearchError} that is `retryable`: with growing pauses, each partly random,
 * and not before the server says that it may be asked again.
 * @throws SearchError, never anything else: that of the last try, `aborted` when the signal fires, `internal` for whatever else is thrown
 */
export async function retrying<T>(
  work: (attempt: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const { signal, clock = systemClock } = options;
  const { attempts, firstPauseMs, longestPauseMs } = { ...DEFAULTS, ...options };
  const wanted = (error: Error): number => (error instanceof PassingFault ? (error.waitMs ?? 0) : 0);
  const isWorthwhile = (error: Error): boolean =>
    error instanceof SearchError &&
    !(error instanceof GivenUp) &&
    error.retryable &&
    wanted(error) <= longestPauseMs;
  try {
    return await pRetry((attempt) => work(attempt).catch(rethrow), {
      retries: attempts - 1,
      minTimeout: firstPauseMs,
      maxTimeout: longestPauseMs,
      factor: 2,
      randomize: true,
      ...(signal === undefined ? {} : { signal }),
      shouldRetry: ({ error }) => isWorthwhile(error),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (retriesLeft > 0 && isWorthwhile(error) && wanted(error) > 0)
          await clock.sleep(wanted(error), signal);
      },
    });
  } catch (error) {
    if (signal?.aborted === true) throw cancelled();
    return rethrow(error);
  }
}

/** What a search that was cancelled throws. */
export function cancelled(): SearchError {
  return new SearchError('aborted', 'The search was cancelled.');
}

function rethrow(error: unknown): never {
  if (error instanceof SearchError) throw error;
  throw new SearchError('internal', `The answer could not be read: ${String(error)}`);
}

/**
 * Milliseconds of a Retry-After header: seconds or a date (RFC 9110, 10.2.3). A date is compared with the server's own clock, which its
 * Date header tells, since that of this machine may be wrong.
 * @param now milliseconds since 1970 on this machine, for servers that do not tell the time
 */
export function retryAfterMs(
  retryAfter: string | undefined,
  date: string | undefined,
  now: number,
): number | undefined {
  const text = retryAfter?.trim() ?? '';
  if (text === '') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const there = Date.parse(date ?? '');
  const ms = Date.parse(text) - (Number.isNaN(there) ? now : there);
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
