import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { ModelError } from './modelError.ts';

/** Where an OpenAI-compatible server is, and how it is asked. */
export interface OpenAiServerOptions {
  /** `http://127.0.0.1:8080`, with or without `/v1` and what follows. No user name or key in it. */
  readonly url: string;
  /** Sent as a bearer token, never logged or repeated in messages. */
  readonly apiKey?: string;
  /** Which of the server's models; default: the first that it lists. */
  readonly model?: string;
  /** Milliseconds until a request without an answer counts as failed. Default 120,000. */
  readonly timeoutMs?: number;
  readonly http?: AxiosInstance;
}

export type Json = Readonly<Record<string, unknown>>;

/** A server that is asked as OpenAI's is: llama.cpp's, vLLM, Ollama and many others. Every fault is a {@link ModelError} without secrets. */
export class OpenAiServer {
  /** The address up to `/v1`, for messages. */
  readonly base: string;
  readonly #apiKey: string | undefined;
  readonly #timeoutMs: number;
  readonly #http: AxiosInstance;
  #model: string | undefined;

  /** @throws ModelError for what is no http address, or carries a user name, password or query */
  constructor({ url, apiKey, model, timeoutMs = 120_000, http }: OpenAiServerOptions) {
    this.base = baseOf(url);
    this.#apiKey = apiKey === '' ? undefined : apiKey;
    this.#model = model;
    this.#timeoutMs = timeoutMs;
    this.#http = http ?? axios.create();
  }

  /** The model that was asked for, or the first that the server lists. @throws ModelError */
  async model(signal?: AbortSignal): Promise<string> {
    if (this.#model === undefined) {
      const answer = await this.request('GET', 'models', undefined, signal);
      const [first] = list(answer['data']);
      if (typeof first?.['id'] !== 'string') {
        throw new ModelError(
          'refused',
          `The model server at ${this.base} lists no model. Start it with one.`,
        );
      }
      this.#model = first['id'];
    }
    return this.#model;
  }

  /** Asks `path` below `/v1` and reads the JSON of the answer. @throws ModelError */
  async request(method: 'GET' | 'POST', path: string, body?: Json, signal?: AbortSignal): Promise<Json> {
    let response: AxiosResponse<string>;
    try {
      response = await this.#http.request<string>({
        method,
        url: `${this.base}/${path}`,
        headers: {
          'Content-Type': 'application/json',
          ...(this.#apiKey === undefined ? {} : { Authorization: `Bearer ${this.#apiKey}` }),
        },
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        timeout: this.#timeoutMs,
        maxContentLength: 16 * 1024 * 1024,
        maxRedirects: 0, // a redirect could carry the key elsewhere
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw this.#networkError(error, signal); // not as the cause: axios errors carry the request, and with it the key
    }
    if (response.status !== 200) {
      throw this.#refusal(response);
    }
    const answer = parse(response.data);
    if (answer === undefined) {
      throw new ModelError(
        'refused',
        `The model server at ${this.base} answered with something that is not JSON. Check the address.`,
      );
    }
    return answer;
  }

  #networkError(error: unknown, signal: AbortSignal | undefined): ModelError {
    if (signal?.aborted === true) {
      return new ModelError('aborted', 'Cancelled.');
    }
    const code = axios.isAxiosError(error) ? (error.code ?? 'network error') : 'network error';
    return code === 'ECONNABORTED' || code === 'ETIMEDOUT'
      ? new ModelError(
          'unreachable',
          `The model server at ${this.base} did not answer within ${this.#timeoutMs / 1000} s.`,
        )
      : new ModelError(
          'unreachable',
          `The model server at ${this.base} cannot be reached (${code}). Is it running?`,
        );
  }

  #refusal({ status, data }: AxiosResponse<string>): ModelError {
    const answer = parse(data);
    const said = object(answer?.['error'])?.['message'] ?? answer?.['error'] ?? answer?.['message'];
    const line = typeof said === 'string' ? said.split('\n')[0]?.slice(0, 200) : undefined;
    const detail =
      line === undefined || (this.#apiKey !== undefined && line.includes(this.#apiKey)) ? '' : `: ${line}`;
    const advice =
      status === 401 || status === 403
        ? ' It wants a key, or another one.'
        : status === 404
          ? ' Check the address and the name of the model.'
          : status === 429
            ? ' It is asked too often; try again later.'
            : '';
    return new ModelError(
      'refused',
      `The model server at ${this.base} refused (HTTP ${status}${detail}).${advice}`,
    );
  }
}

/** The address up to `/v1`. @throws ModelError for what is no http address, or carries a user name or password. */
function baseOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new ModelError(
      'unreachable',
      'The address of the model server is not a URL. Write it as http://127.0.0.1:8080.',
    );
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new ModelError(
      'unreachable',
      `The model server is reached over http or https, not ${parsed.protocol}`,
    );
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '') {
    throw new ModelError(
      'unreachable',
      'The address of the model server must hold no user name, key or query: they end up in logs.',
    );
  }
  const path = parsed.pathname
    .replace(/\/(chat\/completions|completions|embeddings|models)?\/*$/, '')
    .replace(/\/+$/, '');
  return `${parsed.origin}${path.endsWith('/v1') ? path : `${path}/v1`}`;
}

function parse(text: unknown): Json | undefined {
  try {
    return object(JSON.parse(String(text)));
  } catch {
    return undefined;
  }
}

/** A JSON object, else undefined. */
export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The objects of a JSON array. */
export function list(value: unknown): readonly Json[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.map(object).filter((item) => item !== undefined);
}
