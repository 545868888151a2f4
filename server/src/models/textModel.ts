import type { Generation, ModelPrompt, SamplingOptions } from './hostProtocol.ts';

export interface GenerateOptions extends SamplingOptions {
  readonly signal?: AbortSignal;
  /** Called with every piece of text as it is made. */
  readonly onToken?: (text: string) => void;
}

/** Anything that writes text: a model file in the model host, or a server. */
export interface TextModel {
  /** What answers. @throws ModelError (rejects) when there is nothing that could. */
  describe(): Promise<ModelDescription>;
  /**
   * Makes an answer. Requests wait for each other in the order of the calls.
   * @throws ModelError (rejects) with a line fit for people; `aborted` when the signal fires.
   */
  generate(prompt: ModelPrompt, options?: GenerateOptions): Promise<Generation>;
}

export interface ModelDescription {
  /** For people. */
  readonly name: string;
  /** Whether it takes turns of a chat, as models tuned on instructions do; others continue a text. */
  readonly hasChatTemplate: boolean;
}
