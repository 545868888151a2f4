/**
 * The messages between the server and the model host process, plain JSON over Node's IPC channel. The host answers every
 * request with exactly one of `loaded`, `done`, `embedded`, `tokens`, `memory`, `gpu`, `pong` or `error` that carries the request's id; `progress` and
 * `token` may come before.
 */

/** Raised on an incompatible change; both sides come from one build, so a mismatch means mixed files. */
export const PROTOCOL_VERSION = 4;

/** What a model is asked: turns of a chat in the model's own template, or a text to continue as it is. */
export type ModelPrompt =
  | { readonly kind: 'chat'; readonly system?: string; readonly user: string }
  | {
      readonly kind: 'raw';
      readonly text: string;
      /**
       * Whether marks like `<|im_start|>` in the text are the model's own tokens, as in a template that is written out. Who sets this
       * takes such marks out of what people wrote. A server behind an address always reads them so.
       */
      readonly specialTokens?: boolean;
    };

/** How an answer is made. */
export interface SamplingOptions {
  /** Most tokens of the answer, >= 1. It is lowered when the context leaves less room. */
  readonly maxTokens?: number;
  /** 0 (the default) always takes the likeliest token. */
  readonly temperature?: number;
  /** Above temperature 0: only the likeliest tokens that together have this share, 0..1. Default 0.95. */
  readonly topP?: number;
  /** Above temperature 0: only so many of the likeliest tokens; 0 takes all. Default 40. */
  readonly topK?: number;
  /** Above temperature 0: no token below this share of the likeliest one's chance, 0..1. Default 0.1. */
  readonly minP?: number;
  /** How much less likely the last 64 tokens become, >= 1; 1 leaves them alone. Default 1.1, which keeps small models from going in circles. */
  readonly repeatPenalty?: number;
  /** Makes sampling at a temperature above 0 repeatable. */
  readonly seed?: number;
  /** A GBNF grammar that the answer must follow. */
  readonly grammar?: string;
  /** A JSON schema (the subset that node-llama-cpp knows) that the answer must follow; `grammar` goes first. */
  readonly jsonSchema?: object;
  /** The answer ends behind the first of these, which stays its last characters. */
  readonly stop?: readonly string[];
  /**
   * Most tokens for thinking, where the prompt or the answer opens a `<think>`: after them `</think>` is written in the model's name, and
   * it goes on from there. They count among `maxTokens`.
   */
  readonly thinkTokens?: number;
  /** Milliseconds after which the answer ends where it is. Default 300,000: nothing is endless. */
  readonly maxMs?: number;
}

export interface LoadRequest {
  readonly type: 'load';
  readonly id: number;
  readonly modelPath: string;
  /** `general.architecture` of the file. */
  readonly architecture: string;
  /** What it is loaded for; it does this and nothing else. */
  readonly purpose: 'generate' | 'embed';
  readonly gpu: 'auto' | 'off';
  /**
   * Threads for computing. 0 leaves one core to the rest of the machine: llama.cpp's threads wait for each other by spinning,
   * and one that must share its core holds up all (SmolLM2-135M on 2 cores: 11 tokens/s with 2 threads, 136 with 1).
   */
  readonly threads: number;
  /** Most tokens of context to make room for, of each answer. */
  readonly contextTokens: number;
  /** Answers to make room for side by side; the host makes do with fewer where memory is short. */
  readonly sequences: number;
  /** Layers in graphics memory; -1: as many as fit. */
  readonly gpuLayers: number;
  /** A LoRA adapter (GGUF) that is laid over the model. */
  readonly adapterPath?: string;
}

export interface GenerateRequest {
  readonly type: 'generate';
  readonly id: number;
  readonly prompt: ModelPrompt;
  /** One entry an answer, at least one. */
  readonly samples: readonly SamplingOptions[];
}

export interface EmbedRequest {
  readonly type: 'embed';
  readonly id: number;
  /** None of them empty. */
  readonly texts: readonly string[];
}

/** What the model makes of a prompt, and how likely it finds it: for whoever compares it with another runtime. Nothing is written. */
export interface TokensRequest {
  readonly type: 'tokens';
  readonly id: number;
  readonly prompt: ModelPrompt;
  /** Tokens behind the prompt, such as those of an answer. */
  readonly continuation: readonly number[];
  /** Whether the likelihood of each token is wanted, which takes as long as reading the prompt. */
  readonly logProbs: boolean;
}

/** From the server to the host. */
export type HostRequest =
  | LoadRequest
  | GenerateRequest
  | EmbedRequest
  | TokensRequest
  /**
   * Stop the request with this id. A generation answers with `done` and stop reasons `abort`; embedding stops after the text that it is
   * at, and answers with `error`.
   */
  | { readonly type: 'cancel'; readonly id: number }
  /** Free the model and end the process. */
  | { readonly type: 'exit' }
  | { readonly type: 'memory'; readonly id: number }
  /** What graphics memory there is, before anything is loaded. */
  | { readonly type: 'gpu'; readonly id: number; readonly threads: number }
  | { readonly type: 'ping'; readonly id: number };

/** How a loaded model runs. */
export interface LoadedModel {
  /** `false`, `cuda`, `vulkan`, `metal`. */
  readonly gpu: string | false;
  readonly threads: number;
  /** Tokens of context of each answer, with its prompt. */
  readonly contextTokens: number;
  /** Answers that are made side by side. */
  readonly sequences: number;
  /** Layers in graphics memory, and in all. */
  readonly gpuLayers: number;
  readonly layers: number;
  readonly loadMs: number;
}

/** Graphics memory, of all devices together, in bytes. */
export interface GpuMemory {
  /** `NVIDIA H200`, several joined by commas. */
  readonly name: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** Bytes in use. */
export interface MemoryReport {
  /** Resident memory of the model process. */
  readonly processBytes: number;
  /** Size of the weights. */
  readonly modelBytes: number;
  /** Graphics memory, where there is any: used by everyone, and in total. */
  readonly gpuUsedBytes: number;
  readonly gpuTotalBytes: number;
  /** Tokens per second of the last request, over all its answers; undefined before the first. */
  readonly tokensPerSecond: number | undefined;
}

/** A finished answer. */
export interface Generation {
  readonly text: string;
  /**
   * `end`: the model ended it; `stop`: by a stop string; `maxTokens`: by the limit of tokens or of the context; `time`: by `maxMs`; `abort`:
   * cancelled.
   */
  readonly stopReason: 'end' | 'stop' | 'maxTokens' | 'time' | 'abort';
  readonly promptTokens: number;
  /** Tokens of the prompt that needed no evaluation, because an earlier request began the same way. Undefined where that is not known. */
  readonly cachedTokens?: number;
  readonly tokens: number;
  /** Whether the thinking was ended by its budget. */
  readonly thinkingCut?: boolean;
  /** Milliseconds to the first token and in all. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

/** What became of one answer of a request. */
export type HostAnswer = Generation | { readonly failure: string };

/** Texts as vectors. */
export interface Embedded {
  /** Length of each vector. */
  readonly dimensions: number;
  /** All vectors one after the other: little-endian 32-bit floats in base64, a fifth of their size as JSON numbers. */
  readonly vectors: string;
  /** Places of the texts that were longer than the context: only their beginning was read. */
  readonly cut: readonly number[];
  /** Tokens read in all. */
  readonly tokens: number;
}

/** A prompt as a model reads it. */
export interface TextTokens {
  /** Ids of the tokens of the prompt. */
  readonly tokens: readonly number[];
  /** The text of the continuation's tokens, as it would be handed over in an answer. */
  readonly continuationText: string;
  /**
   * Of each token of prompt and continuation but the first: the natural logarithm of its probability behind all tokens before it, at temperature
   * 1 and with nothing cut off. Empty where it is not wanted.
   */
  readonly logProbs: readonly number[];
  /** The likeliest token at each of these places. */
  readonly likeliest: readonly number[];
}

/** From the host to the server. */
export type HostMessage =
  | { readonly type: 'hello'; readonly protocol: number }
  | { readonly type: 'progress'; readonly id: number; /** 0..1. */ readonly fraction: number }
  | { readonly type: 'loaded'; readonly id: number; readonly loaded: LoadedModel }
  | {
      readonly type: 'token';
      readonly id: number;
      /** Place of the answer among those of the request. */
      readonly sample: number;
      readonly text: string;
      /** Tokens of the answer so far. */
      readonly tokens: number;
    }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly answers: readonly HostAnswer[];
      readonly report: MemoryReport;
    }
  | { readonly type: 'embedded'; readonly id: number; readonly embedded: Embedded }
  | { readonly type: 'tokens'; readonly id: number; readonly read: TextTokens }
  | { readonly type: 'memory'; readonly id: number; readonly report: MemoryReport }
  /** `gpu` is absent where there is none that can be used. */
  | { readonly type: 'gpu'; readonly id: number; readonly gpu?: GpuMemory }
  | { readonly type: 'pong'; readonly id: number }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly code: 'unsupported' | 'load-failed' | 'too-long' | 'failed';
      readonly message: string;
    };
