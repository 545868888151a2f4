/** Estimates from headers, and one against what a real model takes. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseGgufHeader } from './ggufHeader.ts';
import { createModelHost, defaultHostPath } from './index.ts';
import { estimateMemory, shapeOf } from './modelMemory.ts';
import type { MachineMemory, ModelShape } from './modelMemory.ts';
import { planLoad } from './modelLoading.ts';
import { tinyGguf } from './testing/tinyGguf.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const realModel = join(
  process.env['QUERENT_CACHE'] ?? join(root, '.cache'),
  'models/SmolLM2-135M-Instruct.Q4_1.gguf',
);

/** Qwen2.5-3B at 4 bits, as its header has it. */
const qwen: ModelShape = {
  layers: 36,
  weightBytes: 1.93e9,
  layerBytes: 1.68e9,
  bytesPerToken: 36 * 2 * 2 * 128 * 2,
  fullShare: 1,
  windowTokens: 0,
  vocabulary: 151_936,
  embedding: 2048,
  feedForward: 11_008,
};
const wish = { contextTokens: 4096, samples: 4, gpuLayers: -1 } as const;
const machine = (freeBytes: number, gpuBytes?: number): MachineMemory => ({
  freeBytes,
  totalBytes: 16e9,
  ...(gpuBytes === undefined ? {} : { gpu: { name: 'GPU', totalBytes: gpuBytes, freeBytes: gpuBytes } }),
});

describe('the memory of a model', () => {
  it('follows from its header: weights, keys and values of each token, one batch', () => {
    const header = parseGgufHeader(tinyGguf());
    if (header === undefined) throw new Error('no header');
    const shape = shapeOf(header);
    // 2 layers, 2 heads of 32 numbers for keys and as many for values, 2 bytes each
    expect(shape).toMatchObject({ layers: 2, bytesPerToken: 2 * 2 * (32 + 32) * 2, embedding: 64 });
    expect(shape?.weightBytes).toBe(header.tensorBytes);
    expect(shape?.layerBytes).toBeLessThan(shape?.weightBytes ?? 0);
  });

  it.each([
    ['gemma3', { 'gemma3.attention.sliding_window': 512 }, 512],
    ['strange', { 'strange.attention.sliding_window': 512 }, 512],
  ])('of a %s with a window', (architecture, more, window) => {
    const metadata = {
      'general.architecture': architecture,
      [`${architecture}.block_count`]: 12,
      [`${architecture}.embedding_length`]: 64,
      [`${architecture}.attention.head_count`]: 2,
      ...more,
    };
    const shape = shapeOf({
      ...{ version: 3, tensorCount: 1, metadata, lengths: {}, lists: {} },
      ...{ dataStart: 0, dataEnd: 0, layerBytes: 1, tensorBytes: 2 },
    });
    // Two of the twelve layers of Gemma 3 keep all tokens; of families that are not known all count in full.
    expect(shape).toMatchObject({ windowTokens: window, fullShare: architecture === 'gemma3' ? 1 / 6 : 1 });
  });

  it('is undefined where the header does not tell enough', () => {
    const header = parseGgufHeader(tinyGguf({ withoutWeights: true }));
    if (header === undefined) throw new Error('no header');
    const metadata = { ...header.metadata, 'llama.block_count': 'many' };
    expect(shapeOf({ ...header, metadata })).toBeUndefined();
  });

  it('is held against what is free', () => {
    const all = estimateMemory(qwen, wish, machine(16e9));
    expect(all.contextBytes).toBeGreaterThan(4 * 4096 * qwen.bytesPerToken);
    expect(all).toMatchObject({ fits: 'yes', gpuLayers: 0, gpuBytes: 0 });
    expect(all.explanation).toMatch(
      /^takes 2\.8 GB \(weights 1\.9 GB; 4,096 tokens of context for 4 answers side by side \d+ MB\); 16\.0 GB free$/,
    );
    expect(estimateMemory(qwen, wish, machine(all.totalBytes * 1.05)).fits).toBe('tight');
    expect(estimateMemory(qwen, wish, machine(all.totalBytes * 0.95)).fits).toBe('no');
  });

  it('is shared between the GPU and the machine by layers', () => {
    expect(estimateMemory(qwen, wish, machine(16e9, 24e9))).toMatchObject({ gpuLayers: 37, fits: 'yes' });
    const part = estimateMemory(qwen, wish, machine(16e9, 2.4e9));
    expect(part.gpuLayers).toBeGreaterThan(5);
    expect(part.gpuLayers).toBeLessThan(36);
    expect(part.gpuBytes).toBeLessThan(2.4e9);
    expect(part.explanation).toMatch(/of it on the GPU \(\d+ of 36 layers; 2\.4 GB free there\)/);
    expect(estimateMemory(qwen, { ...wish, gpuLayers: 0 }, machine(16e9, 24e9)).gpuBytes).toBe(0);
    expect(estimateMemory(qwen, { ...wish, gpuLayers: 99 }, machine(16e9, 2e9)).fits).toBe('no');
  });

  it('decides how many answers are made side by side', () => {
    const file = { name: 'Qwen', contextTokens: 32_768, shape: qwen } as Parameters<typeof planLoad>[0];
    const one = estimateMemory(qwen, { ...wish, samples: 1 }, machine(16e9)).totalBytes;
    const two = estimateMemory(qwen, { ...wish, samples: 2 }, machine(16e9)).totalBytes;
    expect(planLoad(file, wish, machine(16e9)).samples).toBe(4);
    expect(planLoad(file, wish, machine(two + 1)).samples).toBe(2);
    expect(planLoad(file, wish, machine(one + 1)).samples).toBe(1);
    expect(() => planLoad(file, wish, machine(one - 1))).toThrow(
      /querent\.model\.contextTokens to 2048: that would fit/,
    );
    expect(() => planLoad(file, wish, machine(1e9))).toThrow(
      /Choose a smaller quantisation or model, close other programs\.$/,
    );
  });
});

describe.skipIf(!existsSync(realModel))('a real model (node scripts/fetch-model.mjs fetches it)', () => {
  it('takes what was estimated, within a fifth', async () => {
    const host = createModelHost({
      hostPath: defaultHostPath(),
      modelPath: realModel,
      ...{ gpu: 'off', threads: 1, idleMinutes: 0, samples: 4, contextTokens: 4096 },
    });
    try {
      const estimate = await host.estimate();
      await host.generate({ kind: 'raw', text: 'falls' }, { maxTokens: 4 });
      const { processBytes = 0, modelBytes } = (await host.memory()) ?? {};
      expect(estimate?.modelBytes).toBe(modelBytes);
      expect(processBytes / (estimate?.totalBytes ?? 0)).toBeGreaterThan(0.8);
      expect(processBytes / (estimate?.totalBytes ?? 0)).toBeLessThan(1.2);
    } finally {
      await host.dispose();
    }
  });
});
