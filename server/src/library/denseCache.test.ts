import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDenseEngine, memoryEngine, rankedSource } from '@querent/core/connectors';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { citation } from '../../../core/src/corpus/testing/records.ts';
import { wordEmbedder } from '../../../core/src/connectors/dense/testing/wordEmbedder.ts';
import { denseCache } from './denseCache.ts';

const root = mkdtempSync(join(tmpdir(), 'querent-dense-'));
let folder = root;
let number = 0;
beforeEach(() => {
  folder = join(root, String(number++));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const cache = (model = 'm', library = 'lib.sqlite'): ReturnType<typeof denseCache> =>
  denseCache({ folder, library, model });
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
async function all(of = cache()): Promise<readonly number[][]> {
  const found: number[][] = [];
  for await (const entry of of.entries()) found.push([...entry]);
  return found;
}
const entries = [[1, 2, 3], [], [4]];
async function keep(of = cache()): Promise<void> {
  for (const entry of entries) await of.append(Uint8Array.from(entry));
}

describe('vectors on disk', () => {
  it('come back in their order, for this library and model only', async () => {
    expect(await all()).toEqual([]);
    await keep();
    expect(await all()).toEqual(entries);
    await cache().append(Uint8Array.of(9));
    expect(await all()).toEqual([...entries, [9]]);
    expect(await all(cache('other'))).toEqual([]);
    expect(await all(cache('m', 'other.sqlite'))).toEqual([]);
  });

  it.each([
    ['the last entry is cut short', (path: string) => truncateSync(path, 36 + 3 + 36 + 36), 2],
    ['a bit is flipped', (path: string) => writeFileSync(path, readFileSync(path).with(37, 7)), 0],
    ['a length is nonsense', (path: string) => writeFileSync(path, readFileSync(path).with(3, 255)), 0],
    ['something is written behind', (path: string) => writeFileSync(path, 'x'.repeat(50), { flag: 'a' }), 3],
  ])('are whole up to where %s, and what comes then is read again', async (_, spoil, whole) => {
    await keep();
    spoil(files()[0] ?? '');
    expect(await all()).toEqual(entries.slice(0, whole));
    await cache().append(Uint8Array.of(8));
    expect(await all()).toEqual([...entries.slice(0, whole), [8]]);
  });

  it('of a library that was not used for months go when others come', async () => {
    await keep(cache('m', 'gone.sqlite'));
    utimesSync(files()[0] ?? '', 0, 0);
    await keep();
    expect(files()).toHaveLength(1);
  });

  it('that cannot be written are told in words', async () => {
    writeFileSync(folder, '');
    await expect(cache().append(Uint8Array.of(1))).rejects.toThrow(`${folder} is no folder.`);
  });

  it('let a dense engine go on in another session', async () => {
    const records = Array.from({ length: 70 }, (_, i) => citation({ id: `${i}`, title: `falls ${i}` }));
    const rank = async (embedder: ReturnType<typeof wordEmbedder>) => {
      const source = rankedSource(memoryEngine(records, { label: 'x' }));
      return (await createDenseEngine({ embedder, source, cache: cache(embedder.id) }).rank('falls')).hits;
    };
    const hits = await rank(wordEmbedder());
    const again = wordEmbedder();
    expect(await rank(again)).toEqual(hits);
    expect(again.asked.flat()).toHaveLength(2); // the probe and the question
    truncateSync(files()[0] ?? '', readFileSync(files()[0] ?? '').length - 500); // killed in the last batch
    const third = wordEmbedder();
    expect(await rank(third)).toEqual(hits);
    expect(third.asked.flat().length).toBeLessThan(2 + 70);
  });
});
