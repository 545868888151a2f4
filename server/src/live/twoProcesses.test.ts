import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEutilsService } from '../eutilsService/index.ts';
import type { EutilsService } from '../eutilsService/index.ts';

const key = '0123456789abcdef0123456789abcdef0123';
const samples = resolve(import.meta.dirname, '../../../samples/citations.jsonl');
const program = resolve(import.meta.dirname, 'testing/asking.ts');

let folder: string;
let service: EutilsService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-processes-'));
  // The service itself refuses the eleventh request of a second, as NCBI does.
  service = await startEutilsService({ corpus: samples, cachePath: join(folder, 'service'), keyRate: 10 });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

function task(name: string, words: readonly string[], seeds: readonly string[] = []): string {
  const queries = words.map((word) => `${word}[tiab] OR ${name}[tiab]`);
  return JSON.stringify({ address: service.url, folder: join(folder, 'live'), key, queries, seeds });
}

/** The files below a folder that tell `text`, in their names or within. */
async function telling(text: string, below: string): Promise<readonly string[]> {
  const names = await readdir(below, { recursive: true });
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(below, name);
      return name.includes(text) || ((await stat(path)).isFile() && (await readFile(path)).includes(text));
    }),
  );
  return names.filter((_, at) => found[at]);
}

it('processes that ask at once keep to one limit, as the service sees it, also when one of them is killed', async () => {
  const words = 'falls exercise aged stroke home balance training risk care fracture women trial'.split(' ');
  const run = promisify(execFile);
  const killed = spawn(process.execPath, [program, task('killed', words)], { stdio: 'ignore' });
  const asking = ['one', 'two'].map((name) =>
    run(process.execPath, [program, task(name, words, ['90000001'])]),
  );
  await expect.poll(() => service.statistics().requests, { timeout: 20_000 }).toBeGreaterThan(8);
  killed.kill('SIGKILL');
  const answers = await Promise.all(asking);
  for (const { stdout, stderr } of answers) {
    expect(stderr).toBe('');
    const { counts, found } = JSON.parse(stdout) as { counts: number[]; found: string[][] };
    expect(counts.length).toBe(words.length);
    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect(found.length).toBe(words.length);
  }
  const { requests, refused, mostPerSecond } = service.statistics();
  expect(requests).toBeGreaterThanOrEqual(2 * words.length);
  expect(refused).toBe(0);
  expect(mostPerSecond).toBeLessThanOrEqual(10);
  // They share the limit, and do not halve it.
  expect(mostPerSecond).toBeGreaterThan(5);

  // What one process asked the next one knows.
  await run(process.execPath, [program, task('one', words, ['90000001'])]);
  expect(service.statistics().requests).toBe(requests);

  // The address is in no file's name, the key is nowhere.
  expect((await readdir(join(folder, 'live'))).sort()).toEqual(['answers', 'gates']);
  expect(await telling(key, join(folder, 'live'))).toEqual([]);
  expect((await telling('translation', join(folder, 'live'))).length).toBeGreaterThan(0);
  if (process.platform !== 'win32')
    for (const part of ['answers', 'gates'])
      expect((await stat(join(folder, 'live', part))).mode & 0o077).toBe(0);
}, 60_000);
