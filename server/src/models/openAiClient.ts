import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import type { Generation, ModelPrompt } from './hostProtocol.ts';
import { ModelError } from './modelError.ts';
import type { GenerateOptions, ModelDescription, TextModel } from './textModel.ts';

export interface OpenAiModelOptions {
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

type Json = Readonly<Record<string, unknown>>;

/** A model behind an OpenAI-compatible address: llama.cpp's server, vLLM, Ollama and many others. Answers come in one piece. */
export function createOpenAiModel(options: OpenAiModelOptions): TextModel {
  return new OpenAiModel(options);
}

class OpenAiModel implements TextModel {
  readonly #base: string;
  readonly #apiKey: string | undefined;
  readonly #timeoutMs: number;
  readonly #http: AxiosInstance;
  #model: string | undefined;

  constructor({ url, apiKey, model, timeoutMs = 120_000, http }: OpenAiModelOptions) {
    this.#base = baseOf(url);
    this.#apiKey = apiKey === '' ? undefined : apiKey;
    this.#model = model;
    this.#timeoutMs = timeoutMs;
    this.#http = http ?? axios.create();
  }

  async describe(signal?: AbortSignal): Promise<ModelDescription> {
    if (this.#model === undefined) {
      const answer = await this.#request('GET', 'models', undefined, signal);
      const [first] = list(answer['data']);
      if (typeof first?.['id'] !== 'string') {
        throw new ModelError(
          'refused',
          `The model server at ${this.#base} lists no model. Start it with one.`,
        );
      }
      this.#model = first['id'];
    }
    return { name: this.#model.split(/[\\/]/).at(-1) ?? this.#model, hasChatTemplate: true };
  }

  async generate(prompt: ModelPrompt, options: GenerateOptions = {}): Promise<Generation> {
    const { signal, onToken } = options;
    const started = performance.now();
    await this.describe(signal);
    const path = prompt.kind === 'chat' ? 'chat/completions' : 'completions';
    const answer = await this.#request('POST', path, this.#body(prompt, options), signal);
    const [choice] = list(answer['choices']);
    const message = prompt.kind === 'chat' ? object(choice?.['message'])?.['content'] : choice?.['text'];
    if (typeof message !== 'string') {
      throw new ModelError(
        'refused',
        `The model server at ${this.#base} answered without a text. Is it OpenAI-compatible?`,
      );
    }
    onToken?.(message);
    const usage = object(answer['usage']);
    const totalMs = performance.now() - started;
    return {
      text: message,
      stopReason: choice?.['finish_reason'] === 'length' ? 'maxTokens' : 'end',
      promptTokens: count(usage?.['prompt_tokens']),
      tokens: count(usage?.['completion_tokens']),
      firstTokenMs: totalMs,
      totalMs,
    };
  }

  #body(prompt: ModelPrompt, { maxTokens, temperature, seed, jsonSchema }: GenerateOptions): Json {
    const text =
      prompt.kind === 'raw'
        ? { prompt: prompt.text }
        : {
            messages: [
              ...(prompt.system === undefined ? [] : [{ role: 'system', content: prompt.system }]),
              { role: 'user', content: prompt.user },
            ],
          };
    const format = { type: 'json_schema', json_schema: { name: 'answer', schema: jsonSchema } };
    return {
      model: this.#model,
      ...text,
      stream: false,
      temperature: temperature ?? 0,
      ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
      ...(seed === undefined ? {} : { seed }),
      ...(jsonSchema === undefined ? {} : { response_format: format }),
    };
  }

  async #request(method: 'GET' | 'POST', path: string, body?: Json, signal?: AbortSignal): Promise<Json> {
    let response: AxiosResponse<string>;
    try {
      response = await this.#http.request<string>({
        method,
        url: `${this.#base}/${path}`,
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
        `The model server at ${this.#base} answered with something that is not JSON. Check the address.`,
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
          `The model server at ${this.#base} did not answer within ${this.#timeoutMs / 1000} s.`,
        )
      : new ModelError(
          'unreachable',
          `The model server at ${this.#base} cannot be reached (${code}). Is it running?`,
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
      `The model server at ${this.#base} refused (HTTP ${status}${detail}).${advice}`,
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
    .replace(/\/(chat\/completions|completions|models)?\/*$/, '')
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
function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
function list(value: unknown): readonly Json[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.map(object).filter((item) => item !== undefined);
}
function count(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}
