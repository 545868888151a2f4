/**
 * The model host process: the only place that loads node-llama-cpp. It is started by {@link createModelHost} with an IPC
 * channel, serves one model, one request at a time, and ends when its parent goes away. A fault in native code takes this
 * process with it and nothing else.
 */
import { availableParallelism } from 'node:os';
import type {
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaGrammar,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import { TextEmbedding } from './hostEmbedding.ts';
import { PROTOCOL_VERSION } from './hostProtocol.ts';
import type {
  Embedded,
  EmbedRequest,
  GenerateRequest,
  Generation,
  HostMessage,
  HostRequest,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  SamplingOptions,
} from './hostProtocol.ts';

/** What is alive while a model is loaded. */
interface Runtime {
  readonly llama: Llama;
  readonly model: LlamaModel;
  /** One of the two, by the purpose that it was loaded for. */
  readonly writing?: Writing;
  readonly embedding?: TextEmbedding;
}

/** What answers are written with. */
interface Writing {
  readonly context: LlamaContext;
  /** One warm sequence: a prompt that starts like the one before reuses its evaluated prefix. */
  readonly sequence: LlamaContextSequence;
  /** Grammars compiled so far, by their source. */
  readonly grammars: Map<string, LlamaGrammar>;
}

class RequestError extends Error {
  readonly code: 'load-failed' | 'too-long' | 'failed';
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

async function load(request: LoadRequest): Promise<LoadedModel> {
  const started = performance.now();
  const { getLlama } = await import('node-llama-cpp');
  const most = request.threads > 0 ? request.threads : Math.max(1, availableParallelism() - 1);
  const llama = await getLlama({
    gpu: request.gpu === 'off' ? false : 'auto',
    build: 'never', // never compile llama.cpp on a person's machine
    maxThreads: most, // the default of at least 4 makes small machines a hundred times slower
    logger: (level, message) => process.stderr.write(`${level}: ${message.trimEnd()}\n`),
  });
  const threads = request.threads > 0 ? most : Math.max(1, Math.min(most, llama.cpuMathCores));
  const model = await llama.loadModel({
    modelPath: request.modelPath,
    onLoadProgress: (fraction) => send({ type: 'progress', id: request.id, fraction }),
  });
  const loaded = (contextTokens: number): LoadedModel => ({
    gpu: llama.gpu,
    threads,
    contextTokens,
    loadMs: performance.now() - started,
  });
  if (request.purpose === 'embed') {
    const embedding = await TextEmbedding.create(model, request.contextTokens, threads);
    runtime = { llama, model, embedding };
    return loaded(embedding.contextTokens);
  }
  const room = Math.min(request.contextTokens, model.trainContextSize);
  const context = await model.createContext({
    sequences: 1,
    contextSize: { min: Math.min(256, room), max: room },
    batchSize: Math.min(256, room), // cancellation waits for the batch being evaluated
    threads,
  });
  runtime = { llama, model, writing: { context, sequence: context.getSequence(), grammars: new Map() } };
  return loaded(context.contextSize);
}

async function generate(request: GenerateRequest, abort: AbortController): Promise<Generation> {
  if (runtime?.writing === undefined) {
    throw new RequestError('failed', 'no model is loaded that writes');
  }
  const { llama, model, writing } = runtime;
  const { context, sequence, grammars } = writing;
  const promptText =
    request.prompt.kind === 'raw'
      ? request.prompt.text
      : `${request.prompt.system ?? ''}\n${request.prompt.user}`;
  const promptTokens = model.tokenize(promptText).length;
  const room = context.contextSize - promptTokens - TEMPLATE_TOKENS;
  if (room < 1) {
    throw new RequestError(
      'too-long',
      `the prompt has ${promptTokens} tokens and the model's context ${context.contextSize}; shorten the query`,
    );
  }
  const grammar = await grammarOf(llama, grammars, request);
  const started = performance.now();
  let firstTokenMs = 0;
  let tokens = 0;
  let text = '';
  const options: RunOptions = {
    signal: abort.signal,
    stopOnAbortSignal: true,
    maxTokens: Math.min(request.maxTokens ?? room, room),
    temperature: request.temperature ?? 0,
    minP: 0.1, // sampling takes no token below a tenth of the likeliest one's chance
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(grammar === undefined ? {} : { grammar }),
    onToken: (chunk) => {
      firstTokenMs = tokens === 0 ? performance.now() - started : firstTokenMs;
      tokens += chunk.length;
    },
    onTextChunk: (chunk) => {
      text += chunk;
      send({ type: 'token', id: request.id, text: chunk });
    },
  };
  let stopReason: string;
  try {
    stopReason = await run(sequence, request, options);
  } catch (error) {
    if (!abort.signal.aborted) {
      throw error;
    }
    stopReason = 'abort';
  }
  return {
    text,
    stopReason: stopReason === 'abort' || stopReason === 'maxTokens' ? stopReason : 'end',
    promptTokens,
    tokens,
    firstTokenMs,
    totalMs: performance.now() - started,
  };
}

/** Tokens kept free for what a chat template adds around the turns. */
const TEMPLATE_TOKENS = 64;

/** What a chat and a plain completion have in common. */
interface RunOptions {
  readonly signal: AbortSignal;
  readonly stopOnAbortSignal: boolean;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly minP: number;
  readonly seed?: number;
  readonly grammar?: LlamaGrammar;
  readonly onToken: (chunk: readonly Token[]) => void;
  readonly onTextChunk: (chunk: string) => void;
}

async function run(
  contextSequence: LlamaContextSequence,
  { prompt }: GenerateRequest,
  options: RunOptions,
): Promise<string> {
  const { LlamaChatSession, LlamaCompletion } = await import('node-llama-cpp');
  if (prompt.kind === 'raw') {
    const completion = new LlamaCompletion({ contextSequence });
    try {
      const answer = await completion.generateCompletionWithMeta(prompt.text, options);
      return answer.metadata.stopReason;
    } finally {
      completion.dispose({ disposeSequence: false });
    }
  }
  const session = new LlamaChatSession({
    contextSequence,
    ...(prompt.system === undefined ? {} : { systemPrompt: prompt.system }),
  });
  try {
    const answer = await session.promptWithMeta(prompt.user, options);
    return answer.stopReason;
  } finally {
    session.dispose({ disposeSequence: false });
  }
}

async function grammarOf(
  llama: Llama,
  grammars: Writing['grammars'],
  { grammar, jsonSchema }: SamplingOptions,
): Promise<LlamaGrammar | undefined> {
  if (grammar === undefined && jsonSchema === undefined) {
    return undefined;
  }
  const key = grammar ?? JSON.stringify(jsonSchema);
  let compiled = grammars.get(key);
  if (compiled === undefined) {
    type Schema = Parameters<Llama['createGrammarForJsonSchema']>[0];
    compiled =
      grammar === undefined
        ? await llama.createGrammarForJsonSchema(jsonSchema as Schema)
        : await llama.createGrammar({ grammar });
    grammars.set(key, compiled);
  }
  return compiled;
}

async function embed({ texts }: EmbedRequest, abort: AbortController): Promise<Embedded> {
  if (runtime?.embedding === undefined) {
    throw new RequestError('failed', 'no model is loaded that makes vectors');
  }
  return runtime.embedding.embed(texts, abort.signal);
}

async function memory(): Promise<MemoryReport> {
  const gpu =
    runtime === undefined || runtime.llama.gpu === false ? undefined : await runtime.llama.getVramState();
  return {
    processBytes: process.memoryUsage().rss,
    modelBytes: runtime?.model.size ?? 0,
    gpuUsedBytes: gpu?.used ?? 0,
    gpuTotalBytes: gpu?.total ?? 0,
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
    case 'load':
      void answer(request.id, async () => {
        const loaded = await load(request).catch((error: unknown) => {
          throw new RequestError('load-failed', error instanceof Error ? error.message : String(error));
        });
        return { type: 'loaded', id: request.id, loaded };
      });
      return;
    case 'generate': {
      const abort = new AbortController();
      running = { id: request.id, abort };
      void answer(request.id, async () => {
        const generation = await generate(request, abort);
        return { type: 'done', id: request.id, generation };
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
    }
  }
}

process.on('message', (message) => receive(message as HostRequest));
process.on('disconnect', () => process.exit(0)); // never outlive the server
send({ type: 'hello', protocol: PROTOCOL_VERSION });
