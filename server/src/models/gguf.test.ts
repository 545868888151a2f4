import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkModelFile, modelName } from './gguf.ts';
import { GgufFormatError, parseGgufHeader } from './ggufHeader.ts';
import { tinyGguf } from './testing/tinyGguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-gguf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a model in several files', () => {
  it('is as large as all of them, and wants all of them', async () => {
    const first = join(folder, 'm-00001-of-00002.gguf');
    const bytes = tinyGguf({ metadata: { 'split.no': 0, 'split.count': 2 } });
    await writeFile(first, bytes);
    await expect(checkModelFile(first)).rejects.toThrow(
      /consists of 2 files, and m-00002-of-00002\.gguf is not beside it/,
    );
    await writeFile(join(folder, 'm-00002-of-00002.gguf'), bytes);
    const alone = join(folder, 'alone.gguf');
    await writeFile(alone, tinyGguf());
    const [whole, single] = [await checkModelFile(first), await checkModelFile(alone)];
    expect(whole.bytes).toBe(2 * bytes.length);
    expect(whole.shape?.weightBytes).toBeCloseTo(2 * (single.shape?.weightBytes ?? 0), -4);
  });
});

describe('the GGUF header reader', () => {
  const whole = tinyGguf({ name: 'Naïve 模型' });

  it('reads metadata and the extent of the tensors', () => {
    const header = parseGgufHeader(whole);
    expect(header).toMatchObject({ version: 3, tensorCount: 21 });
    expect(header?.metadata).toMatchObject({
      'general.name': 'Naïve 模型',
      'llama.context_length': 2048,
      'tokenizer.ggml.add_bos_token': true,
    });
    expect(header?.dataEnd).toBeLessThanOrEqual(whole.length);
    expect(header?.dataEnd).toBeGreaterThan(whole.length - 32);
  });

  it('says "more" for every start of a header, and never throws for it', () => {
    const end = parseGgufHeader(whole)?.dataStart ?? 0;
    for (const length of [4, 8, 23, 24, 100, 1000, end - 64]) {
      expect(parseGgufHeader(whole.subarray(0, length)), `first ${length} bytes`).toBeUndefined();
    }
  });

  it('reads, waits or refuses, whatever the bytes are', () => {
    const magic = fc
      .uint8Array({ maxLength: 400 })
      .map((tail) => Uint8Array.of(0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, ...tail));
    const damaged = fc
      .tuple(fc.nat(4000), fc.nat(255))
      .map(([at, byte]) => whole.slice(0, 20_000).map((value, index) => (index === at ? byte : value)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), magic, damaged), (bytes) => {
        try {
          const header = parseGgufHeader(bytes);
          expect(header === undefined || header.dataEnd >= 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(GgufFormatError);
        }
      }),
      { numRuns: 300 },
    );
  });

  const bad: readonly [string, Uint8Array, string, RegExp][] = [
    ['version 1', edit(whole, 4, 1), 'unsupported', /is GGUF version 1; versions 2 and 3 can be read/],
    ['big-endian', edit(edit(whole, 4, 0), 7, 3), 'unsupported', /big-endian/],
    ['an absurd number of tensors', edit(whole, 15, 0x7f), 'not-gguf', /damaged.*tensors/],
    ['cut inside the header', whole.subarray(0, 2000), 'truncated', /ends within its header, at 2000 bytes/],
    [
      'one byte short of the tensors',
      whole.subarray(0, whole.length - 32),
      'truncated',
      /is truncated: it has/,
    ],
  ];
  it.each(bad)('names the file and the way out: %s', async (name, bytes, code, message) => {
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, bytes);
    const error: unknown = await checkModelFile(path).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ModelError', code });
    expect((error as Error).message).toContain(path);
    expect((error as Error).message).toMatch(message);
  });

  it('refuses a folder', async () => {
    await expect(checkModelFile(folder)).rejects.toThrow(/is not a file|cannot be opened/);
  });
});

describe('the name of a model', () => {
  it.each([
    [
      '/m/SmolLM2-135M-Instruct.Q4_1.gguf',
      { 'general.name': 'Smollm2 8k Mix', 'general.basename': 'smollm2' },
      'SmolLM2-135M-Instruct.Q4_1',
    ],
    ['/m/model.gguf', { 'general.name': 'Qwen2.5 3B', 'general.basename': 'Qwen2.5' }, 'Qwen2.5 3B'],
    ['/m/model.gguf', {}, 'model'],
  ])('%s', (path, metadata, name) => {
    expect(modelName(path, metadata)).toBe(name);
  });
});

function edit(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? value : byte));
}
