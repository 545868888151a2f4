/**
 * The messages between the server and the model host process, plain JSON over Node's IPC channel. The host answers every
 * request with exactly one of `loaded`, `done`, `embedded`, `memory`, `pong` or `error` that carries the request's id; `progress` and
 * `token` may come before.
 */

/** Raised on an incompatible change; both sides come from one build, so a mismatch means mixed files. */
export const PROTOCOL_VERSION = 2;

/** What a model is asked: turns of a chat in the model's own template, or a text to continue as it is. */
export type ModelPrompt =
  | { readonly kind: 'chat'; readonly system?: string; readonly user: string }
  | { readonly kind: 'raw'; readonly text: string };

/** How an answer is made. */
export interface SamplingOptions {
  /** Most tokens of the answer, >= 1. It is lowered when the context leaves less room. */
  readonly maxTokens?: number;
  /** 0 (the default) always takes the likeliest token. */
  readonly temperature?: number;
  /** Makes sampling at a temperature above 0 repeatable. */
  readonly seed?: number;
  /** A GBNF grammar that the answer must follow. */
  readonly grammar?: string;
  /** A JSON schema (the subset that node-llama-cpp knows) that the answer must follow; `grammar` goes first. */
  readonly jsonSchema?: object;
}

export interface LoadRequest {
  readonly type: 'load';
  readonly id: number;
  readonly modelPath: string;
  /** What it is loaded for; it does this and nothing else. */
  readonly purpose: 'generate' | 'embed';
  readonly gpu: 'auto' | 'off';
  /**
   * Threads for computing. 0 leaves one core to the rest of the machine: llama.cpp's threads wait for each other by spinning,
   * and one that must share its core holds up all (SmolLM2-135M on 2 cores: 11 tokens/s with 2 threads, 136 with 1).
   */
  readonly threads: number;
  /** Most tokens of context to make room for. */
  readonly contextTokens: number;
}

export interface GenerateRequest extends SamplingOptions {
  readonly type: 'generate';
  readonly id: number;
  readonly prompt: ModelPrompt;
}

export interface EmbedRequest {
  readonly type: 'embed';
  readonly id: number;
  /** None of them empty. */
  readonly texts: readonly string[];
}

/** From the server to the host. */
export type HostRequest =
  | LoadRequest
  | GenerateRequest
  | EmbedRequest
  /**
   * Stop the request with this id. A generation answers with `done` and the stop reason `abort`; embedding stops after the text that it is
   * at, and answers with `error`.
   */
  | { readonly type: 'cancel'; readonly id: number }
  /** Free the model and end the process. */
  | { readonly type: 'exit' }
  | { readonly type: 'memory'; readonly id: number }
  | { readonly type: 'ping'; readonly id: number };

/** How a loaded model runs. */
export interface LoadedModel {
  /** `false`, `cuda`, `vulkan`, `metal`. */
  readonly gpu: string | false;
  readonly threads: number;
  /** Tokens of context, prompt and answer together. */
  readonly contextTokens: number;
  readonly loadMs: number;
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
}

/** A finished answer. */
export interface Generation {
  readonly text: string;
  /** `abort` only when it was cancelled. */
  readonly stopReason: 'end' | 'maxTokens' | 'abort';
  readonly promptTokens: number;
  readonly tokens: number;
  /** Milliseconds to the first token and in all. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

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

/** From the host to the server. */
export type HostMessage =
  | { readonly type: 'hello'; readonly protocol: number }
  | { readonly type: 'progress'; readonly id: number; /** 0..1. */ readonly fraction: number }
  | { readonly type: 'loaded'; readonly id: number; readonly loaded: LoadedModel }
  | { readonly type: 'token'; readonly id: number; readonly text: string }
  | { readonly type: 'done'; readonly id: number; readonly generation: Generation }
  | { readonly type: 'embedded'; readonly id: number; readonly embedded: Embedded }
  | { readonly type: 'memory'; readonly id: number; readonly report: MemoryReport }
  | { readonly type: 'pong'; readonly id: number }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly code: 'load-failed' | 'too-long' | 'failed';
      readonly message: string;
    };
