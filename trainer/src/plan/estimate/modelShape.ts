import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkModelFile } from '@querent/server/models';
import type { Plan } from '../schema.ts';
import { knownModels } from './knownModels.ts';

/** What memory and time of a decoder follow from. */
export interface ModelShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of a head; hidden / heads in most models. */
  readonly headWidth: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  /** The output layer shares the weights of the embedding. */
  readonly isTied: boolean;
  /** Queries, keys and values have biases (Qwen2). */
  readonly hasBias: boolean;
  /** All weights, counted from the above. */
  readonly parameters: number;
  /** Where it was read, for people. */
  readonly from: string;
}

/** Words of the data that a model with random weights gets as its vocabulary, where nobody has counted them yet. */
const assumedWords = 4000;

/** The shape of the model that a plan starts from; or why it cannot be told yet, in one sentence. */
export async function modelShape({ model }: Plan): Promise<ModelShape | { readonly unknown: string }> {
  const { path, random } = model;
  if (random !== null)
    return shaped(
      { ...random, vocabulary: random.vocabulary.length + assumedWords, isTied: true, hasBias: false },
      `the plan, with about ${assumedWords} words of the data`,
    );
  if (path === null) return { unknown: 'The plan names no model.' };
  if (path.startsWith('hf:')) return byName(path);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return byName(path);
  try {
    return found.isDirectory() ? await ofFolder(path) : await ofGguf(path);
  } catch (error) {
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}

/** Weights of a decoder with grouped heads and a gated feed-forward layer: llama, Qwen, SmolLM and their like. */
function parametersOf(shape: Omit<ModelShape, 'parameters' | 'from'>): number {
  const { layers, hidden, heads, kvHeads, headWidth, intermediate, vocabulary, isTied, hasBias } = shape;
  const attention = 2 * hidden * heads * headWidth + 2 * hidden * kvHeads * headWidth;
  const biases = hasBias ? (heads + 2 * kvHeads) * headWidth : 0;
  const layer = attention + biases + 3 * hidden * intermediate + 2 * hidden;
  return layers * layer + vocabulary * hidden * (isTied ? 1 : 2) + hidden;
}

function shaped(
  given: Omit<ModelShape, 'parameters' | 'from' | 'headWidth'> & { readonly headWidth?: number },
  from: string,
): ModelShape {
  const whole = { ...given, headWidth: given.headWidth ?? Math.floor(given.hidden / given.heads) };
  return { ...whole, parameters: parametersOf(whole), from };
}

function byName(path: string): ModelShape | { readonly unknown: string } {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.]+/gu, '-');
  const name = plain(basename(path.replace(/^hf:/u, '')));
  // The longer name first: qwen2.5-1.5b before what it might begin with.
  const known = Object.keys(knownModels)
    .sort((a, b) => b.length - a.length)
    .find((each) => name === each || name.startsWith(`${each}-`) || name.startsWith(`${each}.`));
  const shape = known === undefined ? undefined : knownModels[known];
  return shape === undefined
    ? {
        unknown: `${path} is not here and not among the models whose size is known (${Object.keys(knownModels).join(', ')}).`,
      }
    : shaped(shape, `what is known of ${known}`);
}

interface HfConfig {
  readonly [key: string]: unknown;
}

async function ofFolder(folder: string): Promise<ModelShape> {
  const file = join(folder, 'config.json');
  const outer = JSON.parse(await readFile(file, 'utf8')) as HfConfig;
  const config = (outer['text_config'] as HfConfig | undefined) ?? outer;
  const number = (key: string, otherwise?: number): number => {
    const value = config[key] ?? otherwise;
    if (typeof value === 'number' && value > 0) return value;
    throw new Error(`${file} does not say ${key}, so the size of the model is not known.`);
  };
  const heads = number('num_attention_heads');
  return shaped(
    {
      layers: number('num_hidden_layers'),
      hidden: number('hidden_size'),
      heads,
      kvHeads: number('num_key_value_heads', heads),
      intermediate: number('intermediate_size'),
      vocabulary: number('vocab_size'),
      ...(typeof config['head_dim'] === 'number' ? { headWidth: config['head_dim'] } : {}),
      isTied: (config['tie_word_embeddings'] ?? outer['tie_word_embeddings'] ?? false) === true,
      hasBias: config['attention_bias'] === true || config['model_type'] === 'qwen2',
    },
    file,
  );
}

async function ofGguf(path: string): Promise<ModelShape> {
  const { shape, architecture, parameters } = await checkModelFile(path);
  if (shape === undefined) throw new Error(`${path} does not say how large its layers are.`);
  const { layers, embedding, feedForward, vocabulary, bytesPerToken } = shape;
  // Keys and values of one token in one layer, at 16 bits each. The header's summary has no heads; their widths together are what counts.
  const kvWidth = bytesPerToken / layers / 4;
  const base = {
    ...{ layers, hidden: embedding, intermediate: feedForward, vocabulary },
    ...{ heads: 1, headWidth: embedding, kvHeads: kvWidth / embedding, hasBias: architecture === 'qwen2' },
  };
  const said = { M: 1e6, B: 1e9 }[parameters?.at(-1) ?? ''] ?? NaN;
  const count = Number.parseFloat(parameters ?? '') * said;
  const off = (isTied: boolean): number => Math.abs(parametersOf({ ...base, isTied }) - count);
  return shaped({ ...base, isTied: Number.isNaN(count) || off(true) <= off(false) }, `${path}`);
}
