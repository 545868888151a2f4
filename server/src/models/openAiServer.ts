import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { ModelError } from './modelError.ts';
import { CONNECT_TIMEOUT, impatient, Watch } from './openAiPatience.ts';
import { readEvents, StreamError } from './openAiStream.ts';

/** Where an OpenAI-compatible server is, and how it is asked. */
export interface OpenAiServerOptions {
  /** `http://127.0.0.1:8080`, with or without `/v1` and what follows. No user name or key in it. */
  readonly url: string;
  /** Sent as a bearer token, never logged or repeated in messages. */
  readonly apiKey?: string;
  /** Which of the server's models; default: the first that it lists. */
  readonly model?: string;
  /** Milliseconds until a request without an answer, or a stream without a further piece, counts as failed. Default 120,000. */
  readonly timeoutMs?: number;
  /** Milliseconds until a server that does not even take the connection counts as unreachable. Default 10,000. */
  readonly connectMs?: number;
  readonly http?: AxiosInstance;
}

export type Json = Readonly<Record<string, unknown>>;

/** A model that a server lists. */
export interface ServedModel {
  readonly id: string;
  /** Tokens of context, where the server tells. */
  readonly contextTokens: number | undefined;
  /** `vllm`, `llamacpp`, `library` (Ollama) ... */
  readonly ownedBy: string | undefined;
}

/** What a server refused, by its number: whoever asked may ask for less. */
export class ServerRefusal extends ModelError {
  readonly status: number;
  /** The server's own words, without secrets. */
  readonly said: string;
  constructor(status: number, said: string, message: string, code: 'refused' | 'too-long') {
    super(code, message);
    this.status = status;
    this.said = said;
  }
}

/** The longest answer that is read in one piece, bytes. */
const MAX_ANSWER = 16 * 1024 * 1024;
/** A refusal is not read further than this. */
const MAX_REFUSAL = 64 * 1024;
/** Statuses after which the same is asked once more: nothing was done, and it may pass. */
const passing = new Set([429, 502, 503, 504]);
const RETRY_MS = 300;
const LONGEST_RETRY_MS = 5_000;

/** A server that is asked as OpenAI's is: llama.cpp's, vLLM, Ollama and many others. Every fault is a {@link ModelError} without secrets. */
export class OpenAiServer {
  /** The address up to `/v1`, for messages. */
  readonly base: string;
  readonly #apiKey: string | undefined;
  readonly #timeoutMs: number;
  readonly #connectMs: number;
  readonly #http: AxiosInstance;
  readonly #agents: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
  readonly #wanted: string | undefined;
  #listed: readonly ServedModel[] | undefined;

  /** @throws ModelError for what is no http address, or carries a user name, password or query */
  constructor(options: OpenAiServerOptions) {
    const { url, apiKey, model, timeoutMs = 120_000, connectMs = 10_000, http } = options;
    this.base = baseOf(url);
    this.#apiKey = apiKey === '' ? undefined : apiKey;
    this.#wanted = model === '' ? undefined : model;
    this.#timeoutMs = timeoutMs;
    this.#connectMs = Math.min(connectMs, timeoutMs);
    this.#http = http ?? axios.create();
    const agent = { keepAlive: true, scheduling: 'lifo' } as const;
    this.#agents = {
      httpAgent: impatient(new HttpAgent(agent), this.#connectMs),
      httpsAgent: impatient(new HttpsAgent(agent), this.#connectMs),
    };
  }

  /** The model that was asked for, or the first that the server lists. @throws ModelError */
  async model(signal?: AbortSignal): Promise<string> {
    if (this.#wanted !== undefined) return this.#wanted;
    const [first] = await this.models(signal);
    if (first === undefined) {
      throw new ModelError('refused', `The model server at ${this.base} lists no model. Start it with one.`);
    }
    return first.id;
  }

  /** What is known of the model that is asked; undefined where the server does not list it. @throws ModelError where it is not there */
  async served(signal?: AbortSignal): Promise<ServedModel | undefined> {
    try {
      const models = await this.models(signal);
      return this.#wanted === undefined ? models[0] : models.find(({ id }) => id === this.#wanted);
    } catch (error) {
      // Some servers list nothing; whoever names a model does not need the list.
      if (this.#wanted !== undefined && error instanceof ServerRefusal && !isOfKey(error.status))
        return undefined;
      throw error;
    }
  }

  /** The models that the server lists; asked once, unless there were none or the one that was asked is gone. @throws ModelError */
  async models(signal?: AbortSignal): Promise<readonly ServedModel[]> {
    if (this.#listed !== undefined) return this.#listed;
    const listed = list((await this.request('GET', 'models', undefined, signal))['data']).flatMap((one) =>
      typeof one['id'] === 'string' && one['id'] !== '' ? [servedModel(one['id'], one)] : [],
    );
    if (listed.length > 0) this.#listed = listed;
    return listed;
  }

  /** Asks `path` below `/v1` and reads the JSON of the answer. @throws ModelError */
  async request(method: 'GET' | 'POST', path: string, body?: Json, signal?: AbortSignal): Promise<Json> {
    const watch = new Watch(this.#timeoutMs, signal);
    try {
      const response = await this.#send(method, path, body, watch);
      return this.#json(await this.#body(response, watch, MAX_ANSWER));
    } catch (error) {
      throw this.#fault(error, watch);
    } finally {
      watch.end();
    }
  }

  /**
   * Asks `path` for a stream of events; each is a JSON document. A server that answers in one piece instead gives one.
   * Ending the iteration early closes the connection, so that the server stops.
   * @throws ModelError
   */
  async *stream(path: string, body: Json, signal?: AbortSignal): AsyncGenerator<Json> {
    const watch = new Watch(this.#timeoutMs, signal);
    let response: AxiosResponse<Readable> | undefined;
    try {
      response = await this.#send('POST', path, { ...body, stream: true }, watch);
      const type = String(response.headers['content-type'] ?? '');
      if (!type.includes('event-stream')) {
        yield this.#json(await this.#body(response, watch, MAX_ANSWER));
        return;
      }
      for await (const event of readEvents(response.data, () => watch.begin())) {
        if (event.trim() === '[DONE]') return;
        const json = this.#json(event);
        if (json['error'] !== undefined && json['error'] !== null) throw this.#refusal(500, event);
        yield json;
      }
    } catch (error) {
      throw this.#fault(error, watch);
    } finally {
      watch.end();
      response?.data.destroy();
    }
  }

  /** Sends a request, once more where that is safe; gives the answer when its head is there. */
  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: Json | undefined,
    watch: Watch,
  ): Promise<AxiosResponse<Readable>> {
    for (let attempt = 1; ; attempt++) {
      let pauseMs = RETRY_MS;
      try {
        const response = await this.#http.request<Readable>({
          method,
          url: `${this.base}/${path}`,
          headers: {
            'Content-Type': 'application/json',
            ...(this.#apiKey === undefined ? {} : { Authorization: `Bearer ${this.#apiKey}` }),
          },
          ...(body === undefined ? {} : { data: JSON.stringify(body) }),
          ...this.#agents,
          responseType: 'stream',
          validateStatus: () => true,
          timeout: 0, // the watch sees to that
          maxRedirects: 0, // a redirect could carry the key elsewhere
          signal: watch.signal,
        });
        watch.sign();
        if (response.status === 200) return response;
        const pause = Number(response.headers['retry-after'] ?? Number.NaN) * 1000;
        const isWorthAnother =
          attempt === 1 && passing.has(response.status) && !(pause > LONGEST_RETRY_MS) && !watch.isOver;
        if (!isWorthAnother) {
          throw this.#refusal(response.status, await this.#body(response, watch, MAX_REFUSAL));
        }
        response.data.destroy();
        pauseMs = pause >= 0 ? pause : RETRY_MS;
      } catch (error) {
        // A connection that was kept and that the server had closed meanwhile, most often.
        const isReset = axios.isAxiosError(error) && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
        if (attempt > 1 || !isReset || watch.isOver) throw error;
      }
      await watch.rest(pauseMs);
    }
  }

  async #body(response: AxiosResponse<Readable>, watch: Watch, most: number): Promise<string> {
    const stream = response.data;
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      watch.sign();
      bytes += chunk.length;
      if (bytes > most) stream.destroy(new StreamError('an answer without end'));
    });
    return textOf(stream);
  }

  #json(body: string): Json {
    const answer = parse(body);
    if (answer !== undefined) return answer;
    const what = /^\s*<(?:!doctype|html|\?xml|head|body)/i.test(body)
      ? 'a web page, which is not JSON: the address may be that of another service, or a sign-in page stands before it'
      : 'something that is not JSON';
    throw new ModelError(
      'refused',
      `The model server at ${this.base} answered with ${what}. Check the address.`,
    );
  }

  /** Anything thrown on the way, in words. Never as the cause: axios errors carry the request, and with it the key. */
  #fault(error: unknown, watch: Watch): ModelError {
    if (watch.isCancelled) return new ModelError('aborted', 'Cancelled.');
    if (watch.isOver) {
      return new ModelError(
        'unreachable',
        `The model server at ${this.base} did not answer within ${this.#timeoutMs / 1000} s${watch.hasBegun ? ' after it had begun' : ''}.`,
      );
    }
    if (error instanceof ModelError) return error;
    if (error instanceof StreamError) {
      return new ModelError(
        'refused',
        `The model server at ${this.base} sent ${error.message}. Is it OpenAI-compatible?`,
      );
    }
    const code = (error as { readonly code?: unknown } | undefined)?.code;
    const named = typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : 'network error';
    return watch.hasBegun
      ? new ModelError(
          'unreachable',
          `The model server at ${this.base} broke off in the middle of its answer (${named}). Ask again.`,
        )
      : new ModelError(
          'unreachable',
          named === CONNECT_TIMEOUT
            ? `The model server at ${this.base} did not take the connection within ${this.#connectMs / 1000} s. Is it running, and is the address right?`
            : `The model server at ${this.base} cannot be reached (${named}). Is it running?`,
        );
  }

  #refusal(status: number, body: string): ServerRefusal {
    const answer = parse(body);
    const error = object(answer?.['error']);
    const said = error?.['message'] ?? answer?.['error'] ?? answer?.['message'] ?? answer?.['detail'];
    const line = typeof said === 'string' ? (said.split('\n')[0]?.slice(0, 200) ?? '') : '';
    const safe = this.#apiKey !== undefined && line.includes(this.#apiKey) ? '' : line;
    const isTooLong =
      /context (?:length|size|window)|too (?:long|many tokens)|exceed\w* .{0,40}context/i.test(safe) &&
      status < 500;
    const known = (this.#listed ?? []).map(({ id }) => id).slice(0, 5);
    // It may serve another one meanwhile: the next request looks.
    if (status === 404 && this.#wanted === undefined) this.#listed = undefined;
    const advice = isTooLong
      ? ' Shorten the query, or start the server with more context.'
      : isOfKey(status)
        ? ' It wants a key, or another one.'
        : status === 404
          ? ` Check the address and the name of the model.${known.length === 0 ? '' : ` It has: ${known.join(', ')}.`}`
          : status === 429
            ? ' It is asked too often; try again later.'
            : status === 503
              ? ' It may still be loading its model; try again in a while.'
              : status >= 500
                ? ' The fault is the server’s; its log says more.'
                : '';
    return new ServerRefusal(
      status,
      safe,
      `The model server at ${this.base} refused (HTTP ${status}${safe === '' ? '' : `: ${safe}`}).${advice}`,
      isTooLong ? 'too-long' : 'refused',
    );
  }
}

function isOfKey(status: number): boolean {
  return status === 401 || status === 403;
}

/** The context is told by each server in its own place. */
function servedModel(id: string, one: Json): ServedModel {
  const meta = object(one['meta']);
  const told = [
    one['max_model_len'], // vLLM
    meta?.['n_ctx'],
    meta?.['n_ctx_train'], // llama.cpp: what the model was trained with
    one['loaded_context_length'], // LM Studio
    one['max_context_length'],
    one['context_length'], // OpenRouter
  ].find((value) => typeof value === 'number' && value > 0);
  return {
    id,
    contextTokens: typeof told === 'number' ? told : undefined,
    ownedBy: typeof one['owned_by'] === 'string' ? one['owned_by'] : undefined,
  };
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
