/** Turns texts into vectors. */
export interface Embedder {
  /** Name of the model, for reports and cache keys: other vectors, another name. */
  readonly id: string;
  /**
   * One vector a text, in the order of the texts, all of the same length, not necessarily normalised. The same text always has the same
   * vector, whatever stands beside it.
   * @throws SearchError when there is no answer.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>;
}
