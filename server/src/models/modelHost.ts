import { availableParallelism } from 'node:os';
import { checkModelFile } from './gguf.ts';
import type { ModelFileInfo } from './gguf.ts';
import { HostProcess, HostRequestError } from './hostProcess.ts';
import type { Generation, LoadedModel, MemoryReport, ModelPrompt } from './hostProtocol.ts';
import { ModelError, oneLine } from './modelError.ts';
import type { GenerateOptions, TextModel } from './textModel.ts';

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
  /** Most tokens of context, prompt and answer together. Default 4,096. */
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
export interface ModelHost extends TextModel {
  readonly state: ModelState;
  /** Calls `listener` on every change of {@link state}; returns a function that ends that. */
  onState(listener: (state: ModelState) => void): () => void;
  /** Checks the model file and says what it is. @throws ModelError (rejects) */
  describe(): Promise<ModelFileInfo>;
  /** Memory in use, undefined while no model is loaded. */
  memory(): Promise<(MemoryReport & { readonly runsOn: LoadedModel }) | undefined>;
  /** Id of the process, undefined while there is none. */
  readonly pid: number | undefined;
  /** Ends the process; the next request starts it again. Waits for a running request to end or be cut off. */
  unload(): Promise<void>;
  dispose(): Promise<void>;
}

/** The process may end by itself so often within the window before it is no longer started again. */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 3 * 60_000;
/** A cancelled generation must end within this time, or the process is ended. */
const CANCEL_GRACE_MS = 10_000;

interface Job {
  readonly prompt: ModelPrompt;
  readonly options: GenerateOptions;
  readonly resolve: (generation: Generation) => void;
  readonly reject: (error: Error) => void;
  /** Answered or cancelled: nobody waits any more. */
  settled: boolean;
  /** Tells the process to stop, once it works on the job. */
  stop: () => void;
}

/** Makes a model host. Every fault is a {@link ModelError} of one request; nothing of it reaches other features. */
export function createModelHost(options: ModelHostOptions): ModelHost {
  return new ChildProcessModelHost(options);
}

class ChildProcessModelHost implements ModelHost {
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

  constructor(options: ModelHostOptions) {
    this.#options = options;
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
    this.#assertConfigured();
    const { signal } = options;
    if (signal?.aborted === true) {
      throw aborted();
    }
    clearTimeout(this.#idleTimer);
    let onAbort: (() => void) | undefined;
    const answer = new Promise<Generation>((resolve, reject) => {
      const job: Job = { prompt, options, resolve, reject, settled: false, stop: () => undefined };
      onAbort = () => {
        settle(job, () => reject(aborted()));
        job.stop();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(job);
    });
    this.#working ??= this.#work();
    try {
      return await answer;
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
          const generation = await this.#run(current);
          settle(current, () => current.resolve(generation));
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

  async #run(job: Job): Promise<Generation> {
    const host = this.#process ?? (await this.#start());
    if (job.settled) {
      throw aborted(); // cancelled while the model was loading; the model stays
    }
    const { onToken, maxTokens, temperature, seed, grammar, jsonSchema } = job.options;
    this.#set({ state: 'busy', detail: `${this.#name} is writing`, ...this.#placeExplanation() });
    const { id, answer } = host.request(
      { type: 'generate', prompt: job.prompt, maxTokens, temperature, seed, grammar, jsonSchema },
      { onToken: (text) => (job.settled ? undefined : onToken?.(text)) },
    );
    let force: NodeJS.Timeout | undefined;
    job.stop = () => {
      host.cancel(id);
      force = setTimeout(() => host.kill('did not stop when asked and was ended'), CANCEL_GRACE_MS);
    };
    try {
      const { generation } = await answer;
      this.#setReady();
      return generation;
    } catch (error) {
      if (error instanceof HostRequestError) {
        this.#setReady();
        throw new ModelError(
          error.code === 'too-long' ? 'too-long' : 'refused',
          `${this.#name} cannot take this request: ${oneLine(error)}.`,
          error,
        );
      }
      throw error instanceof ModelError && error.code === 'disposed' ? error : this.#crashError(error);
    } finally {
      clearTimeout(force);
    }
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
    const { hostPath, heartbeatMs = 30_000, threads, contextTokens = 4096 } = this.#options;
    const host = new HostProcess({ hostPath, heartbeatMs, log: this.#log });
    this.#process = host;
    try {
      const request = {
        type: 'load',
        modelPath: file.path,
        gpu,
        threads: this.#threads(threads),
        contextTokens,
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
