import type { EmbeddingModel, TextVectors } from './embeddingModel.ts';
import { ModelError } from './modelError.ts';
import { list, OpenAiServer } from './openAiServer.ts';
import type { Json, OpenAiServerOptions } from './openAiServer.ts';

/** Texts that are sent at once; more take the server's memory and gain nothing. */
const BATCH = 64;

/**
 * Embeddings from an OpenAI-compatible address (`POST /v1/embeddings`): llama.cpp's server, vLLM, Ollama, text-embeddings-inference and
 * others. Whether texts that are too long are cut or refused is the server's to decide; `cut` is always empty.
 */
export function createOpenAiEmbeddings(options: OpenAiServerOptions): EmbeddingModel {
  return new OpenAiEmbeddings(options);
}

class OpenAiEmbeddings implements EmbeddingModel {
  readonly #server: OpenAiServer;
  /** Length of the vectors, known from the first answer on: a server that changes it serves another model now. */
  #dimensions: number | undefined;

  constructor(options: OpenAiServerOptions) {
    this.#server = new OpenAiServer(options);
  }

  async describe(signal?: AbortSignal): Promise<{ readonly name: string }> {
    const model = await this.#server.model(signal);
    return { name: model.split(/[\\/]/).at(-1) ?? model };
  }

  async embed(
    texts: readonly string[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<TextVectors> {
    const model = await this.#server.model(signal);
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += BATCH) {
      const input = texts.slice(from, from + BATCH);
      const body = { model, input, encoding_format: 'float' };
      const answer = await this.#server.request('POST', 'embeddings', body, signal);
      vectors.push(...this.#read(answer, input.length));
    }
    return { vectors, cut: [] };
  }

  /** Vectors in the order of their `index`, whatever the order they came in. */
  #read(answer: Json, count: number): readonly Float32Array[] {
    const items = list(answer['data']);
    if (items.length !== count) throw this.#unusable(`gave ${items.length} vectors for ${count} texts`);
    const ordered: (Float32Array | undefined)[] = Array.from({ length: count }, () => undefined);
    for (const [place, { index = place, embedding }] of items.entries()) {
      if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
        throw this.#unusable(`gave a vector for text ${JSON.stringify(index)} of ${count}`);
      if (ordered[index] !== undefined)
        throw this.#unusable(`gave two vectors for text ${index} of ${count}`);
      ordered[index] = this.#vector(embedding);
    }
    return ordered.filter((vector) => vector !== undefined);
  }

  #vector(embedding: unknown): Float32Array {
    const values: readonly unknown[] = Array.isArray(embedding) ? embedding : [];
    if (values.length === 0 || !values.every(Number.isFinite))
      throw this.#unusable('gave a vector that is not made of numbers');
    this.#dimensions ??= values.length;
    if (values.length !== this.#dimensions)
      throw this.#unusable(`gave a vector of ${values.length} numbers after one of ${this.#dimensions}`);
    return Float32Array.from(values as readonly number[]);
  }

  #unusable(what: string): ModelError {
    return new ModelError(
      'refused',
      `The model server at ${this.#server.base} ${what}. Is it OpenAI-compatible, with one embedding model?`,
    );
  }
}
