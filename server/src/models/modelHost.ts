import { availableParallelism } from 'node:os';
import type { TextVectors } from './embeddingModel.ts';
import { setTimeout as wait } from 'node:timers/promises';
import type { ModelFileInfo } from './gguf.ts';
import { aborted, CrashError, crashError, disposed, loadError } from './hostErrors.ts';
import { HostProcess, HostRequestError } from './hostProcess.ts';
import type { HostEnd } from './hostProcess.ts';
import type {
  EmbeddingHost,
  ModelHost,
  ModelHostOptions,
  ModelState,
  ReadTokensOptions,
} from './hostTypes.ts';
import type {
  Embedded,
  Generation,
  GpuMemory,
  HostAnswer,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  ModelPrompt,
  TextTokens,
} from './hostProtocol.ts';
import { ModelError, oneLine } from './modelError.ts';
import { ModelFile } from './modelFile.ts';
import { describePlan, estimateFile, planLoad, probeGpu } from './modelLoading.ts';
import { freeMemory, size } from './modelMemory.ts';
import type { LoadWish, MachineMemory, MemoryEstimate } from './modelMemory.ts';
import { RestartPolicy } from './restartPolicy.ts';
import { assertSamples } from './textModel.ts';
import type { GenerateManyOptions, GenerateOptions, SampleResult } from './textModel.ts';

/** A cancelled request must end within this time, or the process is ended. */
const CANCEL_GRACE_MS = 10_000;
/** An answer ends by itself after so long, unless the request says otherwise; see {@link SamplingOptions.maxMs}. */
const DEFAULT_MAX_MS = 300_000;
/** Node's timers take 32 bits and fire at once beyond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** So often a process may die with a model on the GPU, not killed from outside, before the next goes without. */
const MAX_GPU_DEATHS = 2;

/** What is asked of the process, once it is there. */
interface Ask<T> {
  /** What the model does meanwhile: `is writing`. */
  readonly doing: string;
  /** Milliseconds after which the process ends it by itself. */
  readonly limitMs?: number;
  /** Sends the request of a job. */
  send(host: HostProcess, job: Job): { readonly id: number; readonly answer: Promise<T> };
}

interface Job {
  readonly ask: Ask<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Answered or cancelled: nobody waits any more. */
  settled: boolean;
  /** A part of the answer was given out. */
  hasBegun: boolean;
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
  readonly #file: ModelFile;
  #state: ModelState;
  readonly #restarts = new RestartPolicy();
  /** Whether the process that runs has given a token or a vector. */
  #isProven = false;
  #gpu: GpuMemory | undefined;
  #gpuDeaths = 0;
  #gpuFailed = false;
  #report: MemoryReport | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: ModelHostOptions, purpose: LoadRequest['purpose']) {
    this.#options = options;
    this.#purpose = purpose;
    this.#file = new ModelFile(options.modelPath, purpose);
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
    return this.#file.describe();
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
      limitMs: Math.max(...samples.map(({ maxMs = DEFAULT_MAX_MS }) => maxMs)),
      send: (host, job) => {
        const onText = (sample: number, text: string, tokens: number): void => {
          this.#isProven = true;
          if (job.settled) return;
          job.hasBegun = true;
          onToken?.(sample, text, tokens);
        };
        const { id, answer } = host.request({ type: 'generate', prompt, samples }, { onToken: onText });
        const results = answer.then(({ answers, report }) => {
          this.#report = report;
          return answers.map((one) => this.#result(one));
        });
        return { id, answer: results };
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

  async readTokens(
    prompt: ModelPrompt,
    { continuation = [], logProbs = false, signal }: ReadTokensOptions = {},
  ): Promise<TextTokens> {
    return this.#ask(signal, {
      doing: 'is reading',
      send(host) {
        const { id, answer } = host.request({ type: 'tokens', prompt, continuation, logProbs });
        return { id, answer: answer.then(({ read }) => read) };
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
      const job: Job = { ask, resolve, reject, settled: false, hasBegun: false, stop: () => undefined };
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

  async estimate(): Promise<MemoryEstimate | undefined> {
    const file = await this.describe();
    const { gpu, hostPath } = this.#options;
    if (gpu === 'auto' && !this.#gpuFailed && this.#process === undefined)
      this.#gpu = await probeGpu(hostPath, this.#log);
    return estimateFile(file, this.#wish, this.#machine(this.#gpuFailed ? 'off' : gpu));
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
          const value = await this.#runTwice(current);
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

  /** Runs a job, and once more where its process was killed from outside before it had given anything: then nothing is lost. */
  async #runTwice(job: Job): Promise<unknown> {
    try {
      return await this.#run(job);
    } catch (error) {
      const isWorthAnother =
        error instanceof CrashError &&
        error.isFromOutside &&
        !job.hasBegun &&
        !job.settled &&
        !this.#disposed;
      if (!isWorthAnother) throw error;
      this.#log('the request is asked again, since nothing of its answer had come');
      return this.#run(job);
    }
  }

  async #run(job: Job): Promise<unknown> {
    const host = this.#process ?? (await this.#start(job));
    if (job.settled) {
      this.#setReady(); // cancelled while the model was loading; the model stays
      throw aborted();
    }
    this.#set({ state: 'busy', detail: `${this.#name} ${job.ask.doing}`, ...this.#placeExplanation() });
    const { id, answer } = job.ask.send(host, job);
    let force: NodeJS.Timeout | undefined;
    const stop = (): void => {
      host.cancel(id);
      clearTimeout(force);
      force = setTimeout(() => host.kill('did not stop when asked and was ended'), CANCEL_GRACE_MS);
    };
    job.stop = stop;
    const { limitMs } = job.ask;
    const guard = limitMs === undefined ? undefined : setTimeout(stop, limitMs + CANCEL_GRACE_MS);
    try {
      const value = await answer;
      this.#isProven = true;
      this.#restarts.answered();
      this.#setReady();
      return value;
    } catch (error) {
      if (error instanceof HostRequestError) {
        this.#setReady();
        throw this.#refusal(error.code === 'too-long' ? 'too-long' : 'refused', error);
      }
      throw error instanceof ModelError && error.code === 'disposed' ? error : crashError(error, host.end);
    } finally {
      clearTimeout(guard);
      clearTimeout(force);
    }
  }

  #refusal(code: 'too-long' | 'refused', error: Error): ModelError {
    return new ModelError(code, `${this.#name} cannot take this request: ${oneLine(error)}.`, error);
  }

  /** Checks the file, starts a process and loads the model; with a GPU first, once more without when that fails. */
  async #start(job: Job): Promise<HostProcess> {
    try {
      this.#assertConfigured();
      await this.#pause(job);
      this.#set({ state: 'loading', detail: 'checking the model file' });
      await this.#allowed();
      const file = await this.#file.check();
      const gpu = this.#gpuFailed ? 'off' : this.#options.gpu;
      try {
        return await this.#attempt(file, gpu);
      } catch (error) {
        const isGone = error instanceof ModelError && error.code !== 'crashed';
        if (gpu === 'off' || isGone || (error instanceof CrashError && error.isFromOutside)) throw error;
        this.#log(`loading ${file.name} with a GPU failed (${oneLine(error)}); trying without`);
        const host = await this.#attempt(file, 'off');
        this.#gpuFailed = true;
        return host;
      }
    } catch (error) {
      const failure = loadError(error, this.#options.modelPath);
      if (failure.code === 'aborted' || failure.code === 'disposed') this.#setIdle();
      else this.#set({ state: 'error', detail: failure.message });
      throw failure;
    }
  }

  async #allowed(): Promise<void> {
    try {
      await this.#options.beforeLoad?.();
    } catch (error) {
      throw error instanceof ModelError ? error : new ModelError('load-failed', oneLine(error), error);
    }
  }

  async #attempt(file: ModelFileInfo, gpu: 'auto' | 'off'): Promise<HostProcess> {
    this.#assertConfigured();
    const loading = (fraction: number): void =>
      this.#set({ state: 'loading', detail: `loading ${file.name} (${Math.round(fraction * 100)} %)` });
    loading(0);
    const { hostPath, heartbeatMs = 30_000, threads, adapterPath } = this.#options;
    const host = new HostProcess({ hostPath, heartbeatMs, log: this.#log });
    this.#process = host;
    this.#isProven = false;
    try {
      if (gpu === 'auto') this.#gpu = (await host.request({ type: 'gpu', threads }).answer).gpu;
      const plan = planLoad(file, this.#wish, this.#machine(gpu));
      this.#log(describePlan(file, plan, this.#wish.samples));
      let shown = 0;
      const { loaded } = await host.request(
        {
          type: 'load',
          modelPath: file.path,
          architecture: file.architecture,
          purpose: this.#purpose,
          gpu,
          threads: this.#threads(threads),
          contextTokens: this.#wish.contextTokens,
          sequences: plan.samples,
          gpuLayers: this.#wish.gpuLayers,
          ...(adapterPath === undefined ? {} : { adapterPath }),
        },
        {
          onProgress: (fraction) => {
            if (fraction - shown >= 0.05) {
              shown = fraction;
              loading(fraction);
            }
          },
        },
      ).answer;
      this.#loaded = loaded;
    } catch (error) {
      this.#forget(host);
      await host.exit();
      const { end } = host;
      if (end === undefined) throw error;
      if (gpu === 'off' || end.isFromOutside) this.#restarts.died({ at: Date.now(), age: 'young', ...end });
      throw new CrashError(end.why, end, error);
    }
    void host.ended.then((end) => this.#onEnd(host, end));
    const { loadMs, contextTokens, sequences } = this.#loaded;
    const side = sequences === 1 ? '' : `, ${sequences} answers side by side`;
    this.#log(
      `loaded ${file.name} in ${Math.round(loadMs)} ms on ${this.#place()}, context ${contextTokens} tokens${side}`,
    );
    return host;
  }

  /** What is wanted, with defaults. */
  get #wish(): LoadWish {
    const { contextTokens, samples = 1, gpuLayers = -1 } = this.#options;
    return this.#purpose === 'embed'
      ? { contextTokens: contextTokens ?? 512, samples: 1, gpuLayers }
      : { contextTokens: contextTokens ?? 4096, samples: Math.max(1, Math.floor(samples)), gpuLayers };
  }

  #machine(gpu: 'auto' | 'off'): MachineMemory {
    const limit = this.#options.memoryBytes ?? Infinity;
    const { freeBytes, totalBytes } = freeMemory();
    return {
      freeBytes: Math.min(limit, freeBytes),
      totalBytes: Math.min(limit, totalBytes),
      ...(gpu === 'off' ? {} : { gpu: this.#gpu }),
    };
  }

  /** 0 stays 0: the host chooses. More threads than cores only make them wait for each other. */
  #threads(wanted: number): number {
    return Math.min(Math.max(0, Math.floor(wanted)), availableParallelism());
  }

  /** The process of a loaded model is gone; a running request learns of it through its own rejected answer. */
  #onEnd(host: HostProcess, end: HostEnd | undefined): void {
    const wasOnGpu = this.#process === host && this.#loaded !== undefined && this.#loaded.gpu !== false;
    this.#forget(host);
    if (end === undefined) {
      return;
    }
    this.#restarts.died({ at: Date.now(), age: this.#isProven ? 'proven' : 'young', ...end });
    this.#log(`the model process ${end.why}`);
    if (wasOnGpu && !end.isFromOutside && ++this.#gpuDeaths >= MAX_GPU_DEATHS) {
      this.#gpuFailed = true;
      this.#log(`it died ${this.#gpuDeaths} times on the GPU; the next goes without`);
    }
    this.#setIdle(`The model process ${end.why}. The next request starts it again.`);
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

  /** Waits before a process that follows several that died. @throws ModelError where it is not started for now */
  async #pause(job: Job): Promise<void> {
    const next = this.#restarts.next(Date.now());
    if (next.kind === 'refuse') {
      throw new ModelError(
        'load-failed',
        `The model process ended ${next.deaths} times before it gave any answer and is not started again for ${Math.ceil(next.forMs / 1000)} s. ` +
          'Choose a smaller model, or set querent.model.gpu to "off".',
      );
    }
    for (let left = next.waitMs; left > 0 && !job.settled && !this.#disposed; left -= 50) await wait(50);
    if (job.settled) throw aborted();
    this.#assertConfigured();
  }

  #forget(host: HostProcess): void {
    if (this.#process === host) {
      this.#process = undefined;
      this.#loaded = undefined;
      this.#report = undefined;
    }
  }

  #armIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    if (this.#options.idleMinutes > 0 && this.#process !== undefined) {
      const ms = Math.min(this.#options.idleMinutes * 60_000, LONGEST_TIMER_MS);
      this.#idleTimer = setTimeout(() => {
        this.#log(`unloading ${this.#name} after ${this.#options.idleMinutes} min without use`);
        void this.unload();
      }, ms);
      this.#idleTimer.unref();
    }
  }

  get #name(): string {
    return this.#file.name;
  }

  #place(): string {
    const loaded = this.#loaded;
    return loaded === undefined || loaded.gpu === false
      ? `CPU, ${loaded?.threads ?? 0} thread${loaded?.threads === 1 ? '' : 's'}`
      : `GPU (${loaded.gpu}, ${loaded.gpuLayers} of ${loaded.layers} layers)`;
  }

  #placeExplanation(): Pick<ModelState, 'explanation' | 'tokensPerSecond' | 'memoryBytes'> {
    const fallback = this.#gpuFailed ? ' The GPU could not be used; see the output channel.' : '';
    const { tokensPerSecond, processBytes } = this.#report ?? {};
    const speed = tokensPerSecond === undefined ? '' : ` ${tokensPerSecond.toFixed(1)} tokens per second.`;
    const memory = processBytes === undefined ? '' : ` ${size(processBytes)} of memory.`;
    return {
      explanation: `${this.#options.modelPath} on ${this.#place()}.${speed}${memory}${fallback}`,
      ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
      ...(processBytes === undefined ? {} : { memoryBytes: processBytes }),
    };
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
