import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { SearchError } from '../../search/index.ts';
import type { Clock } from './clock.ts';
import type { RateLimiter } from './rateLimiter.ts';

export interface EutilsClientOptions {
  /** With a slash at its end. */
  readonly baseUrl: string;
  readonly tool: string;
  readonly email: string | undefined;
  readonly apiKey: string | undefined;
  readonly http: AxiosInstance | undefined;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  /** Milliseconds until a request without an answer counts as failed. */
  readonly timeoutMs: number;
}

/** A request is tried so often; only passing faults are tried again. */
const ATTEMPTS = 4;
/** The first pause before trying again; each next one is twice as long. */
const FIRST_PAUSE_MS = 1000;
/** A server that wants a longer pause than this is not waited for. */
const LONGEST_PAUSE_MS = 20_000;
/** 10,000 ids or 200 summaries are well below this. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** A fault with how long the server wants us to wait. */
class Fault extends SearchError {
  readonly waitMs: number | undefined;
  constructor(code: SearchError['code'], message: string, retryable: boolean, waitMs?: number) {
    super(code, message, retryable);
    this.waitMs = waitMs;
  }
}

/**
 * Asks NCBI's E-utilities: POST with every parameter encoded, JSON answers, within the rate that NCBI allows, with bounded
 * repetition of passing faults. Rules: https://www.ncbi.nlm.nih.gov/books/NBK25497/.
 */
export class EutilsClient {
  readonly #options: EutilsClientOptions;
  readonly #http: AxiosInstance;

  constructor(options: EutilsClientOptions) {
    this.#options = options;
    this.#http = options.http ?? axios.create();
  }

  /**
   * @param utility `esearch`, `esummary` ...
   * @param check Turns the parsed answer into what is wanted, or throws a SearchError; a retryable one is tried again.
   * @throws SearchError, never anything else.
   */
  async ask<T>(
    utility: string,
    parameters: Readonly<Record<string, string>>,
    check: (answer: Readonly<Record<string, unknown>>) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.limiter.enter(signal);
        return check(await this.#post(utility, parameters, signal));
      } catch (error) {
        if (signal?.aborted === true) {
          throw new SearchError('aborted', 'The search was cancelled.');
        }
        if (!(error instanceof SearchError)) {
          throw new SearchError('internal', `PubMed's answer could not be read: ${String(error)}`);
        }
        const waitMs =
          (error instanceof Fault ? error.waitMs : undefined) ?? FIRST_PAUSE_MS * 2 ** (attempt - 1);
        if (!error.retryable || attempt === ATTEMPTS || waitMs > LONGEST_PAUSE_MS) {
          throw error;
        }
        await this.#options.clock.sleep(waitMs, signal).catch(() => {
          throw new SearchError('aborted', 'The search was cancelled.');
        });
      }
    }
  }

  async #post(
    utility: string,
    parameters: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { baseUrl, tool, email, apiKey, timeoutMs } = this.#options;
    const body = new URLSearchParams({ db: 'pubmed', retmode: 'json', ...parameters, tool });
    if (email !== undefined && email !== '') {
      body.set('email', email);
    }
    if (apiKey !== undefined && apiKey !== '') {
      body.set('api_key', apiKey);
    }
    let response: AxiosResponse<string>;
    try {
      response = await this.#http.post<string>(`${baseUrl}${utility}.fcgi`, body.toString(), {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        timeout: timeoutMs,
        maxContentLength: MAX_ANSWER_BYTES,
        maxBodyLength: MAX_ANSWER_BYTES,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw this.#networkFault(error); // not as the cause: axios errors carry the request, and with it the key
    }
    return this.#parse(response);
  }

  #parse(response: AxiosResponse<string>): Readonly<Record<string, unknown>> {
    const { status } = response;
    const answer = parseObject(response.data);
    const said = typeof answer?.error === 'string' ? answer.error : '';
    if (status === 429 || /rate limit/i.test(said)) {
      const waitMs = retryAfter(response.headers['retry-after'], this.#options.clock.now());
      const when = waitMs === undefined ? 'in a moment' : `in ${Math.ceil(waitMs / 1000)} s`;
      throw new Fault(
        'rate-limited',
        `PubMed limits how often it may be asked. Try again ${when}.`,
        true,
        waitMs,
      );
    }
    if (status >= 500) {
      const waitMs = retryAfter(response.headers['retry-after'], this.#options.clock.now());
      throw new Fault(
        'network',
        `PubMed has a fault of its own (HTTP ${status}). Try again later.`,
        true,
        waitMs,
      );
    }
    if (status === 414 || status === 413) {
      throw new SearchError('rejected', `PubMed finds the query too long (HTTP ${status}). Split the line.`);
    }
    // A wrong key or address is no fault of the query, which `rejected` would say: what is wrong with one comes with HTTP 200.
    if (said !== '') {
      throw new SearchError('network', `PubMed refused the request: ${said}`);
    }
    if (status !== 200) {
      throw new SearchError('network', `PubMed refused the request (HTTP ${status}).`);
    }
    if (answer === undefined) {
      const start = response.data.replace(/\s+/g, ' ').slice(0, 60);
      throw new SearchError(
        'network',
        `PubMed answered with something that is not JSON: "${start}". Try again later.`,
        true,
      );
    }
    return answer;
  }

  #networkFault(error: unknown): SearchError {
    const code = axios.isAxiosError(error) ? (error.code ?? 'network error') : 'network error';
    if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') {
      const seconds = Math.round(this.#options.timeoutMs / 1000);
      return new SearchError('network', `PubMed did not answer within ${seconds} s. Try again later.`, true);
    }
    const passing = !['ENOTFOUND', 'ERR_INVALID_URL', 'ERR_BAD_REQUEST'].includes(code);
    return new SearchError(
      'network',
      `PubMed cannot be reached (${code}). Check the network connection.`,
      passing,
    );
  }
}

function parseObject(text: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds of a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfter(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') {
    return undefined;
  }
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
