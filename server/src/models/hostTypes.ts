import type { EmbeddingModel } from './embeddingModel.ts';
import type { ModelFileInfo } from './gguf.ts';
import type { LoadedModel, MemoryReport, ModelPrompt, TextTokens } from './hostProtocol.ts';
import type { MemoryEstimate } from './modelMemory.ts';
import type { TextModel } from './textModel.ts';

export interface ModelHostOptions {
  /** The host's module; see {@link defaultHostPath}. */
  readonly hostPath: string;
  /** A GGUF file; empty means that no model is configured. */
  readonly modelPath: string;
  readonly gpu: 'auto' | 'off';
  /** 0: chosen for the machine. */
  readonly threads: number;
  /** Minutes without a request after which the process is ended and its memory freed; 0 means never. */
  readonly idleMinutes: number;
  /** Receives one line at a time, for the output channel. */
  readonly log?: (line: string) => void;
  /** Layers in graphics memory; -1, the default: as many as fit. */
  readonly gpuLayers?: number;
  /** Called each time before the file is loaded, also after idling and after a crash. What it rejects with is why the file is not loaded. */
  readonly beforeLoad?: () => Promise<void>;
  /** A LoRA adapter (GGUF) that is laid over the model. */
  readonly adapterPath?: string;
  /** Answers to make room for side by side, 1 by default. */
  readonly samples?: number;
  /** Most tokens of context: prompt and answer together, by default 4,096; of a text to be embedded, by default 512. */
  readonly contextTokens?: number;
  /** Most memory that it may take; by default what the machine has left. */
  readonly memoryBytes?: number;
  /** Milliseconds without a sign of life after which the process counts as hung. Default 30,000. */
  readonly heartbeatMs?: number;
}

/** For the status item. */
export interface ModelState {
  readonly state: 'none' | 'idle' | 'loading' | 'ready' | 'busy' | 'error';
  /** One line. */
  readonly detail: string;
  /** More, for the tooltip. */
  readonly explanation?: string;
  /** Of the last request, over all its answers. */
  readonly tokensPerSecond?: number;
  /** Memory of the model process. */
  readonly memoryBytes?: number;
}

/** Serves one model file. Nothing is started before the first request. */
interface Host {
  readonly state: ModelState;
  /** Calls `listener` on every change of {@link state}; returns a function that ends that. */
  onState(listener: (state: ModelState) => void): () => void;
  /** Checks the model file and says what it is. @throws ModelError (rejects) */
  describe(signal?: AbortSignal): Promise<ModelFileInfo>;
  /**
   * What loading would take, and whether it fits. Loads nothing; where a GPU may be used and was not looked at yet, a short-lived process looks.
   * @returns undefined where the file does not say enough. @throws ModelError (rejects) for a file that cannot be used
   */
  estimate(): Promise<MemoryEstimate | undefined>;
  /** Memory in use, undefined while no model is loaded. */
  memory(): Promise<(MemoryReport & { readonly runsOn: LoadedModel }) | undefined>;
  /** Id of the process, undefined while there is none. */
  readonly pid: number | undefined;
  /** Ends the process; the next request starts it again. Waits for a running request to end or be cut off. */
  unload(): Promise<void>;
  dispose(): Promise<void>;
}

/** A model file that writes. */
export interface ModelHost extends Host, TextModel {
  describe(): Promise<ModelFileInfo>;
  /**
   * What the model makes of a prompt and of the tokens behind it, and how likely it finds each; for whoever compares it with another runtime.
   * @throws ModelError (rejects) as `generate`
   */
  readTokens(prompt: ModelPrompt, options?: ReadTokensOptions): Promise<TextTokens>;
}

export interface ReadTokensOptions {
  /** Ids of tokens behind the prompt, such as those of an answer. */
  readonly continuation?: readonly number[];
  /** Whether the log-probability of each token is wanted. Default false: only the tokens. */
  readonly logProbs?: boolean;
  readonly signal?: AbortSignal;
}

/** A model file that makes vectors of texts. */
export interface EmbeddingHost extends Host, EmbeddingModel {
  describe(): Promise<ModelFileInfo>;
}
