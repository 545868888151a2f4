import type { ModelShape } from './modelShape.ts';

type Known = Omit<ModelShape, 'parameters' | 'from' | 'headWidth'> & { readonly headWidth?: number };

const shape = (
  layers: number,
  hidden: number,
  heads: number,
  kvHeads: number,
  intermediate: number,
  vocabulary: number,
  rest: Partial<Pick<Known, 'isTied' | 'hasBias' | 'headWidth'>> = {},
): Known => ({
  ...{ layers, hidden, heads, kvHeads, intermediate, vocabulary, isTied: true, hasBias: false },
  ...rest,
});

const qwen2 = { hasBias: true };

/** Base models that plans often name before their files are here, as their config.json says. */
export const knownModels: Readonly<Record<string, Known>> = {
  'smollm2-135m': shape(30, 576, 9, 3, 1536, 49_152),
  'smollm2-360m': shape(32, 960, 15, 5, 2560, 49_152),
  'smollm2-1.7b': shape(24, 2048, 32, 32, 8192, 49_152),
  'qwen2.5-0.5b': shape(24, 896, 14, 2, 4864, 151_936, qwen2),
  'qwen2.5-1.5b': shape(28, 1536, 12, 2, 8960, 151_936, qwen2),
  'qwen2.5-3b': shape(36, 2048, 16, 2, 11_008, 151_936, qwen2),
  'qwen2.5-7b': shape(28, 3584, 28, 4, 18_944, 152_064, { ...qwen2, isTied: false }),
  'qwen3-0.6b': shape(28, 1024, 16, 8, 3072, 151_936, { headWidth: 128 }),
  'qwen3-1.7b': shape(28, 2048, 16, 8, 6144, 151_936, { headWidth: 128 }),
  'qwen3-4b': shape(36, 2560, 32, 8, 9728, 151_936, { headWidth: 128 }),
  'llama-3.2-1b': shape(16, 2048, 32, 8, 8192, 128_256),
  'llama-3.2-3b': shape(28, 3072, 24, 8, 8192, 128_256),
};
