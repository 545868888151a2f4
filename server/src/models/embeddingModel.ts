/** Texts as vectors, and what became of them. */
export interface TextVectors {
  /** One a text, in the order of the texts, all of the same length; not normalised. */
  readonly vectors: readonly Float32Array[];
  /** Places of texts that were longer than the model's context: only their beginning was read. */
  readonly cut: readonly number[];
}

/** Anything that makes vectors of texts: a model file in the model host, or a server. */
export interface EmbeddingModel {
  /** What answers. @throws ModelError (rejects) when there is nothing that could. */
  describe(signal?: AbortSignal): Promise<{ readonly name: string }>;
  /**
   * Makes vectors. Requests wait for each other in the order of the calls.
   * @param texts none of them empty
   * @throws ModelError (rejects) with a line fit for people; `aborted` when the signal fires.
   */
  embed(texts: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<TextVectors>;
}
