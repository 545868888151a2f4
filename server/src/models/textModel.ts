import type { Generation, ModelPrompt, SamplingOptions } from './hostProtocol.ts';
import { ModelError } from './modelError.ts';

export interface GenerateOptions extends SamplingOptions {
  readonly signal?: AbortSignal;
  /** Called with every piece of text as it is made. */
  readonly onToken?: (text: string) => void;
}

export interface GenerateManyOptions extends SamplingOptions {
  /** One entry an answer, 1..64: what this one does otherwise than the options beside say, at least the seed. */
  readonly samples: readonly SamplingOptions[];
  readonly signal?: AbortSignal;
  /** Called with every piece of text as it is made: the place of its answer, and the tokens of that answer so far. */
  readonly onToken?: (index: number, text: string, tokens: number) => void;
}

/** More answers at once are refused: a mistake rather than a wish. */
const MAX_SAMPLES = 64;

/** @throws ModelError for a number of answers that cannot be asked for at once */
export function assertSamples(count: number): void {
  if (count < 1 || count > MAX_SAMPLES)
    throw new ModelError(
      'refused',
      `A model is asked for 1 to ${MAX_SAMPLES} answers at once, not ${count}.`,
    );
}

/** What became of one of several answers. */
export type SampleResult =
  | { readonly generation: Generation; readonly failure?: undefined }
  /** This answer failed, and others may not have. */
  | { readonly generation?: undefined; readonly failure: ModelError };

/** Anything that writes text: a model file in the model host, or a server. */
export interface TextModel {
  /** What answers. @throws ModelError (rejects) when there is nothing that could. */
  describe(signal?: AbortSignal): Promise<ModelDescription>;
  /**
   * Makes an answer. Requests wait for each other in the order of the calls.
   * @throws ModelError (rejects) with a line fit for people; `aborted` when the signal fires.
   */
  generate(prompt: ModelPrompt, options?: GenerateOptions): Promise<Generation>;
  /**
   * Makes several answers to one prompt, side by side where memory allows. The prompt is read once.
   * @returns one result an entry of `samples`, in their order
   * @throws ModelError (rejects) when none could be begun; `aborted` when the signal fires.
   */
  generateMany(prompt: ModelPrompt, options: GenerateManyOptions): Promise<readonly SampleResult[]>;
}

export interface ModelDescription {
  /** For people. */
  readonly name: string;
  /** Whether it takes turns of a chat, as models tuned on instructions do; others continue a text. */
  readonly hasChatTemplate: boolean;
  /** Tokens of context that it was trained with, or that its server gives it; undefined where that is not known. */
  readonly contextTokens?: number | undefined;
  /** `llama`, `qwen2` ... of a model file. */
  readonly architecture?: string;
  /** What a model file says of its origin: its metadata under `general.` and `querent.`, scalars only. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}
