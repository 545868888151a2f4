import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp';
import type { Embedded } from './hostProtocol.ts';

/** Kept free for the tokens that a model wants before and behind a text, and one that the runtime keeps for itself. */
const SPECIAL_TOKENS = 3;

/** Makes vectors of texts, pooled as the model file says: the mean of the tokens, the first (CLS), or else the last. */
export class TextEmbedding {
  readonly #model: LlamaModel;
  readonly #context: LlamaEmbeddingContext;
  readonly contextTokens: number;

  private constructor(model: LlamaModel, context: LlamaEmbeddingContext, contextTokens: number) {
    this.#model = model;
    this.#context = context;
    this.contextTokens = contextTokens;
  }

  /** Makes room for texts of `contextTokens` tokens, at most as many as the model was trained with. */
  static async create(model: LlamaModel, contextTokens: number, threads: number): Promise<TextEmbedding> {
    const room = Math.min(contextTokens, model.trainContextSize);
    // A text must fit into one batch: a mean would be that of the last batch only, and models that read both ways need all of it.
    const context = await model.createEmbeddingContext({ contextSize: room, batchSize: room, threads });
    return new TextEmbedding(model, context, room);
  }

  /** @throws the reason of `signal` between two texts; Error for an empty text, and where the model gives no usable vector */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded> {
    const cut: number[] = [];
    const vectors: Float32Array[] = [];
    let count = 0;
    for (const [at, text] of texts.entries()) {
      signal.throwIfAborted();
      const all = this.#model.tokenize(text);
      if (all.length === 0) throw new Error(`text ${at + 1} of ${texts.length} is empty`);
      const tokens = all.slice(0, this.contextTokens - SPECIAL_TOKENS);
      if (tokens.length < all.length) cut.push(at);
      count += tokens.length;
      const { vector } = await this.#context.getEmbeddingFor(tokens);
      if (vector.length === 0 || !vector.every(Number.isFinite))
        throw new Error(`the model gave no usable vector for text ${at + 1} of ${texts.length}`);
      vectors.push(Float32Array.from(vector));
      // Messages are read between texts, so that a cancellation is seen.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return {
      dimensions: vectors[0]?.length ?? 0,
      vectors: Buffer.concat(vectors.map((vector) => Buffer.from(vector.buffer))).toString('base64'),
      cut,
      tokens: count,
    };
  }
}
