import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { SearchError } from '../search/index.ts';
import { cancelled, PassingFault, retryAfterMs } from './retrying.ts';

/** One request to a service. */
export interface HttpQuestion {
  /** Name of the service, for messages: `PubMed`. */
  readonly service: string;
  readonly url: string;
  /** Parameters as a form in the body (POST); without them the request is a GET. */
  readonly form?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds of silence, before the answer or in the middle of it, after which the request has failed. The whole may take four times as long. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a service answered, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** A header's value by its name in small letters. */
  header(name: string): string | undefined;
}

/** 10,000 ids or 200 records are well below this. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Slow networks are waited for as long as something comes, but not for ever. */
const WHOLE = 4;

/**
 * Asks once. Redirections are not followed: they would carry a key to another place, and the page where a network wants a login is no answer.
 * @throws SearchError: `network` where there is no whole answer, `aborted` when the signal fires. No error holds the request, and with it a key.
 */
export async function askOnce(http: AxiosInstance, question: HttpQuestion): Promise<HttpAnswer> {
  const { url, form, headers = {}, signal } = question;
  const watch = watchSilence(question);
  try {
    const response = await http.request<string>({
      url,
      ...(form === undefined
        ? { method: 'GET', headers }
        : {
            method: 'POST',
            data: form.toString(),
            headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
          }),
      responseType: 'text',
      transformResponse: (text: string) => text,
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: MAX_BYTES,
      maxBodyLength: MAX_BYTES,
      signal: watch.signal,
      onDownloadProgress: watch.heard,
    });
    return toAnswer(response);
  } catch (error) {
    if (signal?.aborted === true) throw cancelled();
    throw watch.fault() ?? networkFault(error, question.service);
  } finally {
    watch.stop();
  }
}

function toAnswer({ status, data, headers }: AxiosResponse<string>): HttpAnswer {
  return {
    status,
    body: data,
    header: (name) => {
      const value: unknown = headers[name];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

interface Watch {
  readonly signal: AbortSignal;
  readonly heard: () => void;
  readonly fault: () => SearchError | undefined;
  readonly stop: () => void;
}

/**
 * Ends a request on which nothing is heard any more: axios' own timeout does not see a server that stops within its answer, or sends
 * it a byte at a time. (One controller with listeners that are taken off again: `AbortSignal.any` on a signal that lives long leaks in Node 20.)
 */
function watchSilence({ service, timeoutMs, signal }: HttpQuestion): Watch {
  const controller = new AbortController();
  let fault: SearchError | undefined;
  let isOver = false;
  const seconds = Math.round(timeoutMs / 1000);
  const end = (message: string): void => {
    fault ??= new PassingFault('network', message);
    controller.abort();
  };
  const silent = (): void => {
    end(`${service} did not answer within ${seconds} s. Try again later.`);
  };
  let silence = setTimeout(silent, timeoutMs);
  const whole = setTimeout(() => {
    end(
      `${service} did not finish its answer within ${Math.round((timeoutMs * WHOLE) / 1000)} s. Try again later.`,
    );
  }, timeoutMs * WHOLE);
  const cancel = (): void => {
    controller.abort();
  };
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    heard: () => {
      if (isOver) return; // axios reports progress in its own time
      clearTimeout(silence);
      silence = setTimeout(() => {
        end(`${service} stopped in the middle of its answer for ${seconds} s. Try again later.`);
      }, timeoutMs);
    },
    fault: () => fault,
    stop: () => {
      isOver = true;
      clearTimeout(silence);
      clearTimeout(whole);
      signal?.removeEventListener('abort', cancel);
    },
  };
}

/** Faults that trying again does not mend. */
const FINAL = new Set(['ENOTFOUND', 'ERR_INVALID_URL', 'ERR_BAD_REQUEST', 'ERR_BAD_OPTION']);
/** The connection was there, and ended before the answer did. */
const BROKEN_OFF = new Set(['ERR_BAD_RESPONSE', 'ECONNABORTED']);

function networkFault(error: unknown, service: string): SearchError {
  if (error instanceof SearchError) return error; // of the client that was given, which knows of proxies
  const code = axios.isAxiosError(error) ? (error.code ?? 'network error') : 'network error';
  return BROKEN_OFF.has(code)
    ? new PassingFault(
        'network',
        `${service} broke off in the middle of its answer (${code}). Try again later.`,
      )
    : new SearchError(
        'network',
        `${service} cannot be reached (${code}). Check the network connection.`,
        !FINAL.has(code),
      );
}

/**
 * Looks at the status of an answer: that there were too many requests, and that the server has a fault of its own or is busy.
 * @param now milliseconds since 1970
 * @throws PassingFault with the pause that the server wants
 */
export function refuseFaults(answer: HttpAnswer, service: string, now: number, isRateLimited = false): void {
  const { status } = answer;
  if (status !== 429 && status < 500 && !isRateLimited) return;
  const waitMs = retryAfterMs(answer.header('retry-after'), answer.header('date'), now);
  if (status === 429 || isRateLimited) {
    const when = waitMs === undefined ? 'in a moment' : `in ${Math.ceil(waitMs / 1000)} s`;
    throw new PassingFault(
      'rate-limited',
      `${service} limits how often it may be asked. Try again ${when}.`,
      waitMs,
    );
  }
  throw new PassingFault(
    'network',
    `${service} has a fault of its own (HTTP ${status}). Try again later.`,
    waitMs,
  );
}
