import { availableParallelism } from 'node:os';
import type { EmbeddingModel, TextVectors } from './embeddingModel.ts';
import { checkModelFile } from './gguf.ts';
import type { ModelFileInfo } from './gguf.ts';
import { HostProcess, HostRequestError } from './hostProcess.ts';
import type {
  Embedded,
  Generation,
  HostAnswer,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  ModelPrompt,
} from './hostProtocol.ts';
import { ModelError, oneLine } from './modelError.ts';
import { assertSamples } from './textModel.ts';
import type { GenerateManyOptions, GenerateOptions, SampleResult, TextModel } from './textModel.ts';

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
  /** Answers to make room for side by side, 1 by default. */
  readonly samples?: number;
  /** Most tokens of context: prompt and answer together, by default 4,096; of a text to be embedded, by default 512. */
  readonly contextTokens?: number;
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
}

/** Serves one model file. Nothing is started before the first request. */
interface Host {
  readonly state: ModelState;
  /** Calls `listener` on every change of {@link state}; returns a function that ends that. */
  onState(listener: (state: ModelState) => void): () => void;
  /** Checks the model file and says what it is. @throws ModelError (rejects) */
  describe(signal?: AbortSignal): Promise<ModelFileInfo>;
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
}

/** A model file that makes vectors of texts. */
export interface EmbeddingHost extends Host, EmbeddingModel {
  describe(): Promise<ModelFileInfo>;
}

/** The process may end by itself so often within the window before it is no longer started again. */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 3 * 60_000;
/** A cancelled request must end within this time, or the process is ended. */
const CANCEL_GRACE_MS = 10_000;

/** What is asked of the process, once it is there. */
interface Ask<T> {
  /** What the model does meanwhile: `is writing`. */
  readonly doing: string;
  /** Sends the request. `isSettled` tells whether anybody still waits. */
  send(host: HostProcess, isSettled: () => boolean): { readonly id: number; readonly answer: Promise<T> };
}

interface Job {
  readonly ask: Ask<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Answered or cancelled: nobody waits any more. */
  settled: boolean;
  /** Tells the process to stop, once it works on the job. */
  stop: () => void;
}

/** Makes a model host. Every fault is a {@link ModelError} of one request; nothing of it reaches other features. */
export function createModelHost(options: ModelHostOptions): ModelHost {
  return new ChildProcessModelHost(options, 'generate');
}

/**
 * Makes a host for embeddings, with a process of its own. Pooling is that of the model file: mean or first token (CLS) for models
 * that are made for it; the last token for models that write, whose vectors say less of a text.
 */
export function createEmbeddingHost(options: ModelHostOptions): EmbeddingHost {
  return new ChildProcessModelHost(options, 'embed');
}

class ChildProcessModelHost implements ModelHost, EmbeddingHost {
  readonly #purpose: LoadRequest['purpose'];
  readonly #options: ModelHostOptions;
  readonly #log: (line: string) => void;
  readonly #listeners = new Set<(state: ModelState) => void>();
  readonly #queue: Job[] = [];
  #working: Promise<void> | undefined;
  #process: HostProcess | undefined;
  #loaded: LoadedModel | undefined;
  #file: ModelFileInfo | undefined;
  #state: ModelState;
  #crashes: number[] = [];
  #gpuFailed = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: ModelHostOptions, purpose: LoadRequest['purpose']) {
    this.#options = options;
    this.#purpose = purpose;
    this.#log = options.log ?? (() => undefined);
    this.#state =
      options.modelPath === ''
        ? {
            state: 'none',
            detail: 'no language model',
            explanation:
              'Choose a GGUF file in querent.model.path to get proposals from a language model as well. Everything else works without one.',
          }
        : { state: 'idle', detail: 'language model not loaded', explanation: options.modelPath };
  }

  get state(): ModelState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  onState(listener: (state: ModelState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async describe(): Promise<ModelFileInfo> {
    this.#assertConfigured();
    this.#file = await checkModelFile(this.#options.modelPath);
    return this.#file;
  }

  async generate(prompt: ModelPrompt, options: GenerateOptions = {}): Promise<Generation> {
    const { onToken, ...rest } = options;
    const [result] = await this.generateMany(prompt, {
      ...rest,
      samples: [{}],
      ...(onToken === undefined ? {} : { onToken: (_, text) => onToken(text) }),
    });
    if (result?.generation === undefined)
      throw result?.failure ?? new ModelError('refused', `${this.#name} gave no answer.`);
    return result.generation;
  }

  async generateMany(prompt: ModelPrompt, options: GenerateManyOptions): Promise<readonly SampleResult[]> {
    const { onToken, signal, samples: wanted, ...common } = options;
    assertSamples(wanted.length);
    const samples = wanted.map((own) => ({ ...common, ...own }));
    return this.#ask(signal, {
      doing: 'is writing',
      send: (host, isSettled) => {
        const { id, answer } = host.request(
          { type: 'generate', prompt, samples },
          {
            onToken: (sample, text, tokens) => (isSettled() ? undefined : onToken?.(sample, text, tokens)),
          },
        );
        return { id, answer: answer.then(({ answers }) => answers.map((one) => this.#result(one))) };
      },
    });
  }

  #result(answer: HostAnswer): SampleResult {
    return 'failure' in answer
      ? { failure: this.#refusal('refused', new Error(answer.failure)) }
      : { generation: answer };
  }

  async embed(
    texts: readonly string[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<TextVectors> {
    if (texts.length === 0) {
      return { vectors: [], cut: [] };
    }
    return this.#ask(signal, {
      doing: 'is reading',
      send(host) {
        const { id, answer } = host.request({ type: 'embed', texts });
        return { id, answer: answer.then(({ embedded }) => vectorsOf(embedded)) };
      },
    });
  }

  /** Puts a request into the queue and waits for its answer. */
  async #ask<T>(signal: AbortSignal | undefined, ask: Ask<T>): Promise<T> {
    this.#assertConfigured();
    if (signal?.aborted === true) {
      throw aborted();
    }
    clearTimeout(this.#idleTimer);
    let onAbort: (() => void) | undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      const job: Job = { ask, resolve, reject, settled: false, stop: () => undefined };
      onAbort = () => {
        settle(job, () => reject(aborted()));
        job.stop();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(job);
    });
    this.#working ??= this.#work();
    try {
      return (await answer) as T;
    } finally {
      if (onAbort !== undefined) {
        signal?.removeEventListener('abort', onAbort);
      }
    }
  }

  async memory(): Promise<(MemoryReport & { readonly runsOn: LoadedModel }) | undefined> {
    const runsOn = this.#loaded;
    if (this.#process === undefined || runsOn === undefined) {
      return undefined;
    }
    const { report } = await this.#process.request({ type: 'memory' }).answer;
    return { ...report, runsOn };
  }

  async unload(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const current = this.#process;
    if (current !== undefined) {
      this.#forget(current);
      await current.exit();
      if (this.#process === undefined && !this.#disposed) {
        this.#setIdle();
      }
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const job of this.#queue.splice(0)) {
      settle(job, () => job.reject(disposed()));
    }
    await this.unload();
    this.#listeners.clear();
  }

  /** Works through the queue, one request after the other. */
  async #work(): Promise<void> {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      const current = job;
      try {
        if (!current.settled) {
          const value = await this.#run(current);
          settle(current, () => current.resolve(value));
        }
      } catch (error) {
        const failure =
          error instanceof ModelError ? error : new ModelError('crashed', oneLine(error), error);
        settle(current, () => current.reject(this.#disposed ? disposed() : failure));
      }
    }
    this.#working = undefined;
    this.#armIdleTimer();
  }

  async #run(job: Job): Promise<unknown> {
    const host = this.#process ?? (await this.#start());
    if (job.settled) {
      throw aborted(); // cancelled while the model was loading; the model stays
    }
    this.#set({ state: 'busy', detail: `${this.#name} ${job.ask.doing}`, ...this.#placeExplanation() });
    const { id, answer } = job.ask.send(host, () => job.settled);
    let force: NodeJS.Timeout | undefined;
    job.stop = () => {
      host.cancel(id);
      force = setTimeout(() => host.kill('did not stop when asked and was ended'), CANCEL_GRACE_MS);
    };
    try {
      const value = await answer;
      this.#setReady();
      return value;
    } catch (error) {
      if (error instanceof HostRequestError) {
        this.#setReady();
        throw this.#refusal(error.code === 'too-long' ? 'too-long' : 'refused', error);
      }
      throw error instanceof ModelError && error.code === 'disposed' ? error : this.#crashError(error);
    } finally {
      clearTimeout(force);
    }
  }

  #refusal(code: 'too-long' | 'refused', error: Error): ModelError {
    return new ModelError(code, `${this.#name} cannot take this request: ${oneLine(error)}.`, error);
  }

  /** Checks the file, starts a process and loads the model; with a GPU first, once more without when that fails. */
  async #start(): Promise<HostProcess> {
    try {
      this.#assertConfigured();
      this.#assertNotCrashing();
      this.#set({ state: 'loading', detail: 'checking the model file' });
      const file = await this.describe();
      const gpu = this.#gpuFailed ? 'off' : this.#options.gpu;
      try {
        return await this.#attempt(file, gpu);
      } catch (error) {
        if (gpu === 'off' || (error instanceof ModelError && error.code !== 'crashed')) {
          throw error;
        }
        this.#log(`loading ${file.name} with a GPU failed (${oneLine(error)}); trying without`);
        const host = await this.#attempt(file, 'off');
        this.#gpuFailed = true;
        return host;
      }
    } catch (error) {
      const failure = this.#loadError(error);
      this.#set({ state: 'error', detail: failure.message });
      throw failure;
    }
  }

  async #attempt(file: ModelFileInfo, gpu: 'auto' | 'off'): Promise<HostProcess> {
    this.#assertConfigured();
    const loading = (fraction: number): void =>
      this.#set({ state: 'loading', detail: `loading ${file.name} (${Math.round(fraction * 100)} %)` });
    loading(0);
    const { hostPath, heartbeatMs = 30_000, threads, samples = 1, gpuLayers = -1 } = this.#options;
    const { contextTokens = this.#purpose === 'embed' ? 512 : 4096 } = this.#options;
    const host = new HostProcess({ hostPath, heartbeatMs, log: this.#log });
    this.#process = host;
    try {
      const request = {
        type: 'load',
        modelPath: file.path,
        purpose: this.#purpose,
        gpu,
        threads: this.#threads(threads),
        contextTokens,
        sequences: this.#purpose === 'embed' ? 1 : Math.max(1, Math.floor(samples)),
        gpuLayers,
      } as const;
      let shown = 0;
      const { loaded } = await host.request(request, {
        onProgress: (fraction) => {
          if (fraction - shown >= 0.05) {
            shown = fraction;
            loading(fraction);
          }
        },
      }).answer;
      this.#loaded = loaded;
    } catch (error) {
      this.#forget(host);
      await host.exit();
      if (gpu === 'off' && error instanceof ModelError && error.code === 'crashed') {
        this.#crashes.push(Date.now());
      }
      throw error;
    }
    void host.ended.then((why) => this.#onEnd(host, why));
    this.#log(
      `loaded ${file.name} in ${Math.round(this.#loaded.loadMs)} ms on ${this.#place()}, context ${this.#loaded.contextTokens} tokens`,
    );
    return host;
  }

  /** 0 stays 0: the host chooses. More threads than cores only make them wait for each other. */
  #threads(wanted: number): number {
    return Math.min(Math.max(0, Math.floor(wanted)), availableParallelism());
  }

  /** The process of a loaded model is gone; a running request learns of it through its own rejected answer. */
  #onEnd(host: HostProcess, why: string | undefined): void {
    this.#forget(host);
    if (why === undefined) {
      return;
    }
    this.#crashes.push(Date.now());
    this.#log(`the model process ${why}`);
    this.#setIdle(`The model process ${why}. The next request starts it again.`);
  }

  #crashError(error: unknown): ModelError {
    return new ModelError(
      'crashed',
      `The model process ${oneLine(error)}. Nothing else is affected; ask again to restart it.`,
      error,
    );
  }

  #loadError(error: unknown): ModelError {
    if (error instanceof ModelError && error.code !== 'crashed') {
      return error;
    }
    const path = this.#options.modelPath;
    if (error instanceof HostRequestError) {
      return new ModelError(
        'load-failed',
        `The model ${path} could not be loaded: ${oneLine(error)}. Choose another GGUF file or a smaller quantisation.`,
        error,
      );
    }
    return new ModelError(
      'crashed',
      `The model process ${oneLine(error)} while loading ${path}. Choose a smaller model or another GGUF file.`,
      error,
    );
  }

  #assertConfigured(): void {
    if (this.#disposed) {
      throw disposed();
    }
    if (this.#options.modelPath === '') {
      throw new ModelError(
        'none',
        'No language model is configured. Choose a GGUF file in querent.model.path.',
      );
    }
  }

  #assertNotCrashing(): void {
    const now = Date.now();
    this.#crashes = this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS);
    const [oldest] = this.#crashes;
    if (oldest !== undefined && this.#crashes.length >= MAX_CRASHES) {
      const seconds = Math.ceil((oldest + CRASH_WINDOW_MS - now) / 1000);
      throw new ModelError(
        'load-failed',
        `The model process ended ${this.#crashes.length} times within 3 minutes and is not restarted for ${seconds} s. ` +
          'Choose a smaller model, or set querent.model.gpu to "off".',
      );
    }
  }

  #forget(host: HostProcess): void {
    if (this.#process === host) {
      this.#process = undefined;
      this.#loaded = undefined;
    }
  }

  #armIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    if (this.#options.idleMinutes > 0 && this.#process !== undefined) {
      this.#idleTimer = setTimeout(() => {
        this.#log(`unloading ${this.#name} after ${this.#options.idleMinutes} min without use`);
        void this.unload();
      }, this.#options.idleMinutes * 60_000);
      this.#idleTimer.unref();
    }
  }

  get #name(): string {
    return this.#file?.name ?? 'the language model';
  }

  #place(): string {
    const loaded = this.#loaded;
    return loaded === undefined || loaded.gpu === false
      ? `CPU, ${loaded?.threads ?? 0} thread${loaded?.threads === 1 ? '' : 's'}`
      : `GPU (${loaded.gpu})`;
  }

  #placeExplanation(): { explanation: string } {
    const fallback = this.#gpuFailed ? ' The GPU could not be used; see the output channel.' : '';
    return { explanation: `${this.#options.modelPath} on ${this.#place()}.${fallback}` };
  }

  #setReady(): void {
    if (this.#process !== undefined) {
      this.#set({ state: 'ready', detail: this.#name, ...this.#placeExplanation() });
    }
  }

  #setIdle(explanation?: string): void {
    this.#set({
      state: 'idle',
      detail: `${this.#name}, not loaded`,
      explanation: explanation ?? `${this.#options.modelPath}. It is loaded on the next request.`,
    });
  }

  #set(state: ModelState): void {
    this.#state = state;
    for (const listener of this.#listeners) {
      listener(state);
    }
  }
}

function vectorsOf({ dimensions, vectors, cut }: Embedded): TextVectors {
  const bytes = Uint8Array.from(Buffer.from(vectors, 'base64')); // of its own, so that it is aligned
  const all = new Float32Array(bytes.buffer);
  const rows = Array.from({ length: all.length / dimensions }, (_, row) =>
    all.slice(row * dimensions, (row + 1) * dimensions),
  );
  return { vectors: rows, cut };
}

function settle(job: Job, answer: () => void): void {
  if (!job.settled) {
    job.settled = true;
    answer();
  }
}

function aborted(): ModelError {
  return new ModelError('aborted', 'Cancelled.');
}

function disposed(): ModelError {
  return new ModelError('disposed', 'The language model was shut down.');
}
