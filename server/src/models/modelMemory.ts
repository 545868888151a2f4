import { totalmem, freemem, platform } from 'node:os';
import type { GgufHeader } from './ggufHeader.ts';
import type { GpuMemory } from './hostProtocol.ts';

/** What a model's memory follows from. */
export interface ModelShape {
  readonly layers: number;
  /** Bytes of all weights, and of those in the layers. */
  readonly weightBytes: number;
  readonly layerBytes: number;
  /** Bytes of keys and values that one token of context takes in all layers together, at 16 bits a number. */
  readonly bytesPerToken: number;
  /** Share of those that every token takes; the rest keep a window of `windowTokens`. */
  readonly fullShare: number;
  readonly windowTokens: number;
  readonly vocabulary: number;
  readonly embedding: number;
  readonly feedForward: number;
}

/** How a model is to be loaded. */
export interface LoadWish {
  /** Tokens of context of each answer. */
  readonly contextTokens: number;
  /** Answers side by side. */
  readonly samples: number;
  /** Layers in graphics memory; -1: as many as fit. */
  readonly gpuLayers: number;
}

/** What the machine has left. */
export interface MachineMemory {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Undefined where there is none, or it is not to be used. */
  readonly gpu?: GpuMemory | undefined;
}

/** What loading takes. All in bytes. */
export interface MemoryEstimate {
  readonly modelBytes: number;
  /** Keys, values and working memory of all answers side by side. */
  readonly contextBytes: number;
  /** With what the process takes beside. */
  readonly totalBytes: number;
  readonly layers: number;
  /** Layers in graphics memory, and what they and their context take there; the rest is in the machine's memory. */
  readonly gpuLayers: number;
  readonly gpuBytes: number;
  readonly freeMemory: number;
  readonly freeGpuMemory: number;
  /** `tight`: with less than a tenth to spare. */
  readonly fits: 'yes' | 'tight' | 'no';
  /** One sentence for people, with the numbers. */
  readonly explanation: string;
}

/** Node, llama.cpp and the vocabulary in memory (measured: 90 MB without a model, 150 MB with one of 49,152 tokens). */
const PROCESS_BYTES = 150e6;
/** Tokens that are read at once: working memory is for so many. */
export const BATCH_TOKENS = { cpu: 128, gpu: 512 } as const;
/** Graphics memory that is left to others, and to what drivers take. */
const GPU_RESERVE_BYTES = 512e6;
const TIGHT = 0.9;
/**
 * Every how many layers looks at all tokens, in families whose other layers look at a window (llama.cpp, `set_swa_pattern`). Of families with
 * a window that are not named here all layers count in full: too much rather than too little.
 */
const windowPatterns: Readonly<Record<string, number>> = {
  gemma2: 2,
  gemma3: 6,
  gemma3n: 5,
  'gpt-oss': 2,
  cohere2: 4,
};

/** Reads the shape from a header. Undefined for architectures that keep no keys and values, or do not say how many. */
export function shapeOf({
  metadata,
  lists,
  lengths,
  layerBytes,
  tensorBytes,
}: GgufHeader): ModelShape | undefined {
  const architecture = String(metadata['general.architecture'] ?? '');
  const number = (key: string): number | undefined => {
    const value = metadata[`${architecture}.${key}`];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
  };
  const list = (key: string): readonly number[] | undefined => lists[`${architecture}.${key}`];
  const layers = number('block_count');
  const embedding = number('embedding_length');
  const heads = number('attention.head_count') ?? list('attention.head_count')?.find((each) => each > 0);
  if (layers === undefined || embedding === undefined || heads === undefined) return undefined;
  const keyLength = number('attention.key_length') ?? embedding / heads;
  const valueLength = number('attention.value_length') ?? embedding / heads;
  const keyHeads =
    list('attention.head_count_kv')?.reduce((sum, each) => sum + each, 0) ??
    layers * (number('attention.head_count_kv') ?? heads);
  const latent = number('attention.kv_lora_rank'); // DeepSeek keeps one compressed vector a token instead
  const perToken =
    latent === undefined
      ? keyHeads * (keyLength + valueLength)
      : layers * (latent + (number('rope.dimension_count') ?? 64));
  const window = number('attention.sliding_window');
  const pattern = window === undefined ? undefined : windowPatterns[architecture];
  return {
    layers,
    weightBytes: tensorBytes,
    layerBytes,
    bytesPerToken: 2 * perToken,
    fullShare: pattern === undefined ? 1 : Math.ceil(layers / pattern) / layers,
    windowTokens: window ?? 0,
    vocabulary: lengths['tokenizer.ggml.tokens'] ?? number('vocab_size') ?? 0,
    embedding,
    feedForward: number('feed_forward_length') ?? list('feed_forward_length')?.[0] ?? 4 * embedding,
  };
}

/**
 * Estimates what a model takes, before anything is loaded. Weights: the bytes of its tensors. Context: keys and values of 16 bits for each
 * token of each answer, and working memory for one batch, whose largest part are the 32-bit scores of the whole vocabulary.
 */
export function estimateMemory(
  shape: ModelShape,
  { contextTokens, samples, gpuLayers: wanted }: LoadWish,
  machine: MachineMemory,
): MemoryEstimate {
  const { layers, weightBytes, layerBytes, vocabulary, embedding, feedForward } = shape;
  const { gpu } = machine;
  const batch = Math.min(gpu === undefined ? BATCH_TOKENS.cpu : BATCH_TOKENS.gpu, contextTokens);
  const paddedTokens = Math.ceil(contextTokens / 256) * 256;
  const windowed = Math.min(paddedTokens, shape.windowTokens + batch);
  const cacheBytes =
    samples * shape.bytesPerToken * (shape.fullShare * paddedTokens + (1 - shape.fullShare) * windowed);
  const workBytes = 4 * batch * Math.max(vocabulary + 2 * embedding, 6 * embedding + 3 * feedForward);
  const contextBytes = cacheBytes + workBytes;
  const totalBytes = weightBytes + contextBytes + PROCESS_BYTES;
  const freeGpuMemory = gpu?.freeBytes ?? 0;
  const perLayer = (layerBytes + cacheBytes) / layers;
  const room = Math.max(0, freeGpuMemory - GPU_RESERVE_BYTES - workBytes);
  // The layer behind the last one, the output, counts as one more, as it does for llama.cpp.
  const most =
    room >= layers * perLayer + (weightBytes - layerBytes) ? layers + 1 : Math.floor(room / perLayer);
  const gpuLayers = gpu === undefined ? 0 : wanted < 0 ? most : Math.min(wanted, layers + 1);
  const outside = gpuLayers > layers ? weightBytes - layerBytes : 0;
  const gpuBytes = gpuLayers === 0 ? 0 : Math.min(layers, gpuLayers) * perLayer + outside + workBytes;
  const ownBytes = totalBytes - (gpuLayers === 0 ? 0 : gpuBytes - workBytes);
  const fits = worst(
    verdict(ownBytes, machine.freeBytes),
    gpuBytes === 0 ? 'yes' : verdict(gpuBytes, freeGpuMemory),
  );
  const place =
    gpuLayers === 0
      ? `${size(machine.freeBytes)} free`
      : `${size(gpuBytes)} of it on the GPU (${Math.min(gpuLayers, layers)} of ${layers} layers; ${size(freeGpuMemory)} free there), ${size(machine.freeBytes)} free beside`;
  const side = samples === 1 ? 'one answer' : `${samples} answers side by side`;
  return {
    modelBytes: weightBytes,
    contextBytes,
    totalBytes,
    layers,
    gpuLayers,
    gpuBytes,
    freeMemory: machine.freeBytes,
    freeGpuMemory,
    fits,
    explanation: `takes ${size(totalBytes)} (weights ${size(weightBytes)}; ${contextTokens.toLocaleString('en')} tokens of context for ${side} ${size(contextBytes)}); ${place}`,
  };
}

function verdict(needed: number, free: number): MemoryEstimate['fits'] {
  return needed > free ? 'no' : needed > TIGHT * free ? 'tight' : 'yes';
}

function worst(...all: readonly MemoryEstimate['fits'][]): MemoryEstimate['fits'] {
  return all.includes('no') ? 'no' : all.includes('tight') ? 'tight' : 'yes';
}

/**
 * Memory that a process could still take here: what the system calls available, within the limit of a container where there is one. macOS
 * counts memory that it would give up at once as used; there at least half of the machine is counted on.
 */
export function freeMemory(): { readonly freeBytes: number; readonly totalBytes: number } {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  const free = Math.min(freemem(), process.availableMemory(), total);
  return { freeBytes: platform() === 'darwin' ? Math.max(free, total / 2) : free, totalBytes: total };
}

/** Bytes for people, `1.2 GB`. */
export function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}
