/**
 * The model host process: the only place that loads node-llama-cpp. It is started by {@link createModelHost} with an IPC
 * channel, serves one model, one request at a time, and ends when its parent goes away. A fault in native code takes this
 * process with it and nothing else.
 */
import { availableParallelism } from 'node:os';
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import { TextEmbedding } from './hostEmbedding.ts';
import { PROTOCOL_VERSION } from './hostProtocol.ts';
import { TooLongError, Writing } from './hostWriting.ts';
import { BATCH_TOKENS } from './modelMemory.ts';
import type {
  Embedded,
  EmbedRequest,
  GenerateRequest,
  GpuMemory,
  HostAnswer,
  HostMessage,
  HostRequest,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  TextTokens,
  TokensRequest,
} from './hostProtocol.ts';

/** What is alive while a model is loaded. */
interface Runtime {
  readonly llama: Llama;
  readonly model: LlamaModel;
  /** One of the two, by the purpose that it was loaded for. */
  readonly writing?: Writing;
  readonly embedding?: TextEmbedding;
}

class RequestError extends Error {
  readonly code: 'unsupported' | 'load-failed' | 'too-long' | 'failed';
  constructor(code: RequestError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

let runtime: Runtime | undefined;
let running: { readonly id: number; readonly abort: AbortController } | undefined;

function send(message: HostMessage): void {
  if (process.connected) {
    process.send?.(message);
  }
}

let opened: { readonly llama: Llama; readonly gpu: 'auto' | 'off' } | undefined;

/** llama.cpp, with all it can use of the machine; begun once, unless the next wants it without the GPU. */
async function openLlama(gpu: 'auto' | 'off', threads: number): Promise<Llama> {
  if (opened?.gpu === gpu) return opened.llama;
  const { getLlama } = await import('node-llama-cpp');
  const llama = await getLlama({
    gpu: gpu === 'off' ? false : 'auto',
    build: 'never', // never compile llama.cpp on a person's machine
    maxThreads: mostThreads(threads), // the default of at least 4 makes small machines a hundred times slower
    logger: (level, message) => process.stderr.write(`${level}: ${message.trimEnd()}\n`),
  });
  opened = { llama, gpu };
  return llama;
}

function mostThreads(wanted: number): number {
  return wanted > 0 ? wanted : Math.max(1, availableParallelism() - 1);
}

async function gpuMemory(threads: number): Promise<GpuMemory | undefined> {
  const llama = await openLlama('auto', threads);
  if (llama.gpu === false) return undefined;
  const { total, free } = await llama.getVramState();
  return { name: (await llama.getGpuDeviceNames()).join(', '), totalBytes: total, freeBytes: free };
}

/** What node-llama-cpp 3.22 knows of its llama.cpp, for its own use. */
interface Bindings {
  readonly _bindings?: { getIsArchSupported?(architecture: string): boolean };
}

async function load(request: LoadRequest): Promise<LoadedModel> {
  const started = performance.now();
  const llama = await openLlama(request.gpu, request.threads);
  const { _bindings } = llama as Llama & Bindings;
  if (_bindings?.getIsArchSupported?.(request.architecture) === false) {
    throw new RequestError(
      'unsupported',
      `its architecture ${JSON.stringify(request.architecture.slice(0, 40))} is not known to this version of llama.cpp`,
    );
  }
  const most = mostThreads(request.threads);
  const threads = request.threads > 0 ? most : Math.max(1, Math.min(most, llama.cpuMathCores));
  const model = await llama.loadModel({
    modelPath: request.modelPath,
    ...(request.gpuLayers < 0 ? {} : { gpuLayers: request.gpuLayers }),
    onLoadProgress: (fraction) => send({ type: 'progress', id: request.id, fraction }),
  });
  const loaded = (contextTokens: number, sequences: number): LoadedModel => ({
    gpu: llama.gpu,
    threads,
    contextTokens,
    sequences,
    gpuLayers: model.gpuLayers,
    layers: model.fileInsights.totalLayers,
    loadMs: performance.now() - started,
  });
  if (request.purpose === 'embed') {
    const embedding = await TextEmbedding.create(model, request.contextTokens, threads);
    runtime = { llama, model, embedding };
    return loaded(embedding.contextTokens, 1);
  }
  const context = await createContext(
    model,
    request,
    threads,
    llama.gpu === false ? BATCH_TOKENS.cpu : BATCH_TOKENS.gpu,
  );
  runtime = { llama, model, writing: new Writing(llama, model, context) };
  return loaded(context.contextSize, context.totalSequences);
}

/** Makes room for as many answers side by side as wanted; where memory is short for fewer, and for one with less context. */
async function createContext(
  model: LlamaModel,
  request: LoadRequest,
  threads: number,
  batchSize: number,
): Promise<LlamaContext> {
  const room = Math.min(request.contextTokens, model.trainContextSize);
  for (let sequences = Math.max(1, request.sequences); ; sequences = Math.ceil(sequences / 2)) {
    try {
      return await model.createContext({
        sequences,
        contextSize: { min: sequences > 1 ? room : Math.min(256, room), max: room },
        batchSize: Math.min(batchSize, room),
        threads,
        ...(request.adapterPath === undefined ? {} : { lora: request.adapterPath }),
      });
    } catch (error) {
      if (sequences === 1) throw error;
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(
        `no room for ${sequences} answers side by side (${why.split('\n', 1)[0]}); trying fewer\n`,
      );
    }
  }
}

async function generate(request: GenerateRequest, abort: AbortController): Promise<readonly HostAnswer[]> {
  if (runtime?.writing === undefined) {
    throw new RequestError('failed', 'no model is loaded that writes');
  }
  try {
    return await runtime.writing.write({
      prompt: request.prompt,
      samples: request.samples,
      signal: abort.signal,
      onText: (sample, text, tokens) => send({ type: 'token', id: request.id, sample, text, tokens }),
    });
  } catch (error) {
    throw error instanceof TooLongError ? new RequestError('too-long', error.message) : error;
  }
}

async function embed({ texts }: EmbedRequest, abort: AbortController): Promise<Embedded> {
  if (runtime?.embedding === undefined) {
    throw new RequestError('failed', 'no model is loaded that makes vectors');
  }
  return runtime.embedding.embed(texts, abort.signal);
}

async function readTokens(request: TokensRequest, abort: AbortController): Promise<TextTokens> {
  if (runtime?.writing === undefined) {
    throw new RequestError('failed', 'no model is loaded that writes');
  }
  try {
    return await runtime.writing.readTokens(request, abort.signal);
  } catch (error) {
    throw error instanceof TooLongError ? new RequestError('too-long', error.message) : error;
  }
}

async function memory(): Promise<MemoryReport> {
  const gpu =
    runtime === undefined || runtime.llama.gpu === false ? undefined : await runtime.llama.getVramState();
  return {
    processBytes: process.memoryUsage().rss,
    modelBytes: runtime?.model.size ?? 0,
    gpuUsedBytes: gpu?.used ?? 0,
    gpuTotalBytes: gpu?.total ?? 0,
    tokensPerSecond: runtime?.writing?.tokensPerSecond,
  };
}

/** Answers a request with exactly one message. */
async function answer(id: number, work: () => Promise<HostMessage>): Promise<void> {
  try {
    send(await work());
  } catch (error) {
    const code = error instanceof RequestError ? error.code : 'failed';
    send({ type: 'error', id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

async function exit(): Promise<void> {
  running?.abort.abort();
  await runtime?.llama.dispose().catch(() => undefined);
  process.exit(0);
}

function receive(request: HostRequest): void {
  switch (request.type) {
    case 'ping':
      send({ type: 'pong', id: request.id });
      return;
    case 'cancel':
      if (running?.id === request.id) {
        running.abort.abort(new Error('cancelled'));
      }
      return;
    case 'exit':
      void exit();
      return;
    case 'memory':
      void answer(request.id, async () => ({ type: 'memory', id: request.id, report: await memory() }));
      return;
    case 'gpu':
      void answer(request.id, async () => {
        const gpu = await gpuMemory(request.threads);
        return { type: 'gpu', id: request.id, ...(gpu === undefined ? {} : { gpu }) };
      });
      return;
    case 'load':
      void answer(request.id, async () => {
        const loaded = await load(request).catch((error: unknown) => {
          throw error instanceof RequestError
            ? error
            : new RequestError('load-failed', error instanceof Error ? error.message : String(error));
        });
        return { type: 'loaded', id: request.id, loaded };
      });
      return;
    case 'generate': {
      const abort = new AbortController();
      running = { id: request.id, abort };
      void answer(request.id, async () => {
        const answers = await generate(request, abort);
        return { type: 'done', id: request.id, answers, report: await memory() };
      });
      return;
    }
    case 'embed': {
      const abort = new AbortController();
      running = { id: request.id, abort };
      void answer(request.id, async () => {
        const embedded = await embed(request, abort);
        return { type: 'embedded', id: request.id, embedded };
      });
      return;
    }
    case 'tokens': {
      const abort = new AbortController();
      running = { id: request.id, abort };
      void answer(request.id, async () => ({
        type: 'tokens',
        id: request.id,
        read: await readTokens(request, abort),
      }));
    }
  }
}

process.on('message', (message) => receive(message as HostRequest));
process.on('disconnect', () => process.exit(0)); // never outlive the server
send({ type: 'hello', protocol: PROTOCOL_VERSION });
